"""The simulator as an application, and as a process of its own."""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web

from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.control import Controls
from dialgate.simulator.intake import Intake
from dialgate.simulator.state import Simulator
from dialgate.simulator.surface import routes

SIMULATOR = web.AppKey("simulator", Simulator)

_GRACE_S = 1.0


def make_app(config: SimulatorConfig) -> web.Application:
    """One simulated carrier account; its state is `app[SIMULATOR]`."""
    sim = Simulator(config)
    app = web.Application()
    app[SIMULATOR] = sim
    for method, path, operation, endpoint in routes():
        app.router.add_route(method, path, Intake(sim, operation, endpoint).serve)
    app.router.add_routes(Controls(sim).routes())
    app.on_shutdown.append(_let_go)
    app.on_cleanup.append(_close)
    return app


def run(config: SimulatorConfig) -> None:
    """Serve until SIGINT or SIGTERM, then end cleanly.

    Errors: OSError if the address cannot be bound.
    """
    asyncio.run(_serve(config))


async def _serve(config: SimulatorConfig) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(make_app(config), access_log=None, shutdown_timeout=_GRACE_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.host, config.port).start()
        await stop.wait()
    finally:
        await runner.cleanup()


async def _let_go(app: web.Application) -> None:
    app[SIMULATOR].release()


async def _close(app: web.Application) -> None:
    await app[SIMULATOR].close()
