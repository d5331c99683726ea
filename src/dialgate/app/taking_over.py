"""What the carrier is handed in place of a dialer's addresses and documents, so that it asks nobody but the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from dialgate.app.call_state import ALIVE_S, TONES_KEPT, CallState
from dialgate.app.documents import Problem
from dialgate.app.front import Wanted
from dialgate.app.gating import impassable
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dialgate.app.call_state import Addresses, Made
    from dialgate.app.documents import Documents
    from dialgate.app.front import Asked, UrlUse
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Tenant

URL, FALLBACK, TWIML = "Url", "FallbackUrl", "Twiml"


class Applications(Protocol):
    """The carrier's own applications: addresses that stand at the carrier under a name."""

    async def addresses(self, sid: str) -> tuple[UrlUse, ...] | None:
        """As the parameters of a create; None: there is none of that name. Errors: `CarrierUnreachableError`."""
        ...


class TakingOver:
    def __init__(
        self,
        addresses: Addresses,
        documents: Documents,
        applications: Applications,
        outside: Outside,
        clock: Clock,
        own: Callable[[Tenant], Collection[str]],
    ) -> None:
        """`own`: a tenant's own destinations."""
        self._addresses = addresses
        self._documents = documents
        self._applications = applications
        self._outside = outside
        self._clock = clock
        self._own = own

    async def fronted(self, asked: Asked, made: Made, tenant: Tenant) -> Mapping[str, str] | Block:
        """By parameter, what the carrier gets: an address of the gate, or the document itself where nobody is reached
        and nothing asked from it. `made`: the attempt that this is. Errors: `CarrierUnreachableError`,
        `LedgerUnavailableError`.
        """
        uses: Sequence[UrlUse] = asked.urls
        if asked.application_sid:
            found = await self._applications.addresses(asked.application_sid)
            if found is None:
                return _bad("There is no application of that ApplicationSid.")
            if not any(use.place == URL for use in found):
                return _bad("The application of that ApplicationSid has no voice URL.")
            uses = (*(use for use in uses if not _given_by_application(use)), *found)
        for use in uses:
            if why := self._outside.objection(tenant, use.url):
                return Block(Reason.SURFACE_BLOCKED, "surface", f"{use.place} does not pass. {why}")
        return await self._handed(asked, uses, made, tenant)

    async def _handed(
        self, asked: Asked, uses: Sequence[UrlUse], made: Made, tenant: Tenant
    ) -> Mapping[str, str] | Block:
        fallback = next((use for use in uses if use.place == FALLBACK), None)
        acts_at = asked.due_at or self._clock.now()
        expires_at_s = int(acts_at.timestamp()) + asked.lifetime_s + ALIVE_S
        first = CallState(made, Wanted.DOCUMENT, "", "POST", expires_at_s, tones=asked.digits[-TONES_KEPT:])
        if fallback is not None:
            first = replace(first, fallback_url=fallback.url, fallback_method=fallback.method)
        handed: dict[str, str] = {}
        for use in uses:
            wanted = use.wanted if made.decision_id or use.wanted is Wanted.DOCUMENT else Wanted.CALLBACK
            state = replace(first, wanted=wanted, url=use.url, method=use.method, events=use.events)
            if use.place != URL:
                state = replace(state, fallback_url="", fallback_method="POST")
            handed[use.place] = await self._addresses.address(state)
        if not asked.twiml:
            return handed
        inline = await self._inline(asked.twiml, first, tenant)
        return inline if isinstance(inline, Block) else {**handed, **inline}

    async def _inline(self, twiml: str, first: CallState, tenant: Tenant) -> Mapping[str, str] | Block:
        found = self._documents.read(twiml.encode("utf-8", "replace"), "text/xml", "", tenant.account_sid)
        problem = found if isinstance(found, Problem) else impassable(found.parties, self._own(tenant))
        if problem is not None:
            return Block(problem.reason, "documents", problem.message)
        if isinstance(found, Problem) or found.parties or found.needed({}):
            return {URL: await self._addresses.address(replace(first, twiml=twiml))}
        return {TWIML: found.served({}, ()).decode()}


def _given_by_application(use: UrlUse) -> bool:
    """Where an application is named, the carrier ignores these. Source: Twilio, Call resource; read 2026-11."""
    return use.place in {FALLBACK, "StatusCallback"}


def _bad(detail: str) -> Block:
    return Block(Reason.BAD_REQUEST, "documents", detail)
