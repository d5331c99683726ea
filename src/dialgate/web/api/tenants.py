"""Tenants: made by operators, seen by those who run them. Secrets are shown once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import BadRequestError
from dialgate.app.policies import is_open, written
from dialgate.app.queries import CallerId, Tenant
from dialgate.domain.numbers import Number, parse, zones_of_region
from dialgate.web.api.asked import CallerIdAsked, NoBody, TenantAsked, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import CallerIdShown, TenantList, TenantMade, TenantShown

if TYPE_CHECKING:
    from dialgate.web.api.call import Call

_OTHER_SENDER = re.compile(r"[0-9]{3,8}|MG[0-9a-f]{32}")
"""Short codes and messaging services. Source: twilio-python 9.13.0, MessagingServiceSid."""


@route("GET /v1/tenants", Right.READ, query=TenantQuery, body=NoBody, answers={200: Answers(TenantList)}, fails=(404,))
async def tenants(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """List tenants; a tenant's key sees its own."""
    wanted = call.tenant_name(query.tenant)
    known = call.gate.directory.now
    found = [tenant for name, tenant in sorted(known.tenants.items()) if wanted in {"", name}]
    callers = [caller for owned in known.callers.values() for caller in owned]
    return answer(TenantList(items=tuple(_shown(tenant, callers) for tenant in found)))


@route(
    "POST /v1/tenants",
    Right.TENANTS,
    query=TenantQuery,
    body=TenantAsked,
    answers={201: Answers(TenantMade)},
    fails=(404, 409),
)
async def create(call: Call, _query: TenantQuery, body: TenantAsked) -> web.Response:
    """Make a tenant with its own account pair, which its dialers use in place of the carrier's.

    `policy` is the tenant's own: rule name to parameters, which only tightens what the region's rows say. With
    `"base": "open"` it starts from none; that is accepted only while the carrier is a stand-in on this machine.
    """
    gate = call.gate
    _check(call, body)
    tenant = Tenant(
        name=body.name,
        region=body.region,
        account_sid="AC" + gate.chance(16).hex(),
        auth_tokens=(gate.chance(16).hex(),),
        open_policy=is_open(body.policy),
        policy=body.policy,
        sms_webhook=body.sms_webhook,
        allow_private_urls=body.allow_private_urls,
        created_at=gate.clock.now(),
    )
    callers = [_caller(body, asked) for asked in body.caller_ids]
    await gate.tenants.create_tenant(tenant, callers)
    await gate.directory.refresh()
    made = TenantMade(tenant=tenant.name, account_sid=tenant.account_sid, auth_token=tenant.auth_tokens[0])
    return answer(made, 201)


def _check(call: Call, body: TenantAsked) -> None:
    if body.region and not zones_of_region(body.region):
        raise BadRequestError(f"region: {body.region} is no country code of ISO 3166-1, such as US, CN or GB.")
    try:
        call.gate.policies.compiled(body.policy)
    except ValueError as error:
        raise BadRequestError(f"{error}.") from None


def _caller(body: TenantAsked, asked: CallerIdAsked) -> CallerId:
    if _OTHER_SENDER.fullmatch(asked.sender):
        return CallerId(body.name, asked.sender, asked.carrier_keywords)
    found = parse(asked.sender, body.region or None)
    if not isinstance(found, Number):
        raise BadRequestError(f"caller_ids: {found.message}")
    return CallerId(body.name, found.e164, asked.carrier_keywords)


def _shown(tenant: Tenant, callers: list[CallerId]) -> TenantShown:
    own = sorted((caller for caller in callers if caller.tenant == tenant.name), key=lambda caller: caller.sender)
    return TenantShown(
        tenant=tenant.name,
        region=tenant.region,
        account_sid=tenant.account_sid,
        open_policy=tenant.open_policy,
        policy=dict(written(tenant)),
        caller_ids=tuple(CallerIdShown(sender=c.sender, carrier_keywords=c.carrier_keywords) for c in own),
        sms_webhook=tenant.sms_webhook,
        allow_private_urls=tenant.allow_private_urls,
        created_at=tenant.created_at,
    )
