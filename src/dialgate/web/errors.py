"""Failures become HTTP here and nowhere else: in the carrier's shape for dialers, as problem+json for all others."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app import errors
from dialgate.domain.reasons import Reason
from dialgate.web.context import DECISION, FRONT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialgate.app.front import Answer

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 1
REALM = 'Basic realm="dialgate"'
UNEXPECTED = "The gate failed unexpectedly and refused, to be safe. The operator finds the cause in the gate's log."


_OURS = re.compile(r"/(?:v1|twilio|healthz|readyz|metrics|openapi\.json|docs|p)(?:/|\Z)")
_CARRIERS = re.compile(r"/v1/(?:[A-Z]|(?:a2p|account|authorize|token)(?:/|\.|$))", re.ASCII)
"""Source: paths of every host in twilio-python 9.13.0."""


class Face(Enum):
    DIALERS = "dialers"
    OURS = "ours"
    """`/v1`, health, webhooks, the preference page."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`dialers` is never 5xx but for a refused connection: SDKs send a create again after a 5xx."""

    ours: int
    dialers: int
    reason: Reason | None


UNAVAILABLE = Wording(503, 429, Reason.GATE_UNAVAILABLE)
WORDINGS: dict[type[errors.DialgateError], Wording] = {
    errors.BadRequestError: Wording(400, 400, Reason.BAD_REQUEST),
    errors.UnauthorizedError: Wording(401, 401, None),
    errors.ForbiddenError: Wording(403, 403, Reason.SURFACE_BLOCKED),
    errors.KeySuspendedError: Wording(403, 403, Reason.KEY_SUSPENDED),
    errors.NotFoundError: Wording(404, 404, None),
    errors.ConflictError: Wording(409, 409, Reason.DUPLICATE),
    errors.StoreUnavailableError: UNAVAILABLE,
    errors.LedgerUnavailableError: UNAVAILABLE,
    errors.JournalUnavailableError: UNAVAILABLE,
    errors.CarrierUnreachableError: Wording(502, 502, Reason.GATE_UNAVAILABLE),
    errors.OutcomeUnknownError: Wording(409, 409, Reason.OUTCOME_UNKNOWN),
}


def wording(error: errors.DialgateError) -> Wording:
    """Of its class, or of the nearest class above it."""
    found = (WORDINGS[kind] for kind in type(error).__mro__ if kind in WORDINGS)
    return next(found, Wording(500, 429, Reason.GATE_UNAVAILABLE))


def face_of(path: str) -> Face:
    """Every path that is not plainly ours is a dialer's: a mistyped one is still refused in the carrier's shape. Other
    hosts of the carrier have paths below `/v1` as well; theirs begin with a capital, but for a few.
    """
    return Face.OURS if _OURS.match(path) and not _CARRIERS.match(path) else Face.DIALERS


@web.middleware
async def words_for_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No failure leaves the gate as anything but a status and a sentence."""
    response = await _response(request, handler, face_of(request.path))
    if DECISION in request:
        response.headers["X-Dialgate-Decision"] = request[DECISION]
    return response


async def _response(request: web.Request, handler: Handler, face: Face) -> web.StreamResponse:
    try:
        return await handler(request)
    except errors.DialgateError as error:
        return _worded(request, face, wording(error), str(error))
    except web.HTTPException as error:
        return _of_http(request, face, error)
    except Exception:
        log.exception("unexpected failure", method=request.method, face=face.value)
        return _worded(request, face, Wording(500, 429, Reason.GATE_UNAVAILABLE), UNEXPECTED)


def to_response(answer: Answer) -> web.Response:
    headers = {"Content-Type": answer.content_type, **dict(answer.headers)}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


def problem(status: int, detail: str, reason: Reason | None = None) -> web.Response:
    """RFC 9457."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if reason is not None:
        body["reason"] = reason.value
    return web.Response(
        status=status, body=json.dumps(body, ensure_ascii=False).encode(), content_type="application/problem+json"
    )


def _worded(request: web.Request, face: Face, worded: Wording, message: str) -> web.Response:
    if face is Face.OURS:
        response = problem(worded.ours, message, worded.reason)
    else:
        response = to_response(request.app[FRONT].failure(worded.dialers, worded.reason, message))
    if response.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = REALM
    if response.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _of_http(request: web.Request, face: Face, error: web.HTTPException) -> web.StreamResponse:
    """What aiohttp itself refuses: an unknown path, a wrong method, a body that is too large."""
    if error.status < HTTPStatus.BAD_REQUEST:
        raise error
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _worded(request, face, Wording(413, 400, Reason.BAD_REQUEST), "The body is larger than is accepted.")
    message = f"There is no {request.method} at this path."
    if face is Face.DIALERS:
        return _worded(request, face, Wording(404, 403, Reason.SURFACE_BLOCKED), message)
    response = _worded(request, face, Wording(error.status, error.status, None), message)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response
