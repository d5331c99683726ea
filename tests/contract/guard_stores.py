"""Every guard store that the port's suite runs over: a name, and how to open one with what its faults need."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from redis import Redis

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import GuardStore
from dialgate.stores.guards import RedisGuardStore
from dialgate.stores.valkey import EmbeddedValkey
from tests.contract.declared_keys import undeclared
from tests.contract.memory_rig import memory

PEPPER = b"a pepper of 32 bytes for testing"


class Rig(Protocol):
    """One empty store, seen by one gate, with the faults that every store can play."""

    @property
    def store(self) -> GuardStore: ...

    def under_another_layout(self) -> GuardStore:
        """The same content as a gate with another layout sees it."""
        ...

    async def flush(self) -> None: ...

    async def restart(self) -> None:
        """Another history id; the content stays."""
        ...

    async def copy(self) -> Callable[[], Awaitable[None]]:
        """Take a copy now; what comes back puts it in place of the later content (another history id)."""
        ...

    async def put_fence_clock(self, ms: int) -> None:
        """As if the store's clock had been there before."""
        ...


@dataclass(slots=True)
class ValkeyRig:
    server: EmbeddedValkey
    home: Path
    stores: list[RedisGuardStore] = field(default_factory=list)

    @property
    def store(self) -> GuardStore:
        return self.stores[0]

    def another(self, pepper: bytes = PEPPER, deadline_s: float = 10.0) -> RedisGuardStore:
        """Patient, since the machine that runs the tests may be busy; the product's deadline has tests of its own."""
        self.stores.append(RedisGuardStore(self.server.url, pepper, deadline_s=deadline_s))
        return self.stores[-1]

    def client(self) -> Redis:
        return Redis.from_url(self.server.url)

    def under_another_layout(self) -> GuardStore:
        return self.another(pepper=bytes(32))

    async def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    async def restart(self) -> None:
        kill(self.server)
        await self.start()

    async def start(self) -> None:
        """Until each gate has found out that its connections were cut."""
        self.server.start()
        for store in self.stores:
            while not await answers(store):
                await asyncio.sleep(0)

    async def copy(self) -> Callable[[], Awaitable[None]]:
        kept = self.home / "copy"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.home / "valkey" / "appendonlydir", kept)

        async def put_back() -> None:
            kill(self.server)
            shutil.rmtree(self.home / "valkey" / "appendonlydir")
            kept.rename(self.home / "valkey" / "appendonlydir")
            await self.start()

        return put_back

    async def put_fence_clock(self, ms: int) -> None:
        with self.client() as client:
            client.hset("{p0}:f", "clock", ms)


async def answers(store: GuardStore) -> bool:
    try:
        await store.fence()
    except StoreUnavailableError:
        return False
    return True


def kill(server: EmbeddedValkey) -> None:
    """As a power loss would, and its end is awaited."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    while server.poll() is None:
        pass


@asynccontextmanager
async def valkey(server: EmbeddedValkey, home: Path) -> AsyncIterator[Rig]:
    rig = ValkeyRig(server, home)
    await rig.flush()
    rig.another()
    try:
        yield rig
        with rig.client() as client:
            assert [] == undeclared(client)
    finally:
        for store in rig.stores:
            await store.close()


Factory = Callable[[EmbeddedValkey, Path], AbstractAsyncContextManager[Rig]]
FACTORIES: list[tuple[str, Factory]] = [("valkey", valkey), ("memory", memory)]
