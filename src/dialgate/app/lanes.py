"""Requests to others' servers, a few at a time, so that no tenant's slow server keeps another tenant waiting.

Knows nothing of what is asked. Nothing is lost with it: whoever offers a job finds it in SQL again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Job = Callable[[], Awaitable[None]]

LANES = 8
SHARE = 2
"""Of one tenant at once."""


class Lanes:
    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, Job]] = {}
        self._running: Counter[str] = Counter()
        self._names: set[str] = set()
        self._changed = asyncio.Condition()

    def holds(self, name: str) -> bool:
        """Whether it waits or runs: it need not be offered again."""
        return name in self._names

    @property
    def waiting(self) -> frozenset[str]:
        """Tenants with jobs that nobody has begun."""
        return frozenset(self._waiting)

    async def offer(self, tenant: str, name: str, job: Job) -> None:
        """`name`: of the job, over all tenants; one that is held already is passed over."""
        if name in self._names:
            return
        async with self._changed:
            self._names.add(name)
            self._waiting.setdefault(tenant, {})[name] = job
            self._changed.notify()

    async def work(self) -> None:
        """The next job, as soon as there is one; to be repeated by each lane. Errors: those of the job."""
        async with self._turn() as job:
            await job()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Job]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._next() is not None)
            tenant = self._next() or ""
            jobs = self._waiting.pop(tenant)
            name = next(iter(jobs))
            job = jobs.pop(name)
            if jobs:
                self._waiting[tenant] = jobs  # behind the others
            self._running[tenant] += 1
        try:
            yield job
        finally:
            self._names.discard(name)
            self._running[tenant] -= 1
            async with self._changed:
                self._changed.notify_all()

    def _next(self) -> str | None:
        return next((tenant for tenant in self._waiting if self._running[tenant] < SHARE), None)
