"""The feed of a partner on `/v1`."""

from __future__ import annotations

import pytest

from dialgate.app.feeds import FeedItem, Partner
from dialgate.domain.scope import Scope
from tests.fakes.api_gate import ADMIN, COMPLIANCE, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.journal_tools import AT

NUMBER = "+14155552671"
Pair = tuple[str, str]


@pytest.fixture
async def desk(gate: ApiGate, http: Http) -> Pair:
    """The key of a partner of `acme`, whose feed holds a block of everything and a release of texts."""
    made = (await say(http, "POST", "/v1/partners", {"name": "desk"}, pair=ADMIN)).json
    gate.partners.feeds["acme"] = [
        FeedItem(3, "block", NUMBER, Scope("acme"), "sms", AT, "o1"),
        FeedItem(7, "release", NUMBER, Scope("acme", "sms"), "sms", AT, "l1"),
    ]
    gate.partners.feeds["other"] = [FeedItem(4, "block", NUMBER, Scope("other"), "sms", AT, "b1")]
    return made["key_sid"], made["key_secret"]


async def test_a_partner_reads_what_changed(http: Http, desk: Pair) -> None:
    """Whole numbers, which it must block; page by page, and nothing of another tenant."""
    first = await say(http, "GET", "/v1/feeds/desk?limit=1", pair=desk)
    rest = await say(http, "GET", f"/v1/feeds/desk?after={first.json['next']}", pair=desk)
    scope = {"channel": "*", "purpose": "*", "campaign": "*"}
    block = {
        "position": 3,
        "action": "block",
        "number": NUMBER,
        "scope": scope,
        "source": "sms",
        "at": AT.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "id": "o1",
    }
    assert {"version": 1, "items": [block], "next": 3, "head": 7} == first.json
    (release,) = rest.json["items"]
    assert ("release", {**scope, "channel": "sms"}, 7) == (release["action"], release["scope"], rest.json["next"])


async def test_others_see_it_masked(http: Http, desk: Pair) -> None:
    """Unless they may unmask, and ask for it; they name the tenant where they have none."""
    masked = await say(http, "GET", "/v1/feeds/desk", pair=OPS)
    whole = [
        await say(http, "GET", f"/v1/feeds/desk?unmask=true{more}", pair=pair)
        for pair, more in ((COMPLIANCE, ""), (OPERATOR, "&tenant=acme"))
    ]
    assert (False, [True, True]) == (NUMBER in masked.text, [NUMBER in one.text for one in whole])
    refused = [("?unmask=true", OPS), ("", OPERATOR), ("?tenant=other", desk)]
    assert [403, 400, 403] == [(await say(http, "GET", f"/v1/feeds/desk{q}", pair=pair)).status for q, pair in refused]


async def test_an_acknowledgement_is_kept(gate: ApiGate, http: Http, desk: Pair) -> None:
    """The highest stands; one that the feed never gave is refused, and changes nothing."""
    path = "/v1/feeds/desk/acknowledge"
    said = [await say(http, "POST", path, {"position": position}, pair=desk) for position in (7, 3, 8)]
    assert [(200, 7), (200, 7), (409, None)] == [(one.status, one.json.get("position")) for one in said]
    assert 7 == gate.partners.kept["acme", "desk"].acknowledged


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "after=1&after=1"])
async def test_positions_are_read_strictly(http: Http, desk: Pair, query: str) -> None:
    """Whoever misreads a position could miss a refusal."""
    assert 400 == (await say(http, "GET", f"/v1/feeds/desk?{query}", pair=desk)).status


@pytest.mark.parametrize("body", [{}, {"position": "7"}, {"position": -1}, {"position": 7.5}, {"position": True}])
async def test_acknowledgements_are_read_strictly(http: Http, desk: Pair, body: dict[str, object]) -> None:
    """Nothing but a whole number says how far somebody has come."""
    assert 400 == (await say(http, "POST", "/v1/feeds/desk/acknowledge", body, pair=desk)).status


async def test_a_position_that_was_never_given_is_told(http: Http, desk: Pair) -> None:
    """A partner that follows another feed's positions hears of it, with the way out."""
    said = await say(http, "GET", "/v1/feeds/desk?after=9", pair=desk)
    assert (409, True) == (said.status, "Begin again with 0" in said.json["detail"])


async def test_nobody_reads_another_partners_feed(gate: ApiGate, http: Http, desk: Pair) -> None:
    """Nor acknowledges it; a partner that was never added has none."""
    crm = Partner("acme", "crm", "", "whsec_eA==", 900, suspends=True, created_at=AT)
    gate.partners.kept["acme", "crm"] = crm
    said = [
        await say(http, "GET", "/v1/feeds/crm", pair=desk),
        await say(http, "POST", "/v1/feeds/crm/acknowledge", {"position": 7}, pair=desk),
        await say(http, "GET", "/v1/feeds/nobody", pair=OPS),
    ]
    assert ([403, 403, 404], crm) == ([one.status for one in said], gate.partners.kept["acme", "crm"])
