"""How a webhook comes in: read whole, verified before anything in it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog

from dialgate.app.errors import BadRequestError, DialgateError
from dialgate.app.front import Webhook
from dialgate.metrics import WEBHOOKS_REJECTED
from dialgate.web.context import FRONT

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

    from dialgate.app.front import Pairs

T = TypeVar("T")
log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 64 * 1024


async def fields(request: web.Request) -> Pairs:
    """Of a form or, for a GET, of the query. Errors: `BadRequestError`, `ForbiddenError`."""
    return await _genuine(request, request.app[FRONT].verified)


async def json_body(request: web.Request) -> bytes:
    """Errors: as for `fields`."""
    return await _genuine(request, request.app[FRONT].verified_json)


async def _genuine(request: web.Request, verified: Callable[[Webhook], T]) -> T:
    """A run of refused opt-outs means that our checking is broken and people go on being called, so it is counted and
    logged.
    """
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BadRequestError(f"The body has more than {MAX_BODY_BYTES} bytes.")
    webhook = Webhook(request.raw_path, _headers(request), await request.read(), request.method)
    try:
        return verified(webhook)
    except DialgateError as error:
        note_rejected(request, webhook, error)
        raise


def note_rejected(request: web.Request, webhook: Webhook, error: DialgateError) -> None:
    opt_out = request.app[FRONT].might_be_opt_out(webhook)
    WEBHOOKS_REJECTED.labels(opt_out=str(opt_out).lower()).inc()
    log.warning("webhook refused", path=request.path, why=str(error), might_be_opt_out=opt_out)


def _headers(request: web.Request) -> dict[str, str]:
    """A header that is given twice is no header: two readers could take two values."""
    return {name: value for name, value in request.headers.items() if len(request.headers.getall(name)) == 1}
