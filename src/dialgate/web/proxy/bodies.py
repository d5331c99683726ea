"""The body of a dialer's request, as it came and no larger than it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import BadRequestError

if TYPE_CHECKING:
    from aiohttp import web

MAX_BODY_BYTES = 64 * 1024


async def body_of(request: web.Request) -> bytes:
    """Errors: `BadRequestError`."""
    if "Content-Encoding" in request.headers:
        raise BadRequestError("Send the body as it is, without Content-Encoding.")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BadRequestError(f"The body has more than {MAX_BODY_BYTES} bytes.")
    return await request.read()


def content_type_of(request: web.Request) -> str:
    """Empty where there is none, or more than one."""
    values = request.headers.getall("Content-Type", [])
    return values[0] if len(values) == 1 else ""
