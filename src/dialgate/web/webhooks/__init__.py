"""What the carrier calls: inbound messages, status reports, and callbacks in the place of dialers' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.web.webhooks.callback import pass_callback
from dialgate.web.webhooks.sms import receive
from dialgate.web.webhooks.status import report
from dialgate.web.webhooks.voice import follow

if TYPE_CHECKING:
    from aiohttp import web


def add_to(app: web.Application) -> None:
    app.router.add_post("/twilio/sms", receive)
    app.router.add_post("/twilio/callback/{token}", pass_callback)
    app.router.add_get("/twilio/callback/{token}", pass_callback, allow_head=False)
    app.router.add_post("/twilio/voice/{token}", follow)
    app.router.add_get("/twilio/voice/{token}", follow, allow_head=False)
    app.router.add_post("/twilio/status", report)
    app.router.add_post("/twilio/status/{decision_id:[0-9a-f]{32}}", report)
