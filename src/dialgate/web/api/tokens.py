"""A tenant's auth tokens: one, or two while its programs change from the old one to the new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import ConflictError
from dialgate.web.api.asked import NoBody, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import TenantMade, TokenPromoted

if TYPE_CHECKING:
    from dialgate.app.queries import Tenant
    from dialgate.web.api.call import Call


@route(
    "POST /v1/tokens",
    Right.KEYS,
    query=TenantQuery,
    body=NoBody,
    answers={201: Answers(TenantMade)},
    fails=(404, 409),
)
async def create(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Make a second auth token. Either is accepted; the old one signs what is passed on, until the promotion."""
    tenant = await _newest(call, query)
    if len(tenant.auth_tokens) > 1:
        raise ConflictError("This tenant has two auth tokens already: promote the second one first.")
    token = call.gate.chance(16).hex()
    await _set(call, tenant, (*tenant.auth_tokens, token))
    return answer(TenantMade(tenant=tenant.name, account_sid=tenant.account_sid, auth_token=token), 201)


@route(
    "POST /v1/tokens/promote",
    Right.KEYS,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(TokenPromoted)},
    fails=(404, 409),
)
async def promote(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Make the second auth token the only one: it signs from now on, and the old one is refused within a second."""
    tenant = await _newest(call, query)
    if len(tenant.auth_tokens) == 1:
        raise ConflictError("This tenant has one auth token: make a second one first.")
    await _set(call, tenant, tenant.auth_tokens[1:])
    return answer(TokenPromoted(tenant=tenant.name, account_sid=tenant.account_sid))


async def _newest(call: Call, query: TenantQuery) -> Tenant:
    """Another gate may have changed it a moment ago."""
    await call.gate.directory.refresh()
    return call.gate.directory.now.tenants[call.tenant(query.tenant).name]


async def _set(call: Call, tenant: Tenant, tokens: tuple[str, ...]) -> None:
    await call.gate.tenants.set_auth_tokens(tenant.name, tokens)
    await call.gate.directory.refresh()
