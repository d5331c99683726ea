"""One request of a dialer: which operation it is, whether the caller may ask for it, and who answers."""

from __future__ import annotations

from aiohttp import web

from dialgate.app.errors import ForbiddenError


async def serve(_request: web.Request) -> web.StreamResponse:
    raise ForbiddenError("The gate does not offer this operation of the carrier.")
