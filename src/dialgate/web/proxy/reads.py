"""Reads of dialers: what the tenant made through the gate, and nothing else of the carrier account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialgate.app.front import Operation
from dialgate.web.context import FRONT, GATE
from dialgate.web.proxy.ownership import OWNERSHIP

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Answer, Route
    from dialgate.app.queries import Tenant

_FRESH = timedelta(seconds=3)
"""A row this young may have been made by another gate whose record is still on its way."""
_OK = range(200, 300)


async def answer(request: web.Request, route: Route, tenant: Tenant) -> Answer:
    """Errors: `NotFoundError`, `LedgerUnavailableError`, `CarrierUnreachableError`."""
    if route.operation is Operation.ACCOUNT:
        return request.app[FRONT].account(tenant)
    if route.operation is Operation.LIST and not route.names:
        return await _listing(request, route, tenant)
    await request.app[OWNERSHIP].require(tenant, route)
    front = request.app[FRONT]
    return front.passed_on(await request.app[GATE].carrier.read(front.upstream(route), route.query), tenant)


async def _listing(request: web.Request, route: Route, tenant: Tenant) -> Answer:
    """Of the whole account; a list below something that is the tenant's own holds nothing else. Pages keep the
    carrier's bounds, so a page may hold fewer rows than were asked for.
    """
    front, gate = request.app[FRONT], request.app[GATE]
    found = await gate.carrier.read(front.upstream(route), route.query)
    if found.status not in _OK:
        return front.passed_on(found, tenant)
    rows = front.rows(found, tenant)
    since = gate.clock.now() - _FRESH
    fresh = {row.sid for row in rows if row.created_at is not None and row.created_at >= since}
    keep = await request.app[OWNERSHIP].own(tenant, rows, fresh) if rows else frozenset()
    return front.page(found, tenant, keep)
