"""`/twilio/voice/{token}`: a call asks how it goes on. Whatever happens, a genuine request gets a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.front import Answer
from dialgate.app.live_call import Asking
from dialgate.web.context import FRONT, GATE
from dialgate.web.errors import to_response
from dialgate.web.webhooks import intake
from dialgate.web.webhooks.callback import token
from dialgate.web.webhooks.sms import go_on

if TYPE_CHECKING:
    from aiohttp import web


async def follow(request: web.Request) -> web.StreamResponse:
    """Errors: `BadRequestError`, `ForbiddenError` for what the carrier did not send."""
    front, calls = request.app[FRONT], request.app[GATE].live_calls
    fields = await intake.fields(request)
    names = {name for name, _ in fields}
    if "MessageSid" in names and "CallSid" not in names:  # a call that has sent a message names both
        return await go_on(request, fields)
    asking = Asking(
        token=request.match_info["token"],
        call_sid=front.call_sid(fields),
        fields=fields,
        request=token(request),
        told=front.told,
    )
    return to_response(Answer(200, await calls.document(asking), calls.content_type))
