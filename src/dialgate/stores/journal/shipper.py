"""Bring what is on disk into SQL, in order, in batches, for as long as it takes. Shipping twice is harmless."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import structlog

from dialgate.app.errors import JournalUnavailableError
from dialgate.stores.journal import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.ports import Clock, DecisionSink

AT_ONCE = 250
EVERY_S = 0.1
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0

log = structlog.get_logger(__name__)


class Outlet(Protocol):
    """The way into SQL for records as they are on disk (`lines.payload`)."""

    async def ship(self, payloads: Sequence[bytes]) -> None:
        """All in one transaction; harmless to repeat. Whatever it raises has the same ones shipped again."""
        ...


@dataclass(frozen=True, slots=True)
class Into:
    """The outlet that ends in a sink of this process."""

    sink: DecisionSink

    async def ship(self, payloads: Sequence[bytes]) -> None:
        await self.sink.ship([lines.record_of(payload) for payload in payloads])


class Shipper:
    """`shipped`: the newest number that is in SQL."""

    def __init__(self, outlet: Outlet, clock: Clock) -> None:
        self._outlet = outlet
        self._clock = clock
        self._pending: deque[tuple[int, bytes, float]] = deque()
        self._some = asyncio.Event()
        self._moved = asyncio.Condition()
        self._trouble = ""
        self._ended = False
        self.shipped = 0

    def add(self, number: int, payload: bytes) -> None:
        """In the order of numbers."""
        self._pending.append((number, payload, self._clock.boottime_s()))
        self._some.set()

    @property
    def unshipped(self) -> int:
        return len(self._pending)

    @property
    def oldest_unshipped_s(self) -> float:
        return self._clock.boottime_s() - self._pending[0][2] if self._pending else 0.0

    async def reached(self, number: int) -> None:
        """Errors: `JournalUnavailableError` if shipping ends before that."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._ended or self._done(number))
        if not self._done(number):
            raise JournalUnavailableError("The journal was closed before all of it was in the ledger.")

    def _done(self, number: int) -> bool:
        return not self._pending or self._pending[0][0] > number

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                await self._some.wait()
                batch = list(islice(self._pending, AT_ONCE))
                await self._deliver([payload for _, payload, _ in batch])
                await self._advance(batch[-1][0], len(batch))
                if len(self._pending) < AT_ONCE:
                    await asyncio.sleep(EVERY_S)
        finally:
            self._ended = True
            async with self._moved:
                self._moved.notify_all()

    async def _advance(self, number: int, count: int) -> None:
        for _ in range(count):
            self._pending.popleft()
        if not self._pending:
            self._some.clear()
        self.shipped = number
        async with self._moved:
            self._moved.notify_all()

    async def _deliver(self, payloads: Sequence[bytes]) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._outlet.ship(payloads)
            except Exception as error:  # noqa: BLE001 - nothing may end the shipping: what is here must reach SQL
                self._note(error)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                self._note(None)
                return

    def _note(self, error: Exception | None) -> None:
        """Once for each change, not once for each try."""
        trouble = type(error).__name__ if error is not None else ""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if error is None:
            log.info("journal_ships_again", unshipped=self.unshipped)
        else:
            log.error("journal_cannot_ship", error=trouble, unshipped=self.unshipped)
