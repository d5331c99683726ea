"""`POST /twilio/status`: what became of a call or message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.web.context import FRONT, GATE
from dialgate.web.webhooks import intake

if TYPE_CHECKING:
    from dialgate.app.settle import StatusReport


async def report(request: web.Request) -> web.StreamResponse:
    """204 also for what the gate does not know: the carrier would report it again to no end."""
    fields = await intake.fields(request)
    told = request.app[FRONT].status_report(fields, request.match_info.get("decision_id", ""))
    named = await _named(request, told)
    if named is not None:
        await request.app[GATE].settling.report(named)
    return web.Response(status=204)


async def _named(request: web.Request, told: StatusReport) -> StatusReport | None:
    """With the decision that the carrier's id belongs to, where the path does not name one."""
    if told.decision_id:
        return told
    owner = await request.app[GATE].log.owner(told.carrier_sid)
    return None if owner is None else replace(told, decision_id=owner[1])
