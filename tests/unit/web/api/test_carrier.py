"""The carrier's own settings over `/v1`."""

from __future__ import annotations

from tests.fakes.api_gate import ASKED, ApiGate, Http, say
from tests.fakes.carrier_settings import HERE, number

PATH = "/v1/carrier/webhooks"
OLD = "https://app.example.com/sms"


async def test_what_does_not_point_here_is_listed(gate: ApiGate, http: Http) -> None:
    """With its owner, what it is and what it would become."""
    gate.settings.all = [number(ASKED["from"], OLD)]
    expected = {
        "kind": "number",
        "sid": "PN1",
        "name": ASKED["from"],
        "tenants": ["acme"],
        "was": {"SmsUrl": OLD},
        "becomes": {"SmsUrl": HERE},
        "note": "",
    }
    assert {"items": [expected]} == (await say(http, "GET", PATH)).json


async def test_adopting_and_releasing_go_there_and_back(gate: ApiGate, http: Http) -> None:
    """A dry run changes nothing; the key that did it is on record."""
    gate.settings.all = [number(ASKED["from"], OLD)]
    tried = await say(http, "POST", f"{PATH}/adopt", {"dry_run": True})
    untouched = list(gate.settings.written)
    done = await say(http, "POST", f"{PATH}/adopt", {})
    back = await say(http, "POST", f"{PATH}/release", {})
    assert (200, 200, [], True) == (done.status, back.status, untouched, tried.json == done.json)
    assert [("PN1", {"SmsUrl": HERE}), ("PN1", {"SmsUrl": OLD})] == gate.settings.written
    assert 1 == len(gate.former.actors)
