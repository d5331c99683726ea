"""Telling a tenant's own server of each opt-out, opt-in and open review: at least once, as soon as it is durable.

The ledger is the outbox: a notice is made from a row that is committed, in the transaction that says how far the ledger
has been read, so none is lost and none is told before it is true. It knows no table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

import structlog

from dialgate.app.outside import OutsideError
from dialgate.domain.ledger import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.lanes import Lanes
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Chance, Clock
    from dialgate.domain.ledger import Lift, OptOut
    from dialgate.domain.scope import Scope

log = structlog.get_logger(__name__)

NoticeKind = Literal["opt_out", "opt_in", "review"]
NoticeState = Literal["waiting", "delivered", "given_up"]

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 3_600.0
GIVEN_UP_AFTER = timedelta(days=3)
UNTOLD = frozenset({Source.IMPORT})
"""A legacy list is what the tenant's side has brought itself: a million notices of it would keep the news waiting."""
MOST_A_LOOK = 200
MOST_BATCHES = 10
"""Taken in before what is due has its turn."""
_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    """Of what it tells: whoever hears it twice knows by this."""
    tenant: str
    kind: NoticeKind
    body: str
    """JSON as it is posted, with the whole number."""
    made_at: datetime
    begun_at: datetime
    """Since when it is tried: made, or replayed."""
    next_at: datetime | None
    """None: delivered, or given up."""
    delivered_at: datetime | None = None

    @property
    def state(self) -> NoticeState:
        if self.next_at is not None:
            return "waiting"
        return "given_up" if self.delivered_at is None else "delivered"


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to tell it."""

    at: datetime
    status: int
    """Of the answer; 0 if there was none."""
    problem: str
    """Empty: it was taken."""


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Empty = any. `tenant` empty = all tenants (operator keys only)."""

    tenant: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NoticePage:
    items: tuple[Notice, ...]
    next: str
    """Cursor of the next, older page; empty at the end."""


class Notices(Protocol):
    """Errors of every method: `LedgerUnavailableError`."""

    async def take_in(self, at: datetime) -> bool:
        """Make the notices of what is new, for tenants that have an address for them; True if there is more.

        Atomicity: notices and bookmark in one transaction; each notice once, however often a row is looked at.
        """
        ...

    async def due(self, now: datetime, without: Collection[str], limit: int) -> Sequence[Notice]:
        """Those of no tenant in `without` whose time has come, the longest due first."""
        ...

    async def tried(self, notice: Notice, tried: Tried, next_at: datetime | None) -> None:
        """Keep an attempt; it was delivered if `tried` has no problem. `next_at`: of the next attempt."""
        ...

    async def listing(self, wanted: NoticeFilter, limit: int, cursor: str = "") -> NoticePage:
        """Newest first. Errors: also `BadRequestError` for a forged cursor."""
        ...

    async def get(self, id_: str) -> tuple[Notice, Sequence[Tried]] | None: ...

    async def replay(self, id_: str, at: datetime) -> None:
        """Try it again from now on, whatever became of it. Errors: also `NotFoundError`."""
        ...

    async def replay_given_up(self, tenant: str, since: datetime, at: datetime) -> int:
        """All that were made since then and given up; how many. `tenant` empty = all."""
        ...


class Telling:
    def __init__(
        self, notices: Notices, directory: DirectoryCopy, outside: Outside, lanes: Lanes, clock: Clock, chance: Chance
    ) -> None:
        self._notices = notices
        self._directory = directory
        self._outside = outside
        self._lanes = lanes
        self._clock = clock
        self._chance = chance

    async def tick(self) -> None:
        """Take in what is new, and offer what is due; by one gate for all. Two at once would tell some things twice,
        which their ids make harmless.
        """
        for _ in range(MOST_BATCHES):
            if not await self._notices.take_in(self._clock.now()):
                break
        due = await self._notices.due(self._clock.now(), self._lanes.waiting, MOST_A_LOOK)
        for notice in due:
            await self._lanes.offer(notice.tenant, notice.id, partial(self._tell, notice))

    async def _tell(self, notice: Notice) -> None:
        status, problem = await self._asked(notice)
        now = self._clock.now()
        tried = Tried(now, status, problem)
        next_at = now + timedelta(seconds=self._pause_s(notice, now)) if problem else None
        if next_at is not None and next_at >= notice.begun_at + GIVEN_UP_AFTER:
            next_at = None
            log.warning("notice given up", tenant=notice.tenant, notice=notice.id, why=problem)
        await self._notices.tried(notice, tried, next_at)

    async def _asked(self, notice: Notice) -> tuple[int, str]:
        """The status of the answer, and what is wrong with it."""
        tenant = self._directory.now.tenants.get(notice.tenant)
        if tenant is None or not tenant.notice_url:
            return 0, "The tenant has no notice_url any more."
        try:
            told = await self._outside.tell(tenant, tenant.notice_url, notice.body.encode())
        except OutsideError as error:
            return 0, str(error)
        problem = "" if told.status in _TAKEN else f"The server answered with status {told.status}; 2xx is taken."
        return told.status, problem

    def _pause_s(self, notice: Notice, now: datetime) -> float:
        """As long as it has been tried so far, so each is about twice the one before; up to a quarter less, by chance,
        so that those that failed together do not come together.
        """
        tried_s = (now - notice.begun_at).total_seconds()
        pause_s = min(max(tried_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        return pause_s * (1 - self._chance(1)[0] / 1_024)


def of_opt_out(opt_out: OptOut, at: datetime) -> Notice:
    scope = opt_out.scope
    body = {
        "number": opt_out.number,
        "scope": scope_told(scope),
        "source": opt_out.source.value,
        "actor": opt_out.actor,
        "evidence": opt_out.evidence,
        "occurred_at": told_time(opt_out.occurred_at),
        "ends_at": told_time(opt_out.ends_at) if opt_out.ends_at else None,
        "opt_outs": [opt_out.id],
    }
    return made("opt_out", opt_out.id, scope.tenant, opt_out.recorded_at, body, at)


def of_lift(lift: Lift, released: Sequence[Scope], at: datetime) -> Notice:
    """`released`: in which scopes no other opt-out holds the number."""
    body = {
        "number": lift.number,
        "released": [scope_told(scope) for scope in released],
        "source": lift.source.value,
        "actor": lift.actor,
        "evidence": lift.evidence,
        "opt_outs": list(lift.names),
    }
    return made("opt_in", lift.id, lift.tenant, lift.recorded_at, body, at)


def made(kind: NoticeKind, of: str, tenant: str, happened_at: datetime, body: dict[str, Any], at: datetime) -> Notice:
    """`of`: the id of what it tells, which gives the notice its own."""
    id_ = f"{kind}.{of}"
    whole = {"id": id_, "kind": kind, "at": told_time(happened_at), "tenant": tenant, **body}
    return Notice(id_, tenant, kind, json.dumps(whole), at, at, at)


def scope_told(scope: Scope) -> dict[str, str]:
    """`*` = all."""
    return {"channel": scope.channel, "purpose": scope.purpose, "campaign": scope.campaign}


def told_time(at: datetime) -> str:
    """RFC 3339, UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
