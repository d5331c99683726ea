"""The table of parameters says what every parameter of the carrier's SDK does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from twilio.rest.api.v2010.account.call import CallContext, CallList
from twilio.rest.api.v2010.account.message import MessageContext, MessageList

from dialgate.app.front import Operation
from dialgate.carriers.twilio.front.parameters import Kind, read_parameters
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.front.wire import PARAMETERS, PARAMETERS_FILE


@pytest.mark.parametrize(
    ("channel", "operation", "method"),
    [
        (Channel.VOICE, Operation.CREATE, CallList.create),
        (Channel.VOICE, Operation.UPDATE, CallContext.update),
        (Channel.SMS, Operation.CREATE, MessageList.create),
        (Channel.SMS, Operation.UPDATE, MessageContext.update),
    ],
)
def test_the_table_is_complete(channel: Channel, operation: Operation, method: Callable[..., object]) -> None:
    """Each parameter that the SDK can send has its class, and no other name is known but what the operator adds."""
    asked = [name for name in inspect.signature(method).parameters if name not in {"self", "method"}]
    # A name that the SDK calls `method` is the HTTP method, which it sends with Url.
    with_method = {"Method"} if "method" in inspect.signature(method).parameters or channel is Channel.VOICE else set()
    expected = {_wire_name(name) for name in asked} | with_method | {"NewHarmless"}
    assert expected == set(PARAMETERS[channel, operation].kinds)


def _wire_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.rstrip("_").split("_"))


def test_the_operator_cannot_declare_a_known_name_harmless() -> None:
    """What decides stays deciding whatever `inert_parameters` says."""
    parameters = read_parameters(PARAMETERS_FILE.read_text(encoding="utf-8"), ["SendDigits", "Url", "Later"])
    kinds = parameters[Channel.VOICE, Operation.CREATE].kinds
    assert (Kind.DECIDES, Kind.URL, Kind.INERT) == (kinds["SendDigits"], kinds["Url"], kinds["Later"])


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("[messages.update]", "[messages.change]", "messages.update"),
        ('lists = ["RecordingStatusCallbackEvent"', 'lists = ["Unknown"', "Unknown"),
        ('sender = ["CallerId"', 'sender = ["Url", "CallerId"', "Url stands twice"),
        ("sender = []\ninert = []", "inert = []", "needs exactly the keys"),
    ],
)
def test_a_broken_table_is_refused_in_words(find: str, put: str, message: str) -> None:
    """A table with a gap or a contradiction never becomes the gate's."""
    text = PARAMETERS_FILE.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        read_parameters(text.replace(find, put, 1))
