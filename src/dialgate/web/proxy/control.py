"""Changes to what the tenant made through the gate: they reach nobody new, so they need no leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from dialgate.domain.decision import Block
from dialgate.web.context import FRONT, GATE
from dialgate.web.proxy.bodies import body_of, content_type_of
from dialgate.web.proxy.ownership import OWNERSHIP
from dialgate.web.proxy.taking import of_control

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Answer, Route
    from dialgate.app.queries import Tenant

log = structlog.get_logger(__name__)


async def answer(request: web.Request, route: Route, tenant: Tenant) -> Answer:
    """Errors: `BadRequestError`, `NotFoundError`, `LedgerUnavailableError`, `CarrierUnreachableError`,
    `OutcomeUnknownError`.
    """
    front, gate = request.app[FRONT], request.app[GATE]
    asked = front.read(route, content_type_of(request), await body_of(request))
    if isinstance(asked, Block):
        return front.refusal((asked,), route.channel)
    maker = await request.app[OWNERSHIP].require(tenant, route)
    if asked.found:
        return front.refusal(asked.found, route.channel)
    if maker is None and asked.urls:
        maker = await request.app[OWNERSHIP].on_the_line(tenant, front.upstream(route))
    handed = await of_control(request, asked, route, tenant, maker)
    if isinstance(handed, Block):
        return front.refusal((handed,), route.channel)
    made = await gate.carrier.control(front.request(route, asked, "", gate.new_id(), handed))
    log.info("control", tenant=tenant.name, method=route.method, path=route.template, status=made.status)
    return front.passed_on(made, tenant)
