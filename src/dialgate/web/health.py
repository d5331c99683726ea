"""Whether the gate lives, and whether it may be given work."""

from __future__ import annotations

from aiohttp import web

from dialgate.web.context import GATE


async def healthz(_request: web.Request) -> web.Response:
    """The process answers; nothing else is asked."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Every dependency by name; 503 while this gate refuses every attempt. With SQL alone away it goes on, and must go
    on hearing opt-outs: that is 200 and `degraded`.
    """
    checks = await request.app[GATE].checks()
    troubled = [check for check in checks if check.problem]
    ready = not any(check.refusing for check in troubled)
    body = {
        "status": "degraded" if ready and troubled else "ready" if ready else "not ready",
        "checks": [
            {"name": check.name, "ok": not check.problem, "problem": check.problem, "detail": check.detail}
            for check in checks
        ],
    }
    return web.json_response(body, status=200 if ready else 503)


def add_to(app: web.Application) -> None:
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
