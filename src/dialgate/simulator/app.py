"""The simulator as an application, and as a process of its own."""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web

from dialgate.simulator.calls import create_call, delete_call, fetch_call, list_calls, update_call
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.control import Controls
from dialgate.simulator.intake import Endpoint, Intake
from dialgate.simulator.messages import create_message, delete_message, fetch_message, list_messages, update_message
from dialgate.simulator.shapes import account_json
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import API_VERSION, Answer, Asked, CarrierError

SIMULATOR = web.AppKey("simulator", Simulator)

_ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"
_GRACE_S = 1.0


def fetch_account(sim: Simulator, _: Asked) -> Answer:
    return Answer(200, account_json(sim.config.account_sid, sim.config.auth_token))


def find_nothing(_: Simulator, asked: Asked) -> Answer:
    raise CarrierError(404, 20404, f"The requested resource {asked.path} was not found")


_SURFACE: tuple[tuple[str, str, str, Endpoint], ...] = (
    ("GET", f"{_ACCOUNT}.json", "read", fetch_account),
    ("POST", f"{_ACCOUNT}/Calls.json", "create", create_call),
    ("GET", f"{_ACCOUNT}/Calls.json", "read", list_calls),
    ("GET", f"{_ACCOUNT}/Calls/{{sid}}.json", "read", fetch_call),
    ("POST", f"{_ACCOUNT}/Calls/{{sid}}.json", "update", update_call),
    ("DELETE", f"{_ACCOUNT}/Calls/{{sid}}.json", "delete", delete_call),
    ("POST", f"{_ACCOUNT}/Messages.json", "create", create_message),
    ("GET", f"{_ACCOUNT}/Messages.json", "read", list_messages),
    ("GET", f"{_ACCOUNT}/Messages/{{sid}}.json", "read", fetch_message),
    ("POST", f"{_ACCOUNT}/Messages/{{sid}}.json", "update", update_message),
    ("DELETE", f"{_ACCOUNT}/Messages/{{sid}}.json", "delete", delete_message),
    ("*", f"/{API_VERSION}/{{rest:.*}}", "other", find_nothing),
)


def make_app(config: SimulatorConfig) -> web.Application:
    """One simulated carrier account; its state is `app[SIMULATOR]`."""
    sim = Simulator(config)
    app = web.Application()
    app[SIMULATOR] = sim
    for method, path, operation, endpoint in _SURFACE:
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
