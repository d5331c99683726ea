"""A call that goes through the gate asks how to go on: the dialer's document, fetched as the carrier would fetch it and
made fit to be followed; else the fallback's, else an apology. The carrier always gets a document: never silence, and
never one that was not read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from dialgate.app.documents import Problem
from dialgate.app.errors import DialgateError, LedgerUnavailableError
from dialgate.app.front import Wanted
from dialgate.app.outside import OutsideError
from dialgate.app.reaching import Course
from dialgate.domain.numbers import Number, Reachable, parse_destination
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialgate.app.call_state import Addresses, CallState
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.documents import Document, Documents
    from dialgate.app.front import Pairs
    from dialgate.app.gating import Gating
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Tenant

log = structlog.get_logger(__name__)

ALL_S = 14.0
"""The carrier waits 15 s for a document. Source: Twilio, "Webhooks: connection overrides"; read 2026-11."""
FIRST_S = 10.0
"""Of these where a fallback has to be asked in the same time."""
NOT_FETCHED = 11_200
"""Source: Twilio, error dictionary, "HTTP retrieval failure"; read 2026-11."""
_FAILED = 400
_CHINESE = frozenset({"CN", "HK", "MO", "TW"})


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of the carrier, genuine."""

    token: str
    call_sid: str
    """Empty where no call asks, as for what is heard while waiting."""
    fields: Pairs
    request: str
    """The carrier's own name of the request, the same when it comes again; may be empty."""
    told: Callable[[Pairs, Tenant], Pairs]
    """The fields as a tenant hears them, in its own account name."""


@dataclass(frozen=True, slots=True)
class _Source:
    url: str
    method: str
    twiml: str = ""


class LiveCalls:
    def __init__(
        self,
        *,
        addresses: Addresses,
        directory: DirectoryCopy,
        outside: Outside,
        documents: Documents,
        gating: Gating,
        clock: Clock,
    ) -> None:
        self._addresses = addresses
        self._directory = directory
        self._outside = outside
        self._documents = documents
        self._gating = gating
        self._clock = clock
        self.content_type = documents.content_type

    async def document(self, asking: Asking) -> bytes:
        """What the carrier is to follow."""
        try:
            state = await self._addresses.state(asking.token)
            tenant = await self._directory.tenant(state.made.tenant) if state else None
        except LedgerUnavailableError as error:
            log.warning("no document", why=str(error))
            return self._documents.apology("en")
        if state is None or tenant is None or state.wanted is not Wanted.DOCUMENT:
            log.warning("no document", why="the address is none of the gate's, or has expired", call=asking.call_sid)
            return self._documents.apology("en")
        try:
            state = _known(state, asking.fields)
            return await self._followed(asking, Course(state, tenant, asking.call_sid, self._repeat(asking)))
        except DialgateError as error:
            log.warning("no document", why=str(error), call=asking.call_sid)
        except Exception:
            log.exception("unexpected failure", call=asking.call_sid)
        return self._documents.apology(_language(state))

    async def _followed(self, asking: Asking, course: Course) -> bytes:
        """The address, then its fallback, each in its share of the time that the carrier waits."""
        state = course.state
        ends_at_s = self._clock.boottime_s() + ALL_S
        sources = [_Source(state.url, state.method, state.twiml)]
        if state.fallback_url:
            sources.append(_Source(state.fallback_url, state.fallback_method))
        fields = (*asking.told(asking.fields, course.tenant), *state.told)
        for number, source in enumerate(sources, start=1):
            left_s = ends_at_s - self._clock.boottime_s()
            within_s = min(left_s, FIRST_S) if number < len(sources) else left_s
            found = await self._from(source, fields, asking, course, within_s)
            if isinstance(found, bytes):
                return found
            log.info("document refused", call=asking.call_sid, reason=found.reason.value, why=found.message)
            fields = (*fields, ("ErrorCode", str(found.carrier_code)), ("ErrorUrl", source.url))
        return self._documents.apology(_language(state))

    async def _from(
        self, source: _Source, fields: Pairs, asking: Asking, course: Course, within_s: float
    ) -> bytes | Problem:
        found = await self._read(source, fields, asking, course, within_s)
        if isinstance(found, Problem):
            return found
        document, course = found
        if not await self._gating.may_go_on(course.state.made):
            return self._documents.hang_up()
        served = document if isinstance(document, Problem) else await self._gating.served(document, course)
        if isinstance(served, Problem):
            await self._gating.put_on_record(served, course)
            return served
        return self._documents.hang_up() if served is None else served

    async def _read(
        self, source: _Source, fields: Pairs, asking: Asking, course: Course, within_s: float
    ) -> tuple[Document | Problem, Course] | Problem:
        """A `Problem` of its own: there is no document at all."""
        account_sid = course.tenant.account_sid
        if source.twiml:
            return self._documents.read(source.twiml.encode(), "text/xml", source.url, account_sid), course
        try:
            async with asyncio.timeout(within_s):
                told = await self._outside.ask(
                    course.tenant, source.method, source.url, fields, course.state.cookies, token=asking.request
                )
        except TimeoutError:
            return Problem(Reason.BAD_REQUEST, "The dialer's server did not answer in time.", NOT_FETCHED)
        except OutsideError as error:
            return Problem(Reason.BAD_REQUEST, str(error), NOT_FETCHED)
        if told.status >= _FAILED:
            return Problem(Reason.BAD_REQUEST, f"The dialer's server answered with {told.status}.", NOT_FETCHED)
        course = replace(course, state=replace(course.state, cookies=told.cookies))
        return self._documents.read(told.body, told.content_type, told.url, account_sid), course

    @staticmethod
    def _repeat(asking: Asking) -> str:
        return f"{asking.request}\n{asking.token}" if asking.request else ""


def _known(state: CallState, fields: Pairs) -> CallState:
    """What came with no attempt (a queue's next call, a conference) is followed by a call that says whose it is."""
    if state.made.number:
        return state
    given = dict(fields)
    called, calling = given.get("To", ""), given.get("From", "")
    if not given.get("Direction", "").startswith("outbound"):
        called, calling = calling, called
    number = parse_destination(called, None)
    if not isinstance(number, Reachable):
        return state
    return replace(state, made=replace(state.made, number=number.callee, calling=calling))


def _language(state: CallState) -> str:
    """Of the person on the call."""
    called = parse_destination(state.made.number, None)
    return "zh" if isinstance(called, Number) and called.region in _CHINESE else "en"
