"""One request of a dialer: who asks, which operation it is, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import ForbiddenError, NotFoundError, UnauthorizedError
from dialgate.app.front import Operation
from dialgate.app.queries import Role
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason
from dialgate.web.auth import refuse_revoked
from dialgate.web.context import AUTHENTICATION, FRONT
from dialgate.web.errors import Face, face_of, to_response
from dialgate.web.proxy import attempts, control, media, reads

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Route
    from dialgate.app.queries import Tenant
    from dialgate.web.auth import Caller

_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL")
"""With these a request says that it is another one; some servers believe it."""


async def serve(request: web.Request) -> web.StreamResponse:
    """Credentials before anything else, so that a stranger learns nothing of the surface."""
    if face_of(request.path) is Face.OURS:
        raise NotFoundError("There is nothing at this path, or not with this method.")
    caller = await request.app[AUTHENTICATION].holder(request.headers)
    front = request.app[FRONT]
    route = _overridden(request) or front.route(request.method, request.raw_path)
    if isinstance(route, Block) or route.operation is not Operation.CREATE:
        refuse_revoked(caller)
    if isinstance(route, Block):
        return to_response(front.refusal((route,), Channel.VOICE))
    tenant = _tenant(caller, route)
    match route.operation:
        case Operation.CREATE | Operation.UPDATE:
            return to_response(await attempts.answer(request, route, caller, tenant))
        case Operation.CONTROL:
            return to_response(await control.answer(request, route, tenant))
        case Operation.MEDIA:
            return await media.answer(request, route, tenant)
        case _:
            return to_response(await reads.answer(request, route, tenant))


def _overridden(request: web.Request) -> Block | None:
    found = next((name for name in _OVERRIDES if name in request.headers), None)
    if found is None:
        return None
    return Block(
        Reason.SURFACE_BLOCKED, "surface", f"The header {found} is not accepted. Send the request that is meant."
    )


def _tenant(caller: Caller, route: Route) -> Tenant:
    if caller.tenant is None or caller.role is not Role.DIALER:
        raise ForbiddenError("This key may not use the carrier surface. Use an account pair or a key of role dialer.")
    if route.account_sid != caller.tenant.account_sid:
        raise UnauthorizedError("The path names another account than the credentials.")
    return caller.tenant
