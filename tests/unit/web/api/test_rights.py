"""Every role at every route."""

from __future__ import annotations

from dialgate.app.queries import Role
from dialgate.web.api.catalogue import ROUTES
from dialgate.web.api.rights import RIGHTS
from tests.fakes.api_gate import KEYS, Http, say

D, A, LOOKS, C, M, X, P = Role  # dialer, agent, ops, compliance, admin, operator, partner
READERS = {LOOKS, C, M, X}
MAY: dict[str, set[Role]] = {
    "POST /v1/decisions": READERS | {D},
    "POST /v1/decisions/batch": READERS | {D},
    "POST /v1/decisions/{id}/outcome": {D, X},
    "GET /v1/decisions": READERS | {D},
    "GET /v1/decisions.csv": READERS | {D},
    "GET /v1/decisions.jsonl": READERS | {D},
    "GET /v1/decisions/{id}": READERS | {D},
    "GET /v1/decisions/{id}/explain": READERS | {D},
    "GET /v1/stats": READERS,
    "POST /v1/opt-outs": {A, C, X},
    "POST /v1/opt-outs/import": {A, C, X},
    "GET /v1/numbers/{e164}": READERS,
    "GET /v1/reviews": READERS,
    "POST /v1/reviews/{id}": {C, X},
    "POST /v1/preferences/link": {D, A, C, X},
    "GET /v1/tenants": READERS,
    "POST /v1/tenants": {X},
    "PATCH /v1/tenants/{name}": {M, X},
    "POST /v1/tokens": {M, X},
    "POST /v1/tokens/promote": {M, X},
    "GET /v1/destinations": READERS,
    "POST /v1/destinations": {C, X},
    "DELETE /v1/destinations/{number}": {C, X},
    "GET /v1/keys": {M, X},
    "POST /v1/keys": {M, X},
    "DELETE /v1/keys/{sid}": {M, X},
    "GET /v1/notices": READERS,
    "GET /v1/notices/{id}": READERS,
    "POST /v1/notices/{id}/replay": {M, X},
    "POST /v1/notices/replay": {M, X},
    "GET /v1/partners": READERS,
    "POST /v1/partners": {M, X},
    "DELETE /v1/partners/{name}": {M, X},
    "GET /v1/feeds/{partner}": READERS | {P},
    "POST /v1/feeds/{partner}/acknowledge": {P, X},
    "GET /v1/carrier/webhooks": {X},
    "POST /v1/carrier/webhooks/adopt": {X},
    "POST /v1/carrier/webhooks/release": {X},
    "POST /v1/carrier/import": {X},
}
"""Written out once more, so that a slip in the product's table cannot agree with itself."""


def test_every_role_has_its_rights() -> None:
    """No role is without a line in the table."""
    assert set(Role) == set(RIGHTS)


def test_every_route_is_in_the_matrix() -> None:
    """A route that is added must be given to somebody, on purpose."""
    assert sorted(f"{route.method} {route.path}" for route in ROUTES) == sorted(MAY)


async def test_every_role_at_every_route(http: Http) -> None:
    """Who may gets past the door (whatever the answer to an empty question), who may not is a 403."""
    found = {
        name: {role for role, pair in KEYS.items() if (await say(http, *_example(name), pair=pair)).status != 403}
        for name in MAY
    }
    assert found == MAY


async def test_nobody_gets_in_without_a_key(http: Http) -> None:
    """Without credentials, and with wrong ones, every route is a 401 that asks for them."""
    for name in MAY:
        for pair in (None, ("SK" + "9" * 32, "wrong"), (KEYS[D][0], "wrong")):
            said = await say(http, *_example(name), pair=pair)
            assert (401, True) == (said.status, "WWW-Authenticate" in said.headers)


def _example(name: str) -> tuple[str, str]:
    method, path = name.split()
    return method, path.format(id="0" * 32, e164="12", number="12", sid="SK0", name="acme", partner="callers")
