"""API keys: made, listed, revoked."""

from __future__ import annotations

import pytest

from dialgate.domain.ledger import Entry
from dialgate.domain.scope import REVOKED_KEYS
from tests.fakes.api_gate import ADMIN, ASKED, DIALER, KEYS, OPERATOR, ApiGate, Http, say


async def test_a_new_key_works_at_once_in_its_role(http: Http) -> None:
    """The secret that is answered once signs in with the role and the defaults of the key."""
    asked = {"role": "dialer", "campaign": "spring", "purpose": "survey"}
    said = await say(http, "POST", "/v1/keys", asked, pair=ADMIN)
    assert (201, "acme", "dialer") == (said.status, said.json["tenant"], said.json["role"])
    pair = (said.json["sid"], said.json["secret"])
    assert 200 == (await say(http, "POST", "/v1/decisions", ASKED, pair=pair)).status
    assert 403 == (await say(http, "GET", "/v1/stats?group_by=hour", pair=pair)).status


async def test_a_listing_holds_no_secret(gate: ApiGate, http: Http) -> None:
    """An admin sees the keys of the tenant, an operator all of them; neither sees what a secret is kept as."""
    said = await say(http, "GET", "/v1/keys", pair=ADMIN)
    whole = await say(http, "GET", "/v1/keys")
    assert (len(KEYS) - 1, len(KEYS)) == (len(said.json["items"]), len(whole.json["items"]))
    assert not any(key.secret_hash in whole.text for key in gate.written.keys.values())


async def test_a_revoked_key_is_in_the_ledger_first(gate: ApiGate, http: Http) -> None:
    """After a revocation the key does not sign in, and the index learns from the ledger to refuse its attempts."""
    said = await say(http, "DELETE", f"/v1/keys/{DIALER[0]}", pair=ADMIN)
    assert 200 == said.status
    assert said.json["revoked_at"] is not None
    assert [Entry(REVOKED_KEYS, DIALER[0])] == [row.what for row in gate.sql.in_order()]
    refused = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert (403, "key_suspended") == (refused.status, refused.json["reason"])


async def test_with_sql_down_nothing_is_revoked_by_halves(gate: ApiGate, http: Http) -> None:
    """If the ledger does not take the revocation, the directory does not say that it took place."""
    gate.sql_trouble.fails.add("record_key_revoked")
    assert 503 == (await say(http, "DELETE", f"/v1/keys/{DIALER[0]}", pair=ADMIN)).status
    assert gate.written.keys[DIALER[0]].revoked_at is None


@pytest.mark.parametrize("sid", ["nonsense", OPERATOR[0]])
async def test_keys_of_others_are_not_there(http: Http, sid: str) -> None:
    """An admin can neither see nor revoke a key outside the tenant."""
    assert 404 == (await say(http, "DELETE", f"/v1/keys/{sid}", pair=ADMIN)).status


async def test_a_key_may_belong_to_a_partner(gate: ApiGate, http: Http) -> None:
    """A dialer's, to be suspended with it, or one for its feed; to a partner that there is, and no other role's."""
    await say(http, "POST", "/v1/partners", {"name": "desk"}, pair=ADMIN)
    asked = [("dialer", "desk"), ("partner", "desk"), ("partner", ""), ("agent", "desk"), ("dialer", "nobody")]
    said = [
        await say(http, "POST", "/v1/keys", {"role": role, "partner": partner}, pair=ADMIN) for role, partner in asked
    ]
    listed = (await say(http, "GET", "/v1/keys", pair=ADMIN)).json["items"]
    assert [201, 201, 400, 400, 404] == [one.status for one in said]
    assert ["dialer", "partner", "partner"] == sorted(one["role"] for one in listed if one["partner"] == "desk")


@pytest.mark.parametrize("body", [{"role": "operator"}, {"role": "king"}, {}, {"role": "dialer", "campaign": "a b"}])
async def test_what_cannot_be_a_key_is_refused(gate: ApiGate, http: Http, body: dict[str, str]) -> None:
    """Nobody makes an operator key here, nor a key whose campaign no attempt could have."""
    assert (400, len(KEYS)) == ((await say(http, "POST", "/v1/keys", body, pair=ADMIN)).status, len(gate.written.keys))
