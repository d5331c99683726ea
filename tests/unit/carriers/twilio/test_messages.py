"""The list of messages is read strictly, and nothing on it that tells of an opt-out is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer
from dialgate.app.read_back import Listed, MessagePage
from dialgate.carriers.twilio.messages import TwilioMessages

SINCE = datetime(2026, 11, 20, 23, 30, 5, tzinfo=UTC)
UNTIL = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
AT = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
SENT = "Sat, 21 Nov 2026 12:00:05 +0000"
SID = "SM" + "0" * 32
# As the carrier's documentation shows a row, with names and texts of our own.
INBOUND: Mapping[str, object] = {
    "account_sid": "AC" + "a" * 32,
    "api_version": "2010-04-01",
    "body": "别再发了",
    "date_created": "Sat, 21 Nov 2026 12:00:04 +0000",
    "date_sent": SENT,
    "date_updated": SENT,
    "direction": "inbound",
    "error_code": None,
    "error_message": None,
    "from": "+12025550123",
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": None,
    "sid": SID,
    "status": "received",
    "subresource_uris": {"media": f"/2010-04-01/Accounts/AC/Messages/{SID}/Media.json"},
    "to": "+14155550100",
    "uri": f"/2010-04-01/Accounts/AC/Messages/{SID}.json",
}
REFUSED = {
    **INBOUND,
    "body": "Your offer",
    "direction": "outbound-api",
    "error_code": 21610,
    "from": None,
    "messaging_service_sid": "MG" + "5" * 32,
    "status": "failed",
    "to": "+12025550123",
}


@dataclass(slots=True)
class Pages:
    pages: list[object] = field(default_factory=list)
    status: int = 200
    asked: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        self.asked.append((path, tuple(query)))
        return CarrierAnswer(self.status, json.dumps(self.pages.pop(0)).encode(), "application/json")


async def page(*rows: object, next_page_uri: object = None) -> MessagePage:
    pages = Pages([{"messages": list(rows), "next_page_uri": next_page_uri}])
    return await TwilioMessages(pages).page(SINCE, UNTIL, "")


async def test_what_a_person_sent_is_read_from_its_row() -> None:
    """With the carrier's own time for it."""
    listed = Listed(SID, AT, "+12025550123", "+14155550100", "", "别再发了", refused=False)
    assert MessagePage((listed,), 1, AT, "") == await page(INBOUND)


@pytest.mark.parametrize("code", [21610, "21610"])
async def test_what_the_carrier_refused_for_an_opt_out_is_read(code: object) -> None:
    """Also where a service was to find the sender."""
    listed = Listed(SID, AT, "", "+12025550123", "MG" + "5" * 32, "Your offer", refused=True)
    assert (listed,) == (await page({**REFUSED, "error_code": code})).rows


@pytest.mark.parametrize("row", [{"error_code": None}, {"error_code": 30006}, {"error_code": 216100}])
async def test_other_messages_of_ours_are_only_counted(row: dict[str, object]) -> None:
    """They tell of no opt-out; how far the list was read, they tell."""
    assert MessagePage((), 1, AT, "") == await page({**REFUSED, **row})


async def test_the_list_is_asked_for_the_whole_span() -> None:
    """From its second on, up to the end of its last day: a filter that heeds dates alone leaves nothing out."""
    pages = Pages([{"messages": []}])
    await TwilioMessages(pages).page(SINCE, UNTIL, "")
    query = (("DateSent>", "2026-11-20T23:30:05Z"), ("DateSent<", "2026-11-22"), ("PageSize", "500"))
    assert [("Messages.json", query)] == pages.asked


async def test_the_next_page_is_asked_for_by_its_own_query() -> None:
    """At the path that the gate knows: where to ask is not the answer's to say."""
    uri = "https://elsewhere.example.com/Messages.json?DateSent%3E=2026-11-20&PageSize=500&Page=1&PageToken=PASM1"
    first = await page(next_page_uri=uri)
    pages = Pages([{"messages": []}])
    await TwilioMessages(pages).page(SINCE, UNTIL, first.next)
    query = (("DateSent>", "2026-11-20"), ("PageSize", "500"), ("Page", "1"), ("PageToken", "PASM1"))
    assert [("Messages.json", query)] == pages.asked


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"date_sent": "Sat, 21 Nov 2026 13:00:05 +0100"}, AT),
        ({"date_sent": "Sat, 21 Nov 2026 12:00:05 -0000"}, AT),
        ({"date_sent": None, "date_created": SENT}, AT),
        ({"date_sent": "soon", "date_created": None}, UNTIL),
        ({"date_sent": 5, "date_created": {}}, UNTIL),
    ],
)
async def test_a_message_without_a_time_is_not_left_out(times: dict[str, object], expected: datetime) -> None:
    """When it was made will do, and else the end of what was asked for."""
    assert [expected] == [row.sent_at for row in (await page({**INBOUND, **times})).rows]


@pytest.mark.parametrize("name", ["from", "to", "body", "messaging_service_sid"])
async def test_what_is_no_text_reads_as_none(name: str) -> None:
    """The rest of the message still counts."""
    assert 1 == len((await page({**INBOUND, name: {"a": 1}})).rows)


@pytest.mark.parametrize(
    "document", [[], "x", {}, {"messages": None}, {"messages": [1]}, {"messages": [{}]}, {"messages": [{"sid": "CA1"}]}]
)
async def test_what_is_no_list_proves_nothing(document: object) -> None:
    """It is a failure of the carrier's, never an empty list: the bookmark would move over it."""
    with pytest.raises(CarrierUnreachableError):
        await TwilioMessages(Pages([document])).page(SINCE, UNTIL, "")


@pytest.mark.parametrize("status", [400, 401, 404, 429])
async def test_a_refused_list_proves_nothing(status: int) -> None:
    """Wrong credentials and stale places do not mean that nobody wrote."""
    with pytest.raises(CarrierUnreachableError):
        await TwilioMessages(Pages([{"messages": []}], status)).page(SINCE, UNTIL, "")
