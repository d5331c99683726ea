"""Partners on `/v1`: added, listed with how far they are behind, removed with their keys."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from dialgate.app.feeds import FeedItem, Partner
from dialgate.domain.ledger import Entry
from dialgate.domain.scope import REVOKED_KEYS, Scope
from tests.fakes.api_gate import ADMIN, ASKED, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.journal_tools import AT

PUSHED = {"name": "crm", "push_url": "https://crm.example/feed"}


async def test_one_that_pulls_gets_a_key(gate: ApiGate, http: Http) -> None:
    """Shown once, good for its feed alone, and of no other partner."""
    said = await say(http, "POST", "/v1/partners", {"name": "desk"}, pair=ADMIN)
    assert (201, None, "acme") == (said.status, said.json["signing_secret"], said.json["tenant"])
    pair = (said.json["key_sid"], said.json["key_secret"])
    paths = ("/v1/feeds/desk", "/v1/feeds/crm", "/v1/partners", "/v1/numbers/+14155552671")
    assert [200, 403, 403, 403] == [(await say(http, "GET", path, pair=pair)).status for path in paths]
    assert 403 == (await say(http, "POST", "/v1/decisions", ASKED, pair=pair)).status


async def test_one_that_is_pushed_to_gets_a_secret(gate: ApiGate, http: Http) -> None:
    """Of 32 bytes, as Standard Webhooks writes them; a listing does not hold it."""
    said = await say(http, "POST", "/v1/partners?tenant=acme", PUSHED, pair=OPERATOR)
    kind, _, encoded = said.json["signing_secret"].partition("_")
    assert (201, None, "whsec", 32) == (said.status, said.json["key_sid"], kind, len(base64.b64decode(encoded)))
    listed = await say(http, "GET", "/v1/partners", pair=OPS)
    assert (["crm"], False) == ([one["name"] for one in listed.json["items"]], encoded in listed.text)
    assert 409 == (await say(http, "POST", "/v1/partners", PUSHED, pair=ADMIN)).status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a b"},
        {"name": "a/b"},
        {"name": "crm", "push_url": "ftp://crm.example"},
        {"name": "crm", "max_lag_s": 0},
        {"name": "crm", "push_url": "https://inside.example"},
    ],
)
async def test_what_cannot_be_a_partner_is_refused(gate: ApiGate, http: Http, body: dict[str, object]) -> None:
    """A name that no path could hold, an address that is never asked, no time at all."""
    gate.outside.objections["https://inside.example"] = "It leads inside."
    assert (400, {}) == ((await say(http, "POST", "/v1/partners", body, pair=ADMIN)).status, gate.partners.kept)


@pytest.mark.parametrize(("suspends", "state"), [(False, "lagging"), (True, "suspended")])
async def test_the_listing_tells_who_lags(gate: ApiGate, http: Http, suspends: object, state: str) -> None:
    """By rows, by age, and what follows from it; of the own tenant."""
    since = AT - timedelta(days=1)
    desk = Partner("acme", "desk", "", "whsec_eA==", 60, suspends=bool(suspends), created_at=since)
    item = FeedItem(7, "block", "+14155552671", Scope("acme"), "sms", AT - timedelta(seconds=61), "o1")
    gate.partners.kept |= {("acme", "desk"): desk, ("other", "desk"): desk}
    gate.partners.feeds["acme"] = [item]
    (said,) = (await say(http, "GET", "/v1/partners", pair=OPS)).json["items"][:1]
    assert (state, 0, 7, 1) == tuple(said[name] for name in ("state", "position", "head", "behind"))
    assert 61 <= said["lag_s"] < 70


async def test_who_is_removed_has_no_key_any_more(gate: ApiGate, http: Http) -> None:
    """Revoked in the ledger, so that no gate forwards for them: nobody dials who does not follow."""
    made = (await say(http, "POST", "/v1/partners", {"name": "desk"}, pair=ADMIN)).json
    dials = (await say(http, "POST", "/v1/keys", {"role": "dialer", "partner": "desk"}, pair=ADMIN)).json
    said = await say(http, "DELETE", "/v1/partners/desk", pair=ADMIN)
    revoked = [made["key_sid"], dials["sid"]]
    assert (200, revoked, {}) == (said.status, said.json["keys_revoked"], gate.partners.kept)
    assert [Entry(REVOKED_KEYS, sid) for sid in revoked] == [row.what for row in gate.sql.in_order()]
    asked = await say(http, "GET", "/v1/feeds/desk", pair=(made["key_sid"], made["key_secret"]))
    assert (403, "key_suspended") == (asked.status, asked.json["reason"])
    assert 404 == (await say(http, "DELETE", "/v1/partners/desk", pair=ADMIN)).status


async def test_who_may_still_dial_is_still_a_partner(gate: ApiGate, http: Http) -> None:
    """Where a revocation is not in force, the answer is 503 and the partner stays, to be asked for again."""
    await say(http, "POST", "/v1/partners", {"name": "desk"}, pair=ADMIN)
    gate.store_trouble.down = True
    assert 503 == (await say(http, "DELETE", "/v1/partners/desk", pair=ADMIN)).status
    gate.store_trouble.down = False
    assert [("acme", "desk")] == list(gate.partners.kept)
    assert 200 == (await say(http, "DELETE", "/v1/partners/desk", pair=ADMIN)).status
