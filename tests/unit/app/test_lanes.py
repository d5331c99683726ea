"""A few requests at a time, and no tenant's slow server before another tenant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.lanes import LANES, SHARE, Lanes
from tests.fakes.journal_tools import wait_until


@dataclass(slots=True)
class Servers:
    """`slow` ones answer when they are let."""

    slow: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    def job(self, tenant: str, name: str) -> Callable[[], Awaitable[None]]:
        async def ask() -> None:
            self.asked.append(name)
            if tenant in self.slow:
                await self.let.wait()

        return ask


@asynccontextmanager
async def working(lanes: Lanes) -> AsyncIterator[None]:
    async def lane() -> None:
        while True:
            await lanes.work()

    tasks = [asyncio.create_task(lane()) for _ in range(LANES)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def offer(lanes: Lanes, servers: Servers, tenant: str, count: int) -> None:
    for number in range(count):
        name = f"{tenant}{number}"
        await lanes.offer(tenant, name, servers.job(tenant, name))


async def test_a_slow_server_keeps_nobody_else_waiting() -> None:
    """It takes its share of the lanes, however much there is for it; the others are told meanwhile."""
    lanes, servers = Lanes(), Servers({"slow"})
    await offer(lanes, servers, "slow", 50)
    async with working(lanes):
        await offer(lanes, servers, "quick", 20)
        await wait_until(lambda: sum(name.startswith("quick") for name in servers.asked) == 20)
        assert SHARE == sum(name.startswith("slow") for name in servers.asked)
        servers.let.set()
        await wait_until(lambda: len(servers.asked) == 70)


async def test_tenants_take_turns() -> None:
    """Whoever came first with much is not told all of it before whoever came later with little."""
    lanes, servers = Lanes(), Servers()
    await offer(lanes, servers, "much", 3)
    await offer(lanes, servers, "little", 1)
    for _ in range(4):
        await lanes.work()
    assert ["much0", "little0", "much1", "much2"] == servers.asked


async def test_what_is_held_is_not_taken_twice() -> None:
    """As long as it waits or runs; afterwards it may come again."""
    lanes, servers = Lanes(), Servers()
    for _ in range(2):
        await offer(lanes, servers, "acme", 1)
    assert (True, frozenset({"acme"})) == (lanes.holds("acme0"), lanes.waiting)
    await lanes.work()
    assert (False, frozenset(), ["acme0"]) == (lanes.holds("acme0"), lanes.waiting, servers.asked)
    await offer(lanes, servers, "acme", 1)
    await lanes.work()
    assert ["acme0", "acme0"] == servers.asked


async def test_a_job_that_fails_gives_its_place_back() -> None:
    """The lane hears of it, and the next one comes."""
    lanes, servers = Lanes(), Servers()

    async def fails() -> None:
        raise LedgerUnavailableError("It is away.")

    for name in ("a", "b", "c"):
        await lanes.offer("acme", name, fails)
    for _ in range(SHARE + 1):
        with pytest.raises(LedgerUnavailableError):
            await lanes.work()
    await offer(lanes, servers, "acme", 1)
    await lanes.work()
    assert ["acme0"] == servers.asked
