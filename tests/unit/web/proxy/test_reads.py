"""Reads show what the tenant made through the gate, in the tenant's own name."""

from __future__ import annotations

import json
from email.utils import format_datetime

from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import ACCOUNT, CARRIER_ACCOUNT, WebGate, sid
from tests.unit.web import surface
from tests.unit.web.surface import BASE, CALL, MESSAGE, Http

FOREIGN = sid("CA", 99)
SECRET = "carriersecret"


def document(number: str) -> dict[str, object]:
    uri = f"/2010-04-01/Accounts/{CARRIER_ACCOUNT}/Calls/{number}.json"
    created = format_datetime(AT)
    return {
        "sid": number,
        "account_sid": CARRIER_ACCOUNT,
        "uri": uri,
        "auth_token": SECRET,
        "date_created": created,
        "subresource_uris": {"recordings": uri},
    }


async def made_call(http: Http) -> str:
    return str((await surface.post(http, "/Calls.json", *CALL)).body["sid"])


async def test_what_was_made_can_be_fetched(gate: WebGate, http: Http) -> None:
    """Right after the create, swapped, without secrets."""
    call = await made_call(http)
    gate.naming_carrier.documents[f"Calls/{call}.json"] = document(call)
    got = await surface.get(http, f"/Calls/{call}.json")
    assert (200, call, ACCOUNT) == (got.status, got.body["sid"], got.body["account_sid"])
    assert (False, False) == (CARRIER_ACCOUNT in got.text, SECRET in got.text)


async def test_what_was_not_made_here_does_not_exist(gate: WebGate, http: Http) -> None:
    """404 / 20404 for another tenant's call as for none."""
    gate.naming_carrier.documents[f"Calls/{FOREIGN}.json"] = document(FOREIGN)
    got = await surface.get(http, f"/Calls/{FOREIGN}.json")
    assert (404, 20404) == (got.status, got.body["code"])


async def test_a_leg_of_an_own_call_can_be_fetched(gate: WebGate, http: Http) -> None:
    """What was dialled in the course of a call is its maker's."""
    call = await made_call(http)
    gate.naming_carrier.documents[f"Calls/{FOREIGN}.json"] = {**document(FOREIGN), "parent_call_sid": call}
    got = await surface.get(http, f"/Calls/{FOREIGN}.json")
    assert (200, call) == (got.status, got.body["parent_call_sid"])


async def test_rooms_are_listed_by_their_own_names(gate: WebGate, http: Http) -> None:
    """Conferences of others are not shown, and the filter by name finds the tenant's own."""
    rooms = [
        {"sid": sid("CF", 1), "friendly_name": f"{ACCOUNT}.sales"},
        {"sid": sid("CF", 2), "friendly_name": "sales"},
    ]
    gate.naming_carrier.documents["Conferences.json"] = {"conferences": rooms}
    got = await surface.get(http, "/Conferences.json?FriendlyName=sales")
    assert [(sid("CF", 1), "sales")] == [(row["sid"], row["friendly_name"]) for row in got.body["conferences"]]
    assert [("Conferences.json", (("FriendlyName", f"{ACCOUNT}.sales"),))] == gate.naming_carrier.reads


async def test_a_list_below_what_is_own_is_passed_on(gate: WebGate, http: Http) -> None:
    """The carrier lists there only what belongs to it."""
    call = await made_call(http)
    path = f"Calls/{call}/Recordings.json"
    gate.naming_carrier.documents[path] = {"recordings": [{"sid": sid("RE", 1)}], "page": 0}
    assert [sid("RE", 1)] == [row["sid"] for row in (await surface.get(http, f"/{path}")).body["recordings"]]


async def test_a_list_has_only_own_rows(gate: WebGate, http: Http) -> None:
    """Rows of others are removed, filters reach the carrier, and paging leads back to the gate."""
    call = await made_call(http)
    gate.naming_carrier.documents["Calls.json"] = {
        "calls": [document(call), document(FOREIGN)],
        "next_page_uri": f"/2010-04-01/Accounts/{CARRIER_ACCOUNT}/Calls.json?Page=1",
    }
    got = await surface.get(http, "/Calls.json?PageSize=2")
    assert [call] == [row["sid"] for row in got.body["calls"]]
    assert f"{BASE}/Calls.json?Page=1" == got.body["next_page_uri"]
    assert [("Calls.json", (("PageSize", "2"),))] == gate.naming_carrier.reads
    assert (False, False) == (CARRIER_ACCOUNT in got.text, SECRET in got.text)


async def test_an_empty_list_is_an_empty_list(gate: WebGate, http: Http) -> None:
    """No row is no row."""
    gate.naming_carrier.documents["Messages.json"] = {"messages": [], "page": 0}
    assert {"messages": [], "page": 0} == (await surface.get(http, "/Messages.json")).body


async def test_a_carriers_no_is_passed_on(http: Http) -> None:
    """A list or resource that the carrier refuses is refused."""
    message = (await surface.post(http, "/Messages.json", *MESSAGE)).body["sid"]
    listing, single = [await surface.get(http, path) for path in ("/Messages.json", f"/Messages/{message}.json")]
    assert (404, 404) == (listing.status, single.status)


async def test_the_account_is_answered_by_the_gate(gate: WebGate, http: Http) -> None:
    """Without asking the carrier, and without `auth_token`."""
    got = await surface.get(http, ".json")
    assert (200, ACCOUNT, False) == (got.status, got.body["sid"], "auth_token" in json.dumps(got.body))
    assert [] == gate.naming_carrier.reads
