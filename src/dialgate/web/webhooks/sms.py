"""`POST /twilio/sms`: an inbound message, acted upon before it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from dialgate.domain.numbers import mask
from dialgate.web.context import FRONT, GATE
from dialgate.web.errors import to_response
from dialgate.web.webhooks import intake

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger(__name__)


async def receive(request: web.Request) -> web.StreamResponse:
    """The confirmation only once an opt-out is in force; an empty answer while it is durable only; no 2xx before."""
    front = request.app[FRONT]
    message = front.inbound_message(await intake.fields(request))
    answered = await request.app[GATE].receiving.receive(message)
    log.info(
        "inbound message",
        message_sid=message.message_sid,
        sender=mask(message.sender.rpartition(":")[2]),
        tenants=list(answered.tenants),
        owned=answered.owned,
        intent=answered.intent,
        in_force=answered.in_force,
        replay=answered.replay,
        confirmed=bool(answered.text),
    )
    return to_response(front.reply(answered.text))
