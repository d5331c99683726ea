"""The carrier surface takes what no other face knows."""

from __future__ import annotations

from aiohttp import web

from dialgate.web import proxy
from dialgate.web.context import FRONT, GATE
from dialgate.web.proxy.made import MADE
from dialgate.web.proxy.ownership import OWNERSHIP
from tests.fakes.web_gate import WebGate
from tests.unit.web import surface


async def test_every_path_leads_to_the_surface(gate: WebGate) -> None:
    """One route for all methods and paths, with the memory of what was made."""
    app = web.Application()
    app[GATE] = gate.inside
    app[FRONT] = surface.FRONT
    proxy.add_to(app)
    assert (["*"], True, True) == ([route.method for route in app.router.routes()], MADE in app, OWNERSHIP in app)
