"""The carrier surface that dialers talk to: every path that no other face knows ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.web.context import FRONT, GATE
from dialgate.web.proxy import ownership
from dialgate.web.proxy.made import MADE, Made
from dialgate.web.proxy.surface import serve

if TYPE_CHECKING:
    from aiohttp import web


def add_to(app: web.Application) -> None:
    """To be called last: it answers whatever nothing else has answered."""
    app[MADE] = Made(app[GATE])
    ownership.add_to(app, app[GATE], app[FRONT])
    app.router.add_route("*", "/{path:.*}", serve)
