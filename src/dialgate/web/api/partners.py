"""Partners that follow a tenant's refusals: made, listed with how far they are behind, removed with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.errors import BadRequestError, NotFoundError, StoreUnavailableError
from dialgate.app.feeds import Partner, new_secret
from dialgate.app.lagging import standings
from dialgate.app.queries import ApiKey, Role
from dialgate.web.api.asked import NoBody, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.tidings import PartnerAsked, PartnerList, PartnerMade, PartnerRemoved, PartnerShown

if TYPE_CHECKING:
    from dialgate.app.lagging import Standing
    from dialgate.web.api.call import Call

log = structlog.get_logger(__name__)


@route(
    "GET /v1/partners", Right.READ, query=TenantQuery, body=NoBody, answers={200: Answers(PartnerList)}, fails=(404,)
)
async def partners(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """List partners: how far each has acknowledged its feed, how far it is behind, and what follows from that."""
    behind = await call.gate.tidings.partners.behind(call.tenant_name(query.tenant))
    return answer(PartnerList(items=tuple(_shown(one) for one in standings(behind, call.gate.clock.now()))))


@route(
    "POST /v1/partners",
    Right.PARTNERS,
    query=TenantQuery,
    body=PartnerAsked,
    answers={201: Answers(PartnerMade)},
    fails=(404, 409),
)
async def create(call: Call, query: TenantQuery, body: PartnerAsked) -> web.Response:
    """Add a partner: an outsourced call centre, a CRM. It reads every number that refuses this tenant.

    With `push_url` its feed is posted there, signed by the secret in this answer; else it pulls with the key in this
    answer. It has `max_lag_s` for each refusal, and for the whole list at the beginning.
    """
    gate, tenant = call.gate, call.tenant(query.tenant)
    objection = gate.outside.objection(tenant, body.push_url) if body.push_url else ""
    if objection:
        raise BadRequestError(f"push_url: {objection}")
    made = Partner(
        tenant=tenant.name,
        name=body.name,
        push_url=body.push_url,
        secret=new_secret(gate.chance),
        max_lag_s=body.max_lag_s,
        suspends=body.suspends,
        created_at=gate.clock.now(),
    )
    await gate.tidings.partners.create(made)
    log.info(
        "partner added", tenant=tenant.name, partner=body.name, key=call.caller.key_sid, pushed=bool(body.push_url)
    )
    if body.push_url:
        return answer(_made(made, signing_secret=made.secret), 201)
    secret = gate.chance(32).hex()
    key = ApiKey(
        sid="SK" + gate.chance(16).hex(),
        tenant=tenant.name,
        role=Role.PARTNER,
        secret_hash=gate.hash_secret(secret),
        campaign="",
        purpose="",
        created_at=gate.clock.now(),
        revoked_at=None,
        partner=body.name,
    )
    await gate.tenants.create_key(key)
    await gate.directory.refresh()
    return answer(_made(made, key_sid=key.sid, key_secret=secret), 201)


@route(
    "DELETE /v1/partners/{name}",
    Right.PARTNERS,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(PartnerRemoved)},
    fails=(404,),
)
async def remove(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Remove a partner and revoke all of its keys: nobody dials for it without its following. 503: ask again."""
    gate, tenant = call.gate, call.tenant(query.tenant)
    name, now = call.request.match_info["name"], gate.clock.now()
    if await gate.tidings.partners.get(tenant.name, name) is None:
        raise NotFoundError("This tenant has no such partner. GET /v1/partners lists them.")
    await gate.directory.refresh()
    keys = [one.sid for one in gate.directory.now.keys.values() if (one.tenant, one.partner) == (tenant.name, name)]
    in_force = True
    for sid in keys:
        in_force &= await gate.opting_out.revoke_key(sid, call.caller.key_sid, now)
        await gate.tenants.revoke_key(sid, now)
    await gate.directory.refresh()
    if not in_force:
        raise StoreUnavailableError("Its keys are revoked, but not every gate may refuse them yet. Ask again.")
    await gate.tidings.partners.remove(tenant.name, name, now)
    log.info("partner removed", tenant=tenant.name, partner=name, key=call.caller.key_sid, keys_revoked=keys)
    return answer(PartnerRemoved(tenant=tenant.name, name=name, keys_revoked=tuple(keys)))


def _made(
    made: Partner, *, signing_secret: str | None = None, key_sid: str | None = None, key_secret: str | None = None
) -> PartnerMade:
    return PartnerMade(
        tenant=made.tenant, name=made.name, signing_secret=signing_secret, key_sid=key_sid, key_secret=key_secret
    )


def _shown(one: Standing) -> PartnerShown:
    partner = one.partner
    return PartnerShown(
        tenant=partner.tenant,
        name=partner.name,
        push_url=partner.push_url,
        position=partner.acknowledged,
        head=one.head,
        behind=one.rows,
        lag_s=round(one.lag_s, 3),
        max_lag_s=partner.max_lag_s,
        suspends=partner.suspends,
        state=one.state,
        acknowledged_at=partner.acknowledged_at,
        problem=partner.problem,
        next_at=partner.next_at,
        created_at=partner.created_at,
    )
