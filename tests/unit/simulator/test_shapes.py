"""The JSON that SDKs read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.simulator.records import Call, Message, WireRequest
from dialgate.simulator.shapes import account_json, call_json, duration_s, message_json, request_json, segments, told
from dialgate.simulator.wire import Form
from tests.unit.simulator.conftest import START

BASE = "/2010-04-01/Accounts/AC1"


@pytest.mark.parametrize(
    ("body", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("退" * 70, 1), ("退" * 71, 2), ("a" * 306, 2), ("a" * 307, 3)],
)
def test_segments_follow_the_character_set(body: str, count: int) -> None:
    """160 or 153 characters a segment in the basic set, 70 or 67 outside it."""
    assert segments(body) == count


def test_a_message_has_strings_for_numbers_and_relative_links() -> None:
    """As the carrier writes it, down to the number of media as a string."""
    message = Message("SM1", "+1", "+2", "queued", "outbound-api", START, START, body="hi")
    shown = message_json("AC1", message)
    assert [shown[name] for name in ("num_segments", "num_media", "date_sent", "error_code", "uri", "from")] == [
        "1",
        "0",
        None,
        None,
        f"{BASE}/Messages/SM1.json",
        "+2",
    ]
    assert shown["subresource_uris"] == {"media": f"{BASE}/Messages/SM1/Media.json"}


def test_a_call_shows_its_duration_only_when_it_has_ended() -> None:
    """Seconds from answer to end as a string, null before."""
    call = Call("CA1", "+1", "+2", "in-progress", "outbound-api", START, START, answered_at=START)
    assert (call_json("AC1", call)["duration"], duration_s(call)) == (None, 0)
    call.ended_at = START + timedelta(seconds=61)
    assert (call_json("AC1", call)["duration"], duration_s(call)) == ("61", 61)


def test_the_account_links_to_its_parts() -> None:
    """Relative, on the account's own path."""
    shown = account_json("AC1", "secret")
    assert (shown["uri"], shown["auth_token"]) == (f"{BASE}.json", "secret")


def test_the_simulators_own_view_adds_parameters_and_life() -> None:
    """What was asked for and what happened stand beside the carrier's JSON."""
    message = Message("SM1", "+1", "+2", "queued", "outbound-api", START, START, params=Form((("A", "b"),)))
    message.note(START, status="queued")
    assert told({"sid": "SM1"}, message) == {"sid": "SM1", "params": [["A", "b"]], "events": message.events}


def test_a_request_is_shown_to_the_byte() -> None:
    """Bytes that are not UTF-8 survive in base64."""
    record = WireRequest(1, START, "create", "POST", "/p", "q=1", (("A", "b"),), b"To=%2B1&X=\xff")
    shown = request_json(record)
    assert (shown["body_base64"], shown["headers"]) == ("VG89JTJCMSZYPf8=", [["A", "b"]])
    assert shown["params"] == [["To", "+1"], ["X", "\ufffd"]]
