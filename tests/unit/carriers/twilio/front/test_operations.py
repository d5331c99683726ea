"""The table of operations is complete in itself, and nothing in it is guessed."""

from __future__ import annotations

import re

import pytest

from dialgate.app.front import Operation
from dialgate.carriers.twilio.front.operations import PAGING, key, read_surface
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.front.wire import OPERATIONS_TEXT, PARAMETERS_TEXT, SURFACE


def test_what_reaches_somebody_is_gated() -> None:
    """CONTRACT section 3: creates of calls, messages and participants, updates of calls and messages, and no more."""
    gated = {
        (offer.operation, offer.channel, offer.template)
        for offer in SURFACE.operations.values()
        if offer.operation in {Operation.CREATE, Operation.UPDATE}
    }
    expected = {
        (Operation.CREATE, Channel.VOICE, "Calls.json"),
        (Operation.UPDATE, Channel.VOICE, "Calls/{call}.json"),
        (Operation.CREATE, Channel.VOICE, "Conferences/{room}/Participants.json"),
        (Operation.CREATE, Channel.SMS, "Messages.json"),
        (Operation.UPDATE, Channel.SMS, "Messages/{message}.json"),
    }
    assert expected == gated


def test_lists_can_be_paged_and_single_resources_cannot() -> None:
    """Paging goes with every list."""
    paged = {offer.template: offer.operation for offer in SURFACE.operations.values() if set(PAGING) <= offer.filters}
    lists = {
        offer.template: offer.operation for offer in SURFACE.operations.values() if offer.operation is Operation.LIST
    }
    assert lists == paged


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("[gated]", "[open]", "needs exactly the tables"),
        ('"DELETE Recordings/{recording}" = ""', '"POST Recordings/{rec}" = ""', "unknown placeholder rec"),
        ('"DELETE Recordings/{recording}" = ""', '"GET Recordings/{recording}" = ""', "no method and path"),
        ('"DELETE Recordings/{recording}" = ""', '"DELETE {recording}/Recordings" = ""', "no method and path"),
        ('"DELETE Recordings/{recording}" = ""', '"DELETE Recordings/{recording}" = "x.y"', "do not fit: x.y"),
        ('"POST Messages" = "messages.create"', "", "do not fit: messages.create"),
        ('"DELETE Calls/{call}" = ""', '"POST Calls/{call}" = ""', "two tables"),
    ],
)
def test_a_broken_table_is_refused_in_words(find: str, put: str, message: str) -> None:
    """A table with a gap or a contradiction never becomes the gate's."""
    assert find in OPERATIONS_TEXT
    with pytest.raises(ValueError, match=re.escape(message)):
        read_surface(OPERATIONS_TEXT.replace(find, put, 1), PARAMETERS_TEXT)


def test_constants_and_names_take_turns() -> None:
    """One look finds an operation by its method, its constants, its length and its ending."""
    parts = ("Calls", "CA1", "Recordings")
    assert ("POST", ".json", ("Calls", "Recordings"), 3) == key("POST", parts, ".json")
