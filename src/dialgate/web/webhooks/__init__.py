"""What the carrier calls: inbound messages and status reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.web.webhooks.sms import receive
from dialgate.web.webhooks.status import report

if TYPE_CHECKING:
    from aiohttp import web


def add_to(app: web.Application) -> None:
    app.router.add_post("/twilio/sms", receive)
    app.router.add_post("/twilio/status", report)
    app.router.add_post("/twilio/status/{decision_id:[0-9a-f]{32}}", report)
