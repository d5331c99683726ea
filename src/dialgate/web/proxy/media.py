"""Recordings and pictures of the tenant's own calls and messages, streamed from the carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer, CarrierStream
from dialgate.web.context import FRONT, GATE
from dialgate.web.errors import to_response
from dialgate.web.proxy.ownership import OWNERSHIP

if TYPE_CHECKING:
    from dialgate.app.front import Route
    from dialgate.app.queries import Tenant

INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
"""Whatever somebody sent as media, a browser that opens it here runs nothing of it."""


async def answer(request: web.Request, route: Route, tenant: Tenant) -> web.StreamResponse:
    """Errors: `NotFoundError`, `LedgerUnavailableError`, `CarrierUnreachableError` before the first byte; afterwards
    the connection breaks, so that half a recording does not pass for a whole one.
    """
    await request.app[OWNERSHIP].require(tenant, route)
    front, carrier = request.app[FRONT], request.app[GATE].carrier
    byte_range = request.headers.get("Range", "")
    async with carrier.stream(front.upstream(route), route.query, byte_range) as found:
        if isinstance(found, CarrierAnswer):
            return to_response(front.passed_on(found, tenant))
        return await _passed_on(request, found)


async def _passed_on(request: web.Request, media: CarrierStream) -> web.StreamResponse:
    response = web.StreamResponse(status=media.status, headers=[*media.headers, *INERT.items()])
    await response.prepare(request)
    try:
        async for chunk in media.chunks:
            await response.write(chunk)
    except CarrierUnreachableError:
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response
