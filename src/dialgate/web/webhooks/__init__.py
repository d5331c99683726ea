"""What the carrier calls: inbound messages and status reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


def add_to(app: web.Application) -> None:
    pass
