"""The simulator's time: real, or standing still until it is advanced. Owns the background tasks that wait on it."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count

_SPINS = 20
_POLL_S = 0.002


class Clock:
    """Tasks started by `spawn` count as busy unless they sleep or wait here; `advance` moves only when none is busy."""

    def __init__(self, *, ticking: bool, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._ticking = ticking
        self._origin_s = time.monotonic()
        self._skipped_s = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting = 0
        self._advancing = asyncio.Lock()

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return self._start + timedelta(seconds=self._elapsed_s())

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run work in the background until it ends, is cancelled, or the clock closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def sleep(self, seconds: float) -> None:
        """Rest for simulated seconds. Only for work started by `spawn`."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        due = self._elapsed_s() + seconds
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (due, next(self._order), woken))
        if self._ticking:
            loop.call_later(seconds, self._wake_due)
        await self._rest(woken)

    async def wait(self, event: asyncio.Event) -> None:
        """Rest until another task sets the event. Only for work started by `spawn`."""
        waiting = asyncio.ensure_future(event.wait())
        try:
            await self._rest(waiting)
        finally:
            waiting.cancel()

    async def settle(self) -> None:
        """Return once no task has anything to do before time moves on."""
        while True:
            for _ in range(_SPINS):
                await asyncio.sleep(0)
            if len(self._tasks) <= self._resting:
                return
            await asyncio.sleep(_POLL_S)

    async def advance(self, seconds: float) -> None:
        """Move time on, stopping at each instant where something is due until its consequences are over."""
        async with self._advancing:
            await self.settle()
            target = self._elapsed_s() + seconds
            while self._sleepers and self._sleepers[0][0] <= target:
                self._skip_to(self._sleepers[0][0])
                self._wake_due()
                await self.settle()
            self._skip_to(target)

    async def close(self) -> None:
        """Cancel every task and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._sleepers.clear()

    def _elapsed_s(self) -> float:
        real_s = time.monotonic() - self._origin_s if self._ticking else 0.0
        return real_s + self._skipped_s

    def _skip_to(self, elapsed_s: float) -> None:
        self._skipped_s += max(0.0, elapsed_s - self._elapsed_s())

    def _wake_due(self) -> None:
        # A timer may fire a hair before the instant it was set for; a microsecond of grace keeps it from being lost.
        while self._sleepers and self._sleepers[0][0] <= self._elapsed_s() + 1e-6:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)

    async def _rest(self, until: asyncio.Future[None] | asyncio.Task[bool]) -> None:
        self._resting += 1
        try:
            await until
        finally:
            self._resting -= 1
