"""Whether the gate lives, and whether it may be given work."""

from __future__ import annotations

from aiohttp import web

from dialgate.web.context import GATE


async def healthz(_request: web.Request) -> web.Response:
    """The process answers; nothing else is asked."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Every dependency by name; 503 as soon as one of them has a problem."""
    checks = await request.app[GATE].checks()
    ready = all(not check.problem for check in checks)
    body = {
        "status": "ready" if ready else "not ready",
        "checks": [
            {"name": check.name, "ok": not check.problem, "problem": check.problem, "detail": check.detail}
            for check in checks
        ],
    }
    return web.json_response(body, status=200 if ready else 503)


def add_to(app: web.Application) -> None:
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
