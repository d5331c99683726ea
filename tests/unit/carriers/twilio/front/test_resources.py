"""Whose a resource is, can be told from its path and its document."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dialgate.app.front import Proof, Route, Row
from dialgate.app.ports import CarrierAnswer
from dialgate.carriers.twilio.front.paths import route
from dialgate.carriers.twilio.front.resources import proof, proofs, row, rows
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CALL, CARRIER, CONFERENCE, MESSAGE, SURFACE, TENANT

OTHER, RECORDING, QUEUE, MEDIA = (kind + "4" * 32 for kind in ("CA", "RE", "QU", "ME"))
CREATED = "Sat, 21 Nov 2026 20:00:00 +0000"
AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def proofs_of(method: str, path: str) -> tuple[Proof, ...]:
    found = route(SURFACE.operations, method, f"/2010-04-01/Accounts/{ACCOUNT}/{path}")
    assert isinstance(found, Route)
    return proofs(found)


def answer(document: object, status: int = 200) -> CarrierAnswer:
    return CarrierAnswer(status, json.dumps(document).encode(), "application/json")


def test_every_sid_of_a_path_must_be_own() -> None:
    """A recording below an own call may be another's recording."""
    call, recording = proof(CALL), Proof(RECORDING, f"Recordings/{RECORDING}.json")
    assert (call, recording) == proofs_of("GET", f"Calls/{CALL}/Recordings/{RECORDING}.json")
    assert (recording,) == proofs_of("GET", f"Recordings/{RECORDING}.mp3")
    picture = Proof(MEDIA, f"Messages/{MESSAGE}/Media/{MEDIA}.json")
    assert (proof(MESSAGE), picture) == proofs_of("GET", f"Messages/{MESSAGE}/Media/{MEDIA}")


@pytest.mark.parametrize(
    ("method", "path", "sids"),
    [
        ("POST", "Calls.json", []),
        ("POST", "Conferences/sales/Participants.json", []),
        ("POST", f"Conferences/{CONFERENCE}/Participants.json", [CONFERENCE]),
        ("POST", f"Conferences/{CONFERENCE}/Participants/agent.json", [CONFERENCE]),
        ("POST", f"Calls/{CALL}/Recordings/Twilio.CURRENT.json", [CALL]),
        ("POST", f"Calls/{CALL}/Streams/mine.json", [CALL]),
        ("POST", f"Queues/{QUEUE}/Members/Front.json", [QUEUE]),
    ],
)
def test_names_within_something_own_need_no_proof(method: str, path: str, sids: list[str]) -> None:
    """The carrier looks for them within what is proved, and a conference by name is own by its name."""
    assert sids == [one.sid for one in proofs_of(method, path)]


def test_who_made_a_call_or_message_stands_in_the_log() -> None:
    """Of a call the carrier can tell the parent; of a message nothing more."""
    assert Proof(CALL, f"Calls/{CALL}.json", attempt=True) == proof(CALL)
    assert Proof(MESSAGE, "", attempt=True) == proof(MESSAGE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"sid": CALL, "parent_call_sid": OTHER, "to": "+1"}, Row(CALL, None, parents=(OTHER,), called="+1")),
        ({"sid": RECORDING, "call_sid": CALL, "conference_sid": None}, Row(RECORDING, None, parents=(CALL,))),
        ({"sid": CONFERENCE, "friendly_name": f"{ACCOUNT}.x", "date_created": CREATED}, Row(CONFERENCE, AT, own=True)),
        ({"sid": QUEUE, "friendly_name": f"{ACCOUNT}.x"}, Row(QUEUE, None, own=True)),
        ({"sid": CONFERENCE, "friendly_name": f"{CARRIER}.x"}, Row(CONFERENCE, None)),
        ({"sid": CONFERENCE, "friendly_name": "x"}, Row(CONFERENCE, None)),
        ({"sid": CALL, "friendly_name": f"{ACCOUNT}.x"}, Row(CALL, None)),
        ({"sid": MEDIA, "parent_sid": MESSAGE}, Row(MEDIA, None, parents=(MESSAGE,))),
        ({"sid": 1, "friendly_name": []}, Row("", None)),
    ],
)
def test_a_document_tells_what_it_belongs_to(document: object, expected: Row) -> None:
    """By its parents, or, for what is known by a name, by its name."""
    assert expected == row(answer(document), TENANT)


@pytest.mark.parametrize(
    "told", [answer({"sid": CALL}, 404), answer([]), CarrierAnswer(200, b"<x/>", "application/xml")]
)
def test_what_the_carrier_does_not_tell_is_nobodys(told: CarrierAnswer) -> None:
    """No document, no proof."""
    assert row(told, TENANT) is None


def test_rows_are_known_by_sid_and_time() -> None:
    """What cannot be named is no row, so it is never kept."""
    listing = {"calls": [{"sid": CALL, "date_created": CREATED}, {"sid": OTHER}, {"no": "sid"}, "row"], "page": 0}
    assert (Row(CALL, AT), Row(OTHER, None)) == rows(answer(listing), TENANT)
    assert () == rows(answer({"applications": [{"sid": CALL}]}), TENANT)
