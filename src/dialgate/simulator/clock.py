"""The simulator's time: real, or standing still until it is advanced. Owns the background tasks that wait on it."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

_SPINS = 20
_POLL_S = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """A task that has nothing to do until a timer or an event wakes it."""

    timer: asyncio.Future[None] | None
    events: tuple[asyncio.Event, ...] = ()

    def goes_on(self) -> bool:
        """Not for one that is woken already and has only not run yet."""
        return not (self.timer is not None and self.timer.done()) and not any(e.is_set() for e in self.events)


class Clock:
    """Tasks started by `spawn` count as busy unless they sleep or wait here; `advance` moves only when none is busy.

    `speed` is in simulated seconds per real one, of a ticking clock.
    """

    def __init__(self, *, ticking: bool, start: datetime | None = None, speed: float = 1.0) -> None:
        self._start = start or datetime.now(UTC)
        self._ticking = ticking
        self._speed = speed
        self._origin_s = time.monotonic()
        self._skipped_s = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._rests: set[_Rest] = set()
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
        woken = self._timer(seconds)
        rest = _Rest(woken)
        self._rests.add(rest)
        try:
            await woken
        finally:
            self._rests.discard(rest)

    async def wait(self, *events: asyncio.Event, within_s: float | None = None) -> bool:
        """Rest until another task sets one of the events, at most for these simulated seconds; whether one is set.

        Only for work started by `spawn`.
        """
        if within_s is not None and within_s <= 0:
            await asyncio.sleep(0)
            return any(event.is_set() for event in events)
        timer = None if within_s is None else self._timer(within_s)
        rest = _Rest(timer, events)
        waiting: list[asyncio.Future[Literal[True]]] = [asyncio.ensure_future(event.wait()) for event in events]
        self._rests.add(rest)
        try:
            either: list[asyncio.Future[Any]] = [*waiting, *([timer] if timer else [])]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._rests.discard(rest)
            for each in waiting:
                each.cancel()
        return any(event.is_set() for event in events)

    def run_at(self, speed: float) -> None:
        """From now on let so many simulated seconds pass in a real one."""
        elapsed_s = self._elapsed_s()
        self._origin_s, self._skipped_s, self._speed = time.monotonic(), elapsed_s, speed
        if self._ticking:
            for due, _, _ in self._sleepers:
                asyncio.get_running_loop().call_later(max(0.0, due - elapsed_s) / speed, self._wake_due)

    async def settle(self) -> None:
        """Return once no task has anything to do before time moves on."""
        while True:
            for _ in range(_SPINS):
                await asyncio.sleep(0)
            if len(self._tasks) <= sum(rest.goes_on() for rest in self._rests):
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
        return real_s * self._speed + self._skipped_s

    def _timer(self, seconds: float) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s() + seconds, next(self._order), woken))
        if self._ticking:
            loop.call_later(seconds / self._speed, self._wake_due)
        return woken

    def _skip_to(self, elapsed_s: float) -> None:
        self._skipped_s += max(0.0, elapsed_s - self._elapsed_s())

    def _wake_due(self) -> None:
        # A timer may fire a hair before the instant it was set for; a microsecond of grace keeps it from being lost.
        while self._sleepers and self._sleepers[0][0] <= self._elapsed_s() + 1e-6:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
