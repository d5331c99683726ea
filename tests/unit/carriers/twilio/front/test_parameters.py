"""The table of parameters says what every parameter of the carrier's SDK does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.rest import Client

from dialgate.carriers.twilio.front.parameters import Kind, Target, read_parameters
from tests.unit.carriers.twilio.front.wire import PARAMETERS, PARAMETERS_TEXT


class _Wire(HttpClient):
    """Hears what the SDK would send."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def request(self, *_args: object, **more: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - of the SDK
        self.names = set(more["data"] or {})


def _sent(pick: Callable[[Any], Callable[..., object]]) -> set[str]:
    """The names of the form when every parameter of the method is given."""
    wire = _Wire()
    method = pick(Client("AC1", "x", http_client=wire).api.v2010.account)
    with pytest.raises((TwilioException, AttributeError)):
        method(**dict.fromkeys(inspect.signature(method).parameters, "x"))
    return wire.names


@pytest.mark.parametrize(
    ("table", "count", "pick"),
    [
        ("calls.create", 38, lambda account: account.calls.create),
        ("calls.update", 9, lambda account: account.calls("CA1").update),
        ("messages.create", 26, lambda account: account.messages.create),
        ("messages.update", 2, lambda account: account.messages("SM1").update),
        ("participants.create", 60, lambda account: account.conferences("CF1").participants.create),
        ("participants.update", 12, lambda account: account.conferences("CF1").participants("CA1").update),
        ("conferences.update", 3, lambda account: account.conferences("CF1").update),
        ("recordings.create", 7, lambda account: account.calls("CA1").recordings.create),
        ("recordings.update", 2, lambda account: account.calls("CA1").recordings("RE1").update),
        ("recordings.update", 2, lambda account: account.conferences("CF1").recordings("RE1").update),
        ("transcriptions.create", 18, lambda account: account.calls("CA1").transcriptions.create),
        ("transcriptions.update", 1, lambda account: account.calls("CA1").transcriptions("GT1").update),
        ("siprec.update", 1, lambda account: account.calls("CA1").siprec("SR1").update),
        ("streams.update", 1, lambda account: account.calls("CA1").streams("MZ1").update),
        ("members.update", 2, lambda account: account.queues("QU1").members("CA1").update),
        ("feedback.create", 1, lambda account: account.messages("SM1").feedback.create),
    ],
)
def test_the_table_is_complete(table: str, count: int, pick: Callable[[Any], Callable[..., object]]) -> None:
    """Each parameter that the SDK can send has its class, and no other name is known but what the operator adds."""
    names = _sent(pick)
    assert (count, names | {"NewHarmless"}) == (len(names), set(PARAMETERS[table].kinds))


def test_what_the_sdk_sends_as_an_address_is_an_address() -> None:
    """No parameter that is named as an address, or that holds a method of one, is taken for anything else."""
    kinds = [(table, name, kind) for table, one in PARAMETERS.items() for name, kind in one.kinds.items()]
    named = [(table, name) for table, name, kind in kinds if name.endswith(("Url", "Callback")) and kind != Kind.URL]
    methods = {(table, one.method_of(name)) for table, one in PARAMETERS.items() for name in one.targets} - {
        (table, "") for table in PARAMETERS
    }
    assert ([], {(table, name) for table, name, _ in kinds if name.endswith("Method")}) == (named, methods)


def test_media_alone_are_handed_on_as_they_are() -> None:
    """One parameter names what is shown and not followed."""
    media = [
        (table, name) for table, one in PARAMETERS.items() for name, to in one.targets.items() if to == Target.MEDIA
    ]
    assert [("messages.create", "MediaUrl")] == media


def test_the_operator_cannot_declare_a_known_name_harmless() -> None:
    """What decides stays deciding whatever `inert_parameters` says."""
    parameters = read_parameters(PARAMETERS_TEXT, ["SendDigits", "Url", "Later"])
    kinds = parameters["calls.create"].kinds
    assert (Kind.DECIDES, Kind.URL, Kind.INERT) == (kinds["SendDigits"], kinds["Url"], kinds["Later"])


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ('lists = ["RecordingStatusCallbackEvent"', 'lists = ["Unknown"', "Unknown"),
        ('sender = ["CallerId"', 'sender = ["Url", "CallerId"', "Url stands twice"),
        ('sender = ["CallerId"', 'senders = ["CallerId"', "the unknown key senders"),
        ("url.media", "url.picture", "the unknown key picture"),
        ('gets = ["HoldUrl"]', 'gets = ["HoldMethod"]', "HoldMethod is no such name"),
    ],
)
def test_a_broken_table_is_refused_in_words(find: str, put: str, message: str) -> None:
    """A table with a gap or a contradiction never becomes the gate's."""
    assert find in PARAMETERS_TEXT
    with pytest.raises(ValueError, match=re.escape(message)):
        read_parameters(PARAMETERS_TEXT.replace(find, put, 1))
