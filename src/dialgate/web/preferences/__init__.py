"""The preference page: what the person who was called or texted sees and may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.web.preferences.serving import choose, show

if TYPE_CHECKING:
    from aiohttp import web


def add_to(app: web.Application) -> None:
    app.router.add_get("/p/{token}", show)
    app.router.add_post("/p/{token}", choose)
