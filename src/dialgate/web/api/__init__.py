"""The native API under `/v1`, its OpenAPI document and page, and the metrics."""

from __future__ import annotations

from aiohttp import web

from dialgate import metrics
from dialgate.web.api.catalogue import ROUTES
from dialgate.web.api.document import document
from dialgate.web.api.page import POLICY, page


def add_to(app: web.Application) -> None:
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.serve)
    app.router.add_get("/openapi.json", _openapi)
    app.router.add_get("/docs", _docs)
    app.router.add_get("/metrics", _metrics)


async def _openapi(_request: web.Request) -> web.Response:
    return web.Response(body=document(), content_type="application/json")


async def _docs(_request: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return web.Response(text=page(), content_type="text/html", headers=headers)


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})
