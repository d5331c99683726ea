"""What a webhook missed: every few minutes the carrier's list of messages is read back, from where it was read to."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dialgate.app.errors import DialgateError
from dialgate.app.gate import Check
from dialgate.app.read_back import KNOWN, UNOWNED, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.ports import Clock
    from dialgate.app.read_back import ReadingBack

MESSAGES = "messages"
EVERY = timedelta(minutes=3)
AGAIN = timedelta(seconds=30)
"""After the carrier or a store has failed."""
GRACE = timedelta(seconds=60)
"""A younger message may still come by its webhook, which is answered: this would not be."""
OVERLAP = timedelta(minutes=10)
"""So late may the carrier list a message."""
TICK_S = 20.0
TRIES = 3
"""A walk that fails so often begins again: its place in the list may be gone."""
TOO_OLD = timedelta(minutes=15)


class Bookmarks(Protocol):
    """Errors of every method: `LedgerUnavailableError`."""

    async def place(self, name: str) -> str:
        """Empty: there is none."""
        ...

    async def keep(self, name: str, place: str) -> None:
        """In place of what was kept."""
        ...

    async def forget(self, name: str) -> None: ...


class Missed:
    """To be stepped by one gate for all; two at once do no harm."""

    def __init__(self, reading: ReadingBack, bookmarks: Bookmarks, clock: Clock) -> None:
        self._reading = reading
        self._bookmarks = bookmarks
        self._clock = clock
        self._walk: Walk | None = None
        self._next_at: datetime | None = None
        self._failures = 0
        self._told = Counter[str]()

    async def tick(self) -> Mapping[str, int]:
        """What was found that no webhook had told, by kind; empty while nothing is due.

        Errors: every `DialgateError`; the bookmark stays, and it is tried again.
        """
        now = self._clock.now()
        if self._next_at is not None and now < self._next_at:
            return {}
        self._next_at = now + AGAIN
        try:
            walk = await self._go_on(self._walk or await self._begin(now))
        except DialgateError:
            self._failures += 1
            if self._failures % TRIES == 0:
                self._walk, self._told = None, Counter()
            raise
        self._failures = 0
        found = walk.counts - self._told
        self._told, self._next_at = walk.counts, None
        if walk.done:
            await self._bookmarks.keep(MESSAGES, walk.until.isoformat())
            self._walk, self._told, self._next_at = None, Counter(), now + EVERY
        return {kind: count for kind, count in found.items() if kind not in {KNOWN, UNOWNED}}

    async def seen_up_to(self) -> datetime | None:
        """The carrier's time up to which every message was dealt with; None before the first tick of any gate.
        Errors: `LedgerUnavailableError`.
        """
        place = await self._bookmarks.place(MESSAGES)
        return datetime.fromisoformat(place) if place else None

    async def check(self) -> Check:
        """For `/readyz`. Not a reason to send a gate no work. Errors: `LedgerUnavailableError`."""
        seen = await self.seen_up_to()
        if seen is None:
            return Check("missed_messages", "", "the carrier's list was not read yet")
        up_to = f"{seen.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        if self._clock.now() - seen <= TOO_OLD:
            return Check("missed_messages", "", f"read back up to {up_to}")
        problem = (
            f"the carrier's list of messages was read back up to {up_to} only: what no webhook told since then is not "
            "known. Has the gate's key the right to list messages?"
        )
        return Check("missed_messages", problem)

    async def _begin(self, now: datetime) -> Walk:
        """A first walk looks no further back than a later one: what was before, `dialgate import twilio` reads."""
        seen = await self.seen_up_to()
        if seen is None:
            seen = now - GRACE
            await self._bookmarks.keep(MESSAGES, seen.isoformat())
        return Walk(since=(seen - OVERLAP).replace(microsecond=0), until=max(seen, now - GRACE))

    async def _go_on(self, walk: Walk) -> Walk:
        started_s = self._clock.boottime_s()
        while True:
            walk = await self._reading.step(walk)
            self._walk = walk
            if walk.done or self._clock.boottime_s() - started_s >= TICK_S:
                return walk
