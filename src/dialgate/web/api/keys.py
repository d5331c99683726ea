"""API keys: made, listed, revoked. A secret is shown once and kept only as a keyed hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import BadRequestError, NotFoundError, StoreUnavailableError
from dialgate.app.queries import ApiKey, Role
from dialgate.web.api.asked import KeyAsked, NoBody, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import KeyList, KeyMade, KeyShown

if TYPE_CHECKING:
    from dialgate.web.api.call import Call


@route("GET /v1/keys", Right.KEYS, query=TenantQuery, body=NoBody, answers={200: Answers(KeyList)}, fails=(404,))
async def keys(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """List keys, the newest last. An operator key that names no tenant sees all, operator keys too."""
    wanted = call.tenant_name(query.tenant)
    known = sorted(call.gate.directory.now.keys.values(), key=lambda key: (key.created_at, key.sid))
    return answer(KeyList(items=tuple(_shown(key) for key in known if wanted in {"", key.tenant})))


@route(
    "POST /v1/keys",
    Right.KEYS,
    query=TenantQuery,
    body=KeyAsked,
    answers={201: Answers(KeyMade)},
    fails=(404, 409),
)
async def create(call: Call, query: TenantQuery, body: KeyAsked) -> web.Response:
    """Make a key of one role; campaign and purpose are the defaults of what it asks for.

    A key of the role `partner` follows that partner's feed. A `dialer` key may belong to a partner: it is suspended
    while that one lags, if the partner is one whose keys are.
    """
    gate, tenant = call.gate, call.tenant(query.tenant)
    await _check_partner(call, tenant.name, body)
    secret = gate.chance(32).hex()
    key = ApiKey(
        sid="SK" + gate.chance(16).hex(),
        tenant=tenant.name,
        role=Role(body.role),
        secret_hash=gate.hash_secret(secret),
        campaign=body.campaign,
        purpose=body.purpose or "",
        created_at=gate.clock.now(),
        revoked_at=None,
        partner=body.partner,
    )
    await gate.tenants.create_key(key)
    await gate.directory.refresh()
    made = KeyMade(sid=key.sid, secret=secret, account_sid=tenant.account_sid, tenant=tenant.name, role=key.role)
    return answer(made, 201)


@route(
    "DELETE /v1/keys/{sid}",
    Right.KEYS,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(KeyShown)},
    fails=(404,),
)
async def revoke(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Revoke a key for good: from this answer on no gate forwards for it. 503: ask again, to be sure of that."""
    gate, wanted = call.gate, call.tenant_name(query.tenant)
    await gate.directory.refresh()
    key = gate.directory.now.keys.get(call.request.match_info["sid"])
    if key is None or (wanted and key.tenant != wanted):
        raise NotFoundError("There is no such key.")
    now = gate.clock.now()
    in_force = await gate.opting_out.revoke_key(key.sid, call.caller.key_sid, now)
    await gate.tenants.revoke_key(key.sid, now)
    await gate.directory.refresh()
    if not in_force:
        raise StoreUnavailableError("The key is revoked, but not every gate may refuse it yet. Ask again.")
    return answer(_shown(gate.directory.now.keys[key.sid]))


async def _check_partner(call: Call, tenant: str, body: KeyAsked) -> None:
    """Errors: `BadRequestError`, `NotFoundError`."""
    if body.role is Role.PARTNER and not body.partner:
        raise BadRequestError("partner: a key of this role belongs to a partner; name it.")
    if body.partner and body.role not in {Role.PARTNER, Role.DIALER}:
        raise BadRequestError(f"partner: a key of the role {body.role} belongs to the tenant alone; leave it out.")
    if body.partner and await call.gate.tidings.partners.get(tenant, body.partner) is None:
        raise NotFoundError("This tenant has no such partner. GET /v1/partners lists them.")


def _shown(key: ApiKey) -> KeyShown:
    return KeyShown(
        sid=key.sid,
        tenant=key.tenant,
        role=key.role,
        campaign=key.campaign,
        purpose=key.purpose,
        partner=key.partner,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
    )
