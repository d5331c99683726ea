"""The model's guard store under the port's suite: the oracle must be what the port says."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dialgate.app.ports import GuardStore
from dialgate.stores.valkey import EmbeddedValkey
from tests.model.content import Server
from tests.model.in_memory import InMemoryGuardStore


@dataclass(slots=True)
class MemoryRig:
    server: Server

    @property
    def store(self) -> GuardStore:
        return self._under("one")

    def under_another_layout(self) -> GuardStore:
        return self._under("another")

    async def flush(self) -> None:
        self.server.flush()

    async def restart(self) -> None:
        self.server.history_id += "'"

    async def copy(self) -> Callable[[], Awaitable[None]]:
        kept = self.server.content

        async def put_back() -> None:
            self.server.content = kept
            await self.restart()

        return put_back

    async def put_fence_clock(self, ms: int) -> None:
        fence = self.server.content.fence
        assert fence is not None
        self.server.content = self.server.content.fenced(replace(fence, clock_ms=ms))

    def _under(self, layout: str) -> GuardStore:
        return InMemoryGuardStore(self._now, layout)

    def _now(self) -> Server:
        self.server.now_ms = time.time_ns() // 1_000_000
        return self.server


@asynccontextmanager
async def memory(_server: EmbeddedValkey, _home: Path) -> AsyncIterator[MemoryRig]:
    yield MemoryRig(Server("first", 0))
