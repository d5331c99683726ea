"""`POST /twilio/sms`: an inbound message, acted upon before it is answered, or its tenant's own to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from dialgate.app.answering import Written
from dialgate.app.front import Answer
from dialgate.domain.numbers import mask
from dialgate.web.context import FRONT, GATE
from dialgate.web.errors import to_response
from dialgate.web.webhooks import intake
from dialgate.web.webhooks.callback import token

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Pairs

log = structlog.get_logger(__name__)


async def receive(request: web.Request) -> web.StreamResponse:
    """The confirmation only once an opt-out is in force; an empty answer while it is durable only; no 2xx before."""
    front, gate = request.app[FRONT], request.app[GATE]
    fields = await intake.fields(request)
    message = front.inbound_message(fields)
    answered = await gate.hearing.receiving.receive(message)
    document = b""
    if answered.for_tenant:
        written = Written(message, fields, token(request), front.told)
        document = await gate.answering.answer(written, answered.tenants)
    log.info(
        "inbound message",
        message_sid=message.message_sid,
        sender=mask(message.sender.rpartition(":")[2]),
        tenants=list(answered.tenants),
        owned=answered.owned,
        intent=answered.intent,
        by=answered.by,
        confidence=round(answered.confidence, 3),
        review=answered.review,
        in_force=answered.in_force,
        replay=answered.replay,
        confirmed=bool(answered.text),
        answered=bool(document),
    )
    return _response(request, document, answered.text)


async def go_on(request: web.Request, fields: Pairs) -> web.StreamResponse:
    """The answer to a message has redirected the carrier to a further document."""
    front, gate = request.app[FRONT], request.app[GATE]
    written = Written(front.inbound_message(fields), fields, token(request), front.told)
    return _response(request, await gate.answering.go_on(written, request.match_info["token"]))


def _response(request: web.Request, document: bytes, text: str = "") -> web.StreamResponse:
    if document:
        return to_response(Answer(200, document, request.app[GATE].answering.content_type))
    return to_response(request.app[FRONT].reply(text))
