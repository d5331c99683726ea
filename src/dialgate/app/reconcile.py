"""Find out what became of creates whose outcome nobody knows: the carrier's own lists tell.

A wrong name is worse than none, and a wrong release worse than a count too many. So a call or message is taken for an
attempt's only where no other attempt can have made it, and an attempt is released only long after the carrier could
still list it late. What stays in doubt stays counted, and may yet be named by a status report.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dialgate.app.errors import DialgateError
from dialgate.app.records import Kind, Record, reservation_of
from dialgate.app.settle import FINAL, StatusReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.admit import Admission
    from dialgate.app.ports import Carrier, Clock, GuardStore, Journal
    from dialgate.app.queries import DecisionRow
    from dialgate.app.settle import Settling

FIRST_LOOK = timedelta(seconds=5)
"""After it began to be doubted, and the least age of what is found: every gate's records of it are in SQL by then."""
LONGEST_PAUSE = timedelta(seconds=300)
"""Between two looks; each pause is twice the one before."""
ABSENT_AFTER = timedelta(minutes=15)
LOOKS = 3
"""So many complete lists without it, the last of them after `ABSENT_AFTER`."""
GIVEN_UP = timedelta(hours=25)
"""No call or unscheduled message is in flight for longer; its own lifetime has ended its reservation."""
EARLY, LATE = timedelta(seconds=30), timedelta(seconds=120)
"""How far the carrier's time of creation may lie from the decision: clocks, whole seconds, the longest wait."""
MOST_A_TICK = 5
"""Numbers whose lists are read."""
MOST = 1_000
"""Doubts at a time, the newest."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A call or message that the carrier made because somebody asked its REST API."""

    sid: str
    senders: frozenset[str]
    """As the carrier writes them: number, short code, name, messaging service."""
    status: str
    created_at: datetime | None
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    placed: tuple[Placed, ...]
    complete: bool
    """Whether nothing was left out for its length."""


class CarrierLists(Protocol):
    async def placed(self, channel: str, number: str) -> Listed:
        """All to this number, under each scheme of the channel. Errors: `CarrierUnreachableError`."""
        ...


@dataclass(frozen=True, slots=True)
class Nameless:
    """An allowed attempt for the carrier of which neither a name nor a release is on record."""

    id: str
    decided_at: datetime
    calling: str


class Doubts(Protocol):
    """Errors of every method: `LedgerUnavailableError`."""

    async def unknown(self, since: datetime, limit: int) -> Sequence[DecisionRow]:
        """Whose outcome is unknown since then or later, and nothing newer on record. The newest first."""
        ...

    async def nameless(self, channel: str, number: str, since: datetime) -> Sequence[Nameless]:
        """Decided at `since` or later."""
        ...

    async def owned(self, carrier_sids: Sequence[str]) -> frozenset[str]:
        """Those of them that are some attempt's name."""
        ...


@dataclass(slots=True)
class _Looks:
    next_at: datetime
    complete: int = 0
    pause: timedelta = FIRST_LOOK


class Reconciler:
    def __init__(
        self,
        doubts: Doubts,
        lists: CarrierLists,
        carrier: Carrier,
        store: GuardStore,
        journal: Journal,
        admission: Admission,
        settling: Settling,
        clock: Clock,
    ) -> None:
        self._doubts = doubts
        self._lists = lists
        self._carrier = carrier
        self._store = store
        self._journal = journal
        self._admission = admission
        self._settling = settling
        self._clock = clock
        self._looks: dict[str, _Looks] = {}

    async def tick(self) -> None:
        """Look for the few whose turn it is. Errors: every `DialgateError`; whatever was not done comes again."""
        now = self._clock.now()
        unknown = await self._doubts.unknown(now - GIVEN_UP, MOST)
        rows = [row for row in unknown if _went_to_the_carrier(row)]
        self._looks = {row.id: self._looks.get(row.id) or _Looks(_doubted_at(row) + FIRST_LOOK) for row in rows}
        numbers: defaultdict[tuple[str, str], list[DecisionRow]] = defaultdict(list)
        for row in rows:
            numbers[row.body["channel"], row.body["number"]].append(row)
        waiting = sorted((min(self._looks[row.id].next_at for row in of), number) for number, of in numbers.items())
        for channel, number in [number for at, number in waiting if at <= now][:MOST_A_TICK]:
            try:
                await self._look(channel, number, numbers[channel, number], now)
            except DialgateError:
                for row in numbers[channel, number]:  # the others come first next time
                    self._looks[row.id].next_at = now + FIRST_LOOK
                raise

    async def _look(self, channel: str, number: str, rows: Sequence[DecisionRow], now: datetime) -> None:
        listed = await self._lists.placed(channel, number)
        since = min(row.decided_at for row in rows) - EARLY
        near = [one for one in listed.placed if one.created_at is None or one.created_at >= since]
        owned = await self._doubts.owned([one.sid for one in near])
        free = [one for one in near if one.sid not in owned]
        contenders = await self._doubts.nameless(channel, number, since - LATE)
        names = matched(contenders, [one for one in free if _old_enough(one, now)])
        for row in rows:
            if row.id in names:
                found = names[row.id]
                await self._settling.report(StatusReport(row.id, found.sid, found.status, found.error_code))
            elif listed.complete and not any(_since(row, one) for one in free):
                await self._missing(row, now)
            self._pause(row, now)
        taken = {one.sid for one in names.values()}
        await self._cancel(channel, [one for one in free if one.sid not in taken], contenders)

    async def _missing(self, row: DecisionRow, now: datetime) -> None:
        looks = self._looks[row.id]
        looks.complete += 1
        if looks.complete < LOOKS or now - row.decided_at < ABSENT_AFTER:
            return
        why = f"the carrier does not list it {ABSENT_AFTER.total_seconds():.0f} s later"
        await self._journal.append(Record(Kind.RELEASED, row.id, row.tenant, now, {"why": why}))
        await self._admission.give_back(reservation_of(row.id, row.tenant, row.body["reservation"]))

    async def _cancel(self, channel: str, free: Sequence[Placed], contenders: Sequence[Nameless]) -> None:
        """Whichever of several attempts made it: if an opt-out covers each of them, it must not go on."""
        alive = [one for one in free if one.status not in FINAL]
        recalled = {one.decision_id for one in await self._store.recalls()} if alive else set()
        for one in alive:
            makers = {each.id for each in contenders if _fits(each, one)}
            if makers and makers <= recalled:
                await self._carrier.cancel(channel, one.sid)

    def _pause(self, row: DecisionRow, now: datetime) -> None:
        looks = self._looks[row.id]
        looks.next_at = now + looks.pause
        looks.pause = min(2 * looks.pause, LONGEST_PAUSE)


def matched(contenders: Sequence[Nameless], placed: Sequence[Placed]) -> dict[str, Placed]:
    """By decision id, where exactly one of them can be the attempt's and no other attempt can have made it."""
    fitting = {each.id: [one for one in placed if _fits(each, one)] for each in contenders}
    makers: defaultdict[str, set[str]] = defaultdict(set)
    for id_, found in fitting.items():
        for one in found:
            makers[one.sid].add(id_)
    return {id_: found[0] for id_, found in fitting.items() if len(found) == 1 and makers[found[0].sid] == {id_}}


def _fits(attempt: Nameless, one: Placed) -> bool:
    if one.created_at is None or not -EARLY <= one.created_at - attempt.decided_at <= LATE:
        return False
    return _plain(attempt.calling) in {_plain(sender) for sender in one.senders} - {""}


def _plain(sender: str) -> str:
    """However it is punctuated, and whatever scheme stands before it."""
    return "".join(letter for letter in sender.rpartition(":")[2].casefold() if letter.isalnum())


def _since(row: DecisionRow, one: Placed) -> bool:
    """Whatever its sender, and whenever later it was made: as long as it is there, nothing is certainly absent."""
    return one.created_at is None or one.created_at >= row.decided_at - EARLY


def _old_enough(one: Placed, now: datetime) -> bool:
    return one.created_at is not None and now - one.created_at >= FIRST_LOOK


def _went_to_the_carrier(row: DecisionRow) -> bool:
    """Creates have a claim and a sender. Attempts that others place and those inside a call have no claim; an update
    has no sender, and made nothing that a list could show.
    """
    return row.body["reservation"]["claim"] is not None and bool(_plain(row.body["from"]))


def _doubted_at(row: DecisionRow) -> datetime:
    return next((at for kind, at, _ in row.events if kind == Kind.OUTCOME_UNKNOWN), row.decided_at)
