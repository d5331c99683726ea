"""Tenants: made by operators, seen by those who run them. Secrets are shown once. Who changed one is in the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.errors import BadRequestError, ForbiddenError
from dialgate.app.policies import is_open, written
from dialgate.app.queries import CallerId, Tenant, TenantChange
from dialgate.domain.numbers import Number, mask, parse, zones_of_region
from dialgate.web.api.asked import CallerIdAsked, NoBody, TenantAsked, TenantChangeAsked, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import CallerIdShown, TenantList, TenantMade, TenantShown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.queries import DirectorySnapshot
    from dialgate.web.api.call import Call

log = structlog.get_logger(__name__)

_OTHER_SENDER = re.compile(r"[0-9]{3,8}|MG[0-9a-f]{32}")
"""Short codes and messaging services. Source: twilio-python 9.13.0, MessagingServiceSid."""


@route("GET /v1/tenants", Right.READ, query=TenantQuery, body=NoBody, answers={200: Answers(TenantList)}, fails=(404,))
async def tenants(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """List tenants; a tenant's key sees its own."""
    wanted = call.tenant_name(query.tenant)
    known = call.gate.directory.now
    found = [tenant for name, tenant in sorted(known.tenants.items()) if wanted in {"", name}]
    callers = _callers(known)
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
    if body.region and not zones_of_region(body.region):
        raise BadRequestError(f"region: {body.region} is no country code of ISO 3166-1, such as US, CN or GB.")
    _check(call, body.policy)
    _check_replies(call, body.replies, body.name, body.region)
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
        replies=body.replies,
        notice_url=body.notice_url,
    )
    callers = [_caller(body.name, body.region, asked) for asked in body.caller_ids]
    await gate.tenants.create_tenant(tenant, callers)
    await gate.directory.refresh()
    made = TenantMade(tenant=tenant.name, account_sid=tenant.account_sid, auth_token=tenant.auth_tokens[0])
    return answer(made, 201)


@route(
    "PATCH /v1/tenants/{name}",
    Right.TENANTS,
    Right.SETTINGS,
    query=TenantQuery,
    body=TenantChangeAsked,
    answers={200: Answers(TenantShown)},
    fails=(404, 409),
)
async def change(call: Call, query: TenantQuery, body: TenantChangeAsked) -> web.Response:
    """Change a tenant: what is absent stays as it is. Every gate goes by it within a second.

    A key of the tenant changes its webhooks and what it answers with, and its policy as long as that only tightens what
    the region's rows say.
    Only operators change `allow_private_urls`, and caller IDs: a sender names who hears the opt-outs sent to it.
    """
    gate, name = call.gate, call.request.match_info["name"]
    await gate.directory.refresh()
    tenant = call.tenant(name)
    if query.tenant not in {"", name}:
        raise BadRequestError("?tenant= and the path name two tenants. Leave ?tenant= out.")
    _may(call, body)
    if body.policy is not None:
        _check(call, body.policy)
    if body.replies is not None:
        _check_replies(call, body.replies, name, tenant.region)
    wanted = TenantChange(
        policy=body.policy,
        open_policy=body.policy is not None and is_open(body.policy),
        sms_webhook=body.sms_webhook,
        notice_url=body.notice_url,
        allow_private_urls=body.allow_private_urls,
        replies=body.replies,
        callers=tuple(_caller(name, tenant.region, asked) for asked in body.caller_ids),
        removed=tuple(_sender(tenant.region, written) for written in body.remove_caller_ids),
    )
    if not {caller.sender for caller in wanted.callers}.isdisjoint(wanted.removed):
        raise BadRequestError("The same number is to be added and removed. Say one of both.")
    await gate.tenants.change_tenant(name, wanted)
    await gate.directory.refresh()
    _tell(call, name, wanted)
    known = gate.directory.now
    return answer(_shown(known.tenants[name], _callers(known)))


def _may(call: Call, body: TenantChangeAsked) -> None:
    """Errors: `ForbiddenError`."""
    if call.may(Right.TENANTS):
        return
    if body.caller_ids or body.remove_caller_ids or body.allow_private_urls is not None:
        raise ForbiddenError("Only an operator key changes caller IDs and allow_private_urls.")
    if body.policy is not None and is_open(body.policy):
        raise ForbiddenError("A tenant's own key can only tighten its policy. Only an operator key sets base: open.")


def _tell(call: Call, name: str, wanted: TenantChange) -> None:
    fields = ("sms_webhook", "notice_url", "allow_private_urls", "replies", "policy")
    log.info(
        "tenant changed",
        tenant=name,
        key=call.caller.key_sid,
        settings=sorted(field for field in fields if getattr(wanted, field) is not None),
        caller_ids_added=[mask(caller.sender) for caller in wanted.callers],
        caller_ids_removed=[mask(sender) for sender in wanted.removed],
    )


def _check(call: Call, policy: Mapping[str, object]) -> None:
    try:
        call.gate.policies.compiled(policy)
    except ValueError as error:
        raise BadRequestError(f"{error}.") from None


def _check_replies(call: Call, replies: Mapping[str, object], tenant: str, region: str) -> None:
    try:
        call.gate.hearing.wordings.compiled(replies, tenant, region)
    except ValueError as error:
        raise BadRequestError(f"{error}.") from None


def _caller(tenant: str, region: str, asked: CallerIdAsked) -> CallerId:
    return CallerId(tenant, _sender(region, asked.sender), asked.carrier_keywords)


def _sender(region: str, written: str) -> str:
    if _OTHER_SENDER.fullmatch(written):
        return written
    found = parse(written, region or None)
    if not isinstance(found, Number):
        raise BadRequestError(f"caller_ids: {found.message}")
    return found.e164


def _callers(known: DirectorySnapshot) -> list[CallerId]:
    return [caller for owned in known.callers.values() for caller in owned]


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
        notice_url=tenant.notice_url,
        allow_private_urls=tenant.allow_private_urls,
        replies=dict(tenant.replies),
        created_at=tenant.created_at,
    )
