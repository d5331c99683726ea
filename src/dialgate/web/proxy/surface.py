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
from dialgate.web.proxy import attempts, reads

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Route
    from dialgate.app.queries import Tenant
    from dialgate.web.auth import Caller

_NOT_YET = Block(Reason.SURFACE_BLOCKED, "surface", "This operation is not offered yet.")
_WRITES = frozenset({Operation.CREATE, Operation.UPDATE})


async def serve(request: web.Request) -> web.StreamResponse:
    """Credentials before anything else, so that a stranger learns nothing of the surface."""
    if face_of(request.path) is Face.OURS:
        raise NotFoundError("There is nothing at this path, or not with this method.")
    caller = await request.app[AUTHENTICATION].holder(request.headers)
    front = request.app[FRONT]
    route = front.route(request.method, request.raw_path)
    if isinstance(route, Block) or route.operation is not Operation.CREATE:
        refuse_revoked(caller)
    if isinstance(route, Block):
        return to_response(front.refusal((route,), Channel.VOICE))
    tenant = _tenant(caller, route)
    if route.operation in {Operation.CONTROL, Operation.MEDIA} or route.template.startswith("Conferences/"):
        return to_response(front.refusal((_NOT_YET,), route.channel))
    if route.operation in _WRITES:
        return to_response(await attempts.answer(request, route, caller, tenant))
    return to_response(await reads.answer(request, route, tenant))


def _tenant(caller: Caller, route: Route) -> Tenant:
    if caller.tenant is None or caller.role is not Role.DIALER:
        raise ForbiddenError("This key may not use the carrier surface. Use an account pair or a key of role dialer.")
    if route.account_sid != caller.tenant.account_sid:
        raise UnauthorizedError("The path names another account than the credentials.")
    return caller.tenant
