"""The applications: which faces one listener serves, behind the same authentication and the same words for failures."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.web import api, health, preferences, proxy, webhooks
from dialgate.web.auth import Authentication
from dialgate.web.context import AUTHENTICATION, FRONT, GATE
from dialgate.web.errors import words_for_failures

if TYPE_CHECKING:
    from dialgate.app.front import Front
    from dialgate.app.gate import Gate

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Of a batch of decisions; the other faces accept less."""


class Serves(Enum):
    """CONTRACT section 2, `server.webhook_listen`."""

    ALL = "all"
    WEBHOOKS = "webhooks"
    ALL_BUT_WEBHOOKS = "all but webhooks"


def make_app(gate: Gate, front: Front, serves: Serves = Serves.ALL) -> web.Application:
    """The carrier surface comes last: it answers every path that nothing else knows."""
    app = web.Application(middlewares=[words_for_failures], client_max_size=MAX_BODY_BYTES)
    app[GATE] = gate
    app[FRONT] = front
    app[AUTHENTICATION] = Authentication(gate)
    if serves is not Serves.ALL_BUT_WEBHOOKS:
        webhooks.add_to(app)
        preferences.add_to(app)
    if serves is not Serves.WEBHOOKS:
        health.add_to(app)
        api.add_to(app)
        proxy.add_to(app)
    return app
