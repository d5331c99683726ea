"""What the carrier lists is read strictly: nothing is concluded from what is no list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer
from dialgate.app.reconcile import Listed, Placed
from dialgate.carriers.twilio.lists import PAGES, TwilioLists

NUMBER = "+14155552671"
CREATED = "Sat, 21 Nov 2026 12:00:05 +0000"
AT = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
CALL = {
    "sid": "CA1",
    "from": "+14155550100",
    "status": "busy",
    "date_created": CREATED,
    "direction": "outbound-api",
    "error_code": None,
}


@dataclass(slots=True)
class Pages:
    """Answers by resource and called address."""

    pages: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    status: int = 200

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        self.asked.append((path, tuple(query)))
        name = path.removesuffix(".json").lower()
        waiting = self.pages.get((name, dict(query)["To"]), [])
        document = waiting.pop(0) if waiting else {name: [], "next_page_uri": None}
        return CarrierAnswer(self.status, json.dumps(document).encode(), "application/json")


async def calls(*pages: object) -> Listed:
    return await TwilioLists(Pages({("calls", NUMBER): list(pages)})).placed("voice", NUMBER)


async def test_a_call_is_read_from_its_row() -> None:
    """Name, sender, state and time of creation, in UTC."""
    expected = Listed((Placed("CA1", frozenset({"+14155550100"}), "busy", AT),), complete=True)
    assert expected == await calls({"calls": [CALL]})


async def test_messages_are_listed_under_each_scheme() -> None:
    """One person is reached under several addresses; a service is a sender like a number."""
    service = {**CALL, "sid": "SM1", "messaging_service_sid": "MG1", "error_code": 30006}
    pages = Pages(
        {
            ("messages", NUMBER): [{"messages": [service]}],
            ("messages", f"whatsapp:{NUMBER}"): [{"messages": [{**CALL, "sid": "SM2", "from": None}]}],
        }
    )
    listed = await TwilioLists(pages).placed("sms", NUMBER)
    assert [NUMBER, f"whatsapp:{NUMBER}", f"rcs:{NUMBER}"] == [dict(query)["To"] for _, query in pages.asked]
    assert (
        Placed("SM1", frozenset({"+14155550100", "MG1"}), "busy", AT, "30006"),
        Placed("SM2", frozenset(), "busy", AT),
    ) == listed.placed


@pytest.mark.parametrize("direction", ["inbound", "outbound-dial", "outbound-reply", "outbound-call", None])
async def test_what_no_create_made_is_left_out(direction: object) -> None:
    """Calls of a document's Dial and replies to messages have attempts of their own."""
    assert () == (await calls({"calls": [{**CALL, "direction": direction}]})).placed


async def test_pages_are_followed_to_the_end() -> None:
    """By their own query, at the path that the gate knows."""
    uri = "/2010-04-01/Accounts/AC1/Elsewhere.json?To=%2B14155552671&PageSize=1000&Page=1&PageToken=PACA1"
    pages = Pages({("calls", NUMBER): [{"calls": [CALL], "next_page_uri": uri}, {"calls": [{**CALL, "sid": "CA2"}]}]})
    listed = await TwilioLists(pages).placed("voice", NUMBER)
    following = (("To", NUMBER), ("PageSize", "1000"), ("Page", "1"), ("PageToken", "PACA1"))
    assert [("Calls.json", (("To", NUMBER), ("PageSize", "1000"))), ("Calls.json", following)] == pages.asked
    assert (["CA1", "CA2"], True) == ([one.sid for one in listed.placed], listed.complete)


async def test_a_list_without_end_is_cut_off_and_says_so() -> None:
    """Nobody is released for not being on it."""
    uri = "/Calls.json?To=%2B14155552671&Page=1"
    pages = Pages({("calls", NUMBER): [{"calls": [], "next_page_uri": uri}] * (PAGES + 5)})
    listed = await TwilioLists(pages).placed("voice", NUMBER)
    assert (PAGES, Listed((), complete=False)) == (len(pages.asked), listed)


@pytest.mark.parametrize("document", [[], "x", {}, {"calls": None}, {"calls": [1]}, {"calls": [{"sid": None}]}])
async def test_what_is_no_list_proves_nothing(document: object) -> None:
    """It is a failure of the carrier's, never an empty list."""
    with pytest.raises(CarrierUnreachableError):
        await calls(document)


async def test_a_refused_list_proves_nothing() -> None:
    """Wrong credentials do not make calls unmade."""
    with pytest.raises(CarrierUnreachableError):
        await TwilioLists(Pages(status=401)).placed("voice", NUMBER)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Sat, 21 Nov 2026 13:00:05 +0100", AT), ("Sat, 21 Nov 2026 12:00:05 -0000", AT), ("soon", None), (None, None)],
)
async def test_times_are_read_or_left_open(written: object, expected: datetime | None) -> None:
    """A time that cannot be read is no time: such a call is never taken for anybody's."""
    listed = await calls({"calls": [{**CALL, "date_created": written}]})
    assert [expected] == [one.created_at for one in listed.placed]
