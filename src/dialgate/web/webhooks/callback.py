"""`/twilio/callback/{token}`: what a dialer wants to hear of its calls and messages, instead of its own address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.callbacks import asked_for
from dialgate.app.errors import NotFoundError
from dialgate.app.front import Wanted
from dialgate.app.outside import OutsideError
from dialgate.web.context import FRONT, GATE
from dialgate.web.webhooks import intake
from dialgate.web.webhooks.status import take_in

if TYPE_CHECKING:
    from dialgate.app.call_state import CallState
    from dialgate.app.front import Pairs
    from dialgate.app.queries import Tenant

log = structlog.get_logger(__name__)

TOKEN_HEADER = "I-Twilio-Idempotency-Token"  # noqa: S105 - the name of a header
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_BAD_GATEWAY = 502
_NO_CONTENT = 204


async def pass_callback(request: web.Request) -> web.StreamResponse:
    """The signature first, then the record, then the dialer, whose status is the answer. 502 where the dialer's server
    gives none, so that the carrier comes again as it would have come to the dialer.
    """
    is_json = request.content_type == "application/json" and request.method == "POST"
    fields = () if is_json else await intake.fields(request)
    body = await intake.json_body(request) if is_json else b""
    state = await request.app[GATE].addresses.state(request.match_info["token"])
    tenant = None if state is None else await request.app[GATE].directory.tenant(state.made.tenant)
    if state is None or tenant is None or state.wanted is Wanted.DOCUMENT:
        raise NotFoundError("There is nothing here.")
    event = await _recorded(request, state, fields)
    if not asked_for(state, event):
        return web.Response(status=_NO_CONTENT)
    return web.Response(status=await _told(request, tenant, state, fields, body))


async def _recorded(request: web.Request, state: CallState, fields: Pairs) -> str:
    """Which event of the attempt it is; empty where it is none."""
    front = request.app[FRONT]
    if state.wanted is not Wanted.STATUS or not front.reports_status(fields):
        return ""
    told = front.status_report(fields, state.made.decision_id)
    await take_in(request, told)
    return front.event(told)


async def _told(request: web.Request, tenant: Tenant, state: CallState, fields: Pairs, body: bytes) -> int:
    front, gate = request.app[FRONT], request.app[GATE]
    told = (*front.told(fields, tenant), *state.told)
    json = front.told_json(body, tenant) if body else b""
    method = "POST" if json else state.method
    try:
        answer = await gate.outside.ask(tenant, method, state.url, told, state.cookies, json=json, token=token(request))
    except OutsideError as error:
        log.warning("callback not taken", tenant=tenant.name, decision=state.made.decision_id, why=str(error))
        return _BAD_GATEWAY
    return answer.status


def token(request: web.Request) -> str:
    """By which the dialer, too, knows what comes again."""
    given = request.headers.get(TOKEN_HEADER, "")
    return given if _TOKEN.fullmatch(given) else ""
