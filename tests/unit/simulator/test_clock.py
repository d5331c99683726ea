"""Simulated time: what is due happens, in order, and nothing else does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from dialgate.simulator.clock import Clock
from tests.unit.simulator.conftest import START


async def test_a_stopped_clock_moves_only_when_advanced() -> None:
    """Sleepers wake in the order of their instants, each at its own."""
    clock = Clock(ticking=False, start=START)
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, (clock.now() - START).total_seconds()))

    for name, seconds in (("late", 30), ("soon", 10), ("at once", 0), ("never", 31)):
        clock.spawn(sleeper(name, seconds))
    await clock.settle()
    assert woken == [("at once", 0)]
    await clock.advance(30)
    assert woken == [("at once", 0), ("soon", 10), ("late", 30)]
    assert clock.now() == START + timedelta(seconds=30)
    await clock.close()


async def test_advance_follows_consequences() -> None:
    """What a sleeper starts within the advanced time happens within it too."""
    clock = Clock(ticking=False, start=START)
    steps: list[int] = []

    async def walker() -> None:
        for step in range(5):
            await clock.sleep(1)
            steps.append(step)

    clock.spawn(walker())
    await clock.advance(3)
    assert steps == [0, 1, 2]
    await clock.close()


async def test_waiting_for_another_task_does_not_hold_time_up() -> None:
    """A task that waits for a sleeping one counts as idle, and goes on when the other is done."""
    clock = Clock(ticking=False, start=START)
    done, after = asyncio.Event(), asyncio.Event()

    async def sleeper() -> None:
        await clock.sleep(5)
        done.set()

    async def waiter() -> None:
        await clock.wait(done)
        after.set()

    clock.spawn(waiter())
    clock.spawn(sleeper())
    await clock.advance(5)
    assert after.is_set()
    await clock.close()


async def test_a_ticking_clock_wakes_by_itself_and_can_be_pushed() -> None:
    """In real time nobody needs to advance; who does, skips the rest."""
    clock = Clock(ticking=True, start=START)
    short, long = asyncio.Event(), asyncio.Event()

    async def sleeper(seconds: float, woken: asyncio.Event) -> None:
        await clock.sleep(seconds)
        woken.set()

    clock.spawn(sleeper(0.01, short))
    clock.spawn(sleeper(3600, long))
    await asyncio.wait_for(short.wait(), 5)
    assert not long.is_set()
    await clock.advance(3600)
    assert long.is_set()
    await clock.close()


async def test_close_ends_every_task() -> None:
    """Nothing runs on after the simulator is gone."""
    clock = Clock(ticking=False, start=START)

    async def sleeper() -> None:
        await clock.sleep(10)

    task = clock.spawn(sleeper())
    await clock.settle()
    await clock.close()
    assert task.cancelled()


async def test_waiting_may_have_an_end() -> None:
    """Whichever comes first of the event and the time; the answer tells which."""
    clock, seen = Clock(ticking=False), list[bool]()
    event = asyncio.Event()

    async def wait(within_s: float | None) -> None:
        seen.append(await clock.wait(event, asyncio.Event(), within_s=within_s))

    for within_s in (5, None, 0):
        clock.spawn(wait(within_s))
    await clock.advance(5)
    assert seen == [False, False]
    event.set()
    await clock.settle()
    assert seen == [False, False, True]
    await clock.close()


async def test_time_may_pass_faster() -> None:
    """Those who sleep already wake earlier."""
    clock, woken = Clock(ticking=True), asyncio.Event()

    async def sleep() -> None:
        await clock.sleep(3600)
        woken.set()

    clock.spawn(sleep())
    before = clock.now()
    await asyncio.sleep(0)
    clock.run_at(1_000_000)
    await asyncio.wait_for(woken.wait(), 10)
    assert (clock.now() - before).total_seconds() >= 3600
    await clock.close()
