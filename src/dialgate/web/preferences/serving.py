"""`/p/{token}`: whoever has the link sees what it opens, and may choose. Looking changes nothing: scanners of links and
previews look as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.errors import BadRequestError, DialgateError, ForbiddenError, LedgerUnavailableError
from dialgate.app.preferences import Choice, offered
from dialgate.domain.numbers import mask
from dialgate.web.api.asked import Asked
from dialgate.web.api.reading import FORM, read_body
from dialgate.web.context import GATE
from dialgate.web.preferences import page
from dialgate.web.preferences.words import Language, language_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from dialgate.app.preferences import Link, Preferences
    from dialgate.app.queries import Tenant
    from dialgate.domain.ledger import OptOut

    Opened = tuple[Link, Tenant]

MOST_BYTES = 4 * 1024
UNAVAILABLE = 503

log = structlog.get_logger(__name__)


class Chosen(Asked):
    """The one field of the one form."""

    choice: Choice


async def show(request: web.Request) -> web.StreamResponse:
    return await _answered(request, _show)


async def choose(request: web.Request) -> web.StreamResponse:
    return await _answered(request, _choose)


async def _answered(
    request: web.Request, answer: Callable[[web.Request, Opened], Awaitable[web.Response]]
) -> web.StreamResponse:
    """People get a page whatever happens, and one that cannot tell them apart where their link does not open."""
    language = _language(request)
    try:
        opened = await _preferences(request).opened(request.match_info["token"])
        if opened is None:
            return _html(404, page.in_both("gone", "gone_why"))
        return await answer(request, opened)
    except (BadRequestError, ForbiddenError):
        return _html(400, page.in_both("failed", "unread", language))
    except web.HTTPRequestEntityTooLarge:
        return _html(413, page.in_both("failed", "unread", language))
    except DialgateError as error:
        log.warning("preferences not taken", why=str(error))
    except Exception:
        log.exception("preferences failed")
    return _html(UNAVAILABLE, page.in_both("failed", "again", language))


async def _show(request: web.Request, opened: Opened) -> web.Response:
    try:
        holding = await _preferences(request).holding(opened[0])
    except LedgerUnavailableError:
        holding = None
    return _html(200, page.choices(_shown(request, opened, holding)))


async def _choose(request: web.Request, opened: Opened) -> web.Response:
    link, preferences = opened[0], _preferences(request)
    choice = (await read_body(request, Chosen, (FORM,), MOST_BYTES)).choice
    token = request.match_info["token"]
    if choice is Choice.RESUME:
        await preferences.resume(link, token)
        _note(link, choice, in_force=True)
        location = f"?lang={_language(request)}&{page.DONE}=1"  # so that nobody takes a newer stop back by reloading
        return web.Response(status=303, headers={**page.HEADERS, "Location": location})
    if choice not in offered(link.scope):
        raise BadRequestError("The link does not name what was to be stopped.")
    said = preferences.said(link, choice, token)
    stopped = await preferences.stop(said)
    _note(link, choice, in_force=stopped.in_force)
    body = page.done(_shown(request, opened, None), said, in_force=stopped.in_force)
    return _html(200 if stopped.in_force else 202, body)


def _shown(request: web.Request, opened: Opened, holding: Sequence[OptOut] | None) -> page.Shown:
    link, tenant = opened
    return page.Shown(
        link=link,
        name=str(tenant.replies.get("name") or tenant.name),
        holding=holding,
        now=request.app[GATE].clock.now(),
        language=_language(request),
        resumed=page.DONE in request.query,
    )


def _preferences(request: web.Request) -> Preferences:
    return request.app[GATE].hearing.preferences


def _language(request: web.Request) -> Language:
    """Whatever else messengers append to an address means nothing here."""
    return language_of(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))


def _note(link: Link, choice: Choice, *, in_force: bool) -> None:
    log.info("preference", tenant=link.scope.tenant, number=mask(link.number), choice=choice.value, in_force=in_force)


def _html(status: int, text: str) -> web.Response:
    headers = page.HEADERS | ({"Retry-After": "1"} if status == UNAVAILABLE else {})
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8", headers=headers)
