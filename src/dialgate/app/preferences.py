"""What a person does who has the link to their preference page: stop, put off, and take back what they said there. One
number and one tenant; whoever has the link speaks for the number. Knows neither pages nor keys.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from dialgate.app.errors import ForbiddenError, LedgerUnavailableError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.scope import ALL, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.opt_out import OptedOut, OptingOut
    from dialgate.app.ports import Clock, Ledger
    from dialgate.app.queries import Tenant
    from dialgate.domain.ids import DecisionId
    from dialgate.domain.numbers import E164

PREFERENCES = "preferences"
"""Actor of everything that is said on the page."""


class Choice(StrEnum):
    ALL = "all"
    CHANNEL = "channel"
    PURPOSE = "purpose"
    CAMPAIGN = "campaign"
    SNOOZE_30 = "snooze30"
    SNOOZE_90 = "snooze90"
    RESUME = "resume"


SNOOZES = {Choice.SNOOZE_30: timedelta(days=30), Choice.SNOOZE_90: timedelta(days=90)}


@dataclass(frozen=True, slots=True)
class Link:
    """`scope`: the tenant, and what of channel, purpose and campaign the message belongs to that holds the link."""

    scope: Scope
    number: E164
    expires_at: datetime
    """Whole seconds."""
    resumes: bool = False
    """Whether it takes back what was said on the page. Not where a dialer made it: that one could open it itself."""


class Links(Protocol):
    def token(self, link: Link) -> str:
        """Fit for a path; tells nothing of what is in it."""
        ...

    def link(self, token: str) -> Link | None:
        """None for what these keys did not make for this purpose. An expired one is still read."""
        ...


class Preferences:
    def __init__(
        self,
        *,
        links: Links,
        public_url: str,
        directory: DirectoryCopy,
        ledger: Ledger,
        opting_out: OptingOut,
        clock: Clock,
        new_id: Callable[[], DecisionId],
    ) -> None:
        self._links = links
        self._root = f"{public_url.rstrip('/')}/p"
        self._directory = directory
        self._ledger = ledger
        self._opting_out = opting_out
        self._clock = clock
        self._new_id = new_id

    def url(self, scope: Scope, number: E164, days: int, *, resumes: bool = False) -> tuple[str, datetime]:
        """The address of the page, below `server.public_url`, and when it stops working."""
        expires_at = self._clock.now().replace(microsecond=0) + timedelta(days=days)
        return f"{self._root}/{self._links.token(Link(scope, number, expires_at, resumes))}", expires_at

    async def opened(self, token: str) -> tuple[Link, Tenant] | None:
        """None, for whatever reason: forged, foreign, expired, or of a tenant that does not exist."""
        link = self._links.link(token)
        if link is None or link.expires_at <= self._clock.now():
            return None
        if link.scope.tenant not in self._directory.now.tenants:
            with suppress(LedgerUnavailableError):
                await self._directory.refresh()  # made at another gate a moment ago
        tenant = self._directory.now.tenants.get(link.scope.tenant)
        return (link, tenant) if tenant else None

    async def holding(self, link: Link) -> tuple[OptOut, ...]:
        """What is stopped now, by whatever way it came. Errors: `LedgerUnavailableError`."""
        return tuple(await self._ledger.opt_outs_of(link.scope.tenant, link.number))

    def said(self, link: Link, choice: Choice, token: str) -> OptOut:
        """The opt-out that a choice is. Each has an id of its own: told twice, a stop is recorded twice, and one that
        was taken back can be said again.
        """
        now = self._clock.now()
        return OptOut(
            id=OptOutId(self._new_id()),
            number=link.number,
            scope=narrowed(link.scope, choice),
            source=Source.FORM,
            actor=PREFERENCES,
            occurred_at=now,
            recorded_at=now,
            evidence=_digest(token),
            ends_at=now + SNOOZES[choice] if choice in SNOOZES else None,
        )

    async def stop(self, opt_out: OptOut) -> OptedOut:
        """Errors: `JournalUnavailableError`: nothing may be acknowledged."""
        return await self._opting_out.record(opt_out)

    async def resume(self, link: Link, token: str) -> None:
        """Takes back what was said here and is in the ledger by now, and nothing else; never through the journal, so
        that a stop said after it wins. Errors, and nothing is taken back: `LedgerUnavailableError`, `ForbiddenError`
        for a link that does not resume.
        """
        if not link.resumes:
            raise ForbiddenError("This link stops, and takes nothing back.")
        names = tuple(one.id for one in await self.holding(link) if is_own(one))
        if names:
            lift_id, tenant, now = OptOutId(self._new_id()), link.scope.tenant, self._clock.now()
            await self._ledger.record_lift(
                Lift(lift_id, link.number, tenant, names, Source.FORM, PREFERENCES, now, evidence=_digest(token))
            )


def is_own(opt_out: OptOut) -> bool:
    """Whether it was said on the page."""
    return opt_out.actor == PREFERENCES and opt_out.source is Source.FORM


def narrowed(scope: Scope, choice: Choice) -> Scope:
    """What a choice stops: everything of the tenant's, unless the person chose one part of it."""
    match choice:
        case Choice.CHANNEL:
            return Scope(scope.tenant, channel=scope.channel)
        case Choice.PURPOSE:
            return Scope(scope.tenant, purpose=scope.purpose)
        case Choice.CAMPAIGN:
            return Scope(scope.tenant, campaign=scope.campaign)
        case _:
            return Scope(scope.tenant)


def offered(scope: Scope) -> tuple[Choice, ...]:
    """What can be stopped by this link: a part only if the link names it."""
    parts = (
        (Choice.CHANNEL, scope.channel),
        (Choice.PURPOSE, scope.purpose),
        (Choice.CAMPAIGN, scope.campaign),
    )
    return (Choice.ALL, *(choice for choice, named in parts if named != ALL), *SNOOZES)


def _digest(token: str) -> str:
    """Names the link in records without opening it to whoever reads them."""
    return hashlib.sha256(token.encode()).hexdigest()
