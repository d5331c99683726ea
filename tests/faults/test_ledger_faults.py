"""SQL cannot be written for a while."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from tests.dialing import KEPT, Outside, judge
from tests.faults.scene import make_scene, traffic
from tests.processes import Serve, send
from tests.waiting import wait_until

DRAINED_WITHIN_S = 20
"""Without SQL gates try for some seconds to ship what they have; what they cannot ship stays in their journals."""


@contextmanager
def locked(serve: Serve) -> Iterator[None]:
    """Another program writes to the ledger's file and does not finish."""
    with closing(sqlite3.connect(serve.files / "dialgate.sqlite3", timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_a_locked_ledger(serve: Serve, seen: Outside) -> None:
    """Attempts go on, opt-outs are in force at once from the journals alone, and all of it is in SQL afterwards."""
    scene = await make_scene(seen)
    with locked(serve):
        people = [seen.new_number() for _ in range(4)]
        attempts = [await seen.patient(partial(seen.text, number)) for number in people]
        says = [seen.opt_out, seen.text_stop] * 2
        await asyncio.gather(*(seen.in_force(say, number) for say, number in zip(says, people, strict=True)))
        later = [await seen.patient(partial(seen.text, number)) for number in people]
        async with traffic(seen):
            await seen.more(12)
    assert [201] * 4 == [attempt.status for attempt in attempts]
    assert [["suppressed"]] * 4 == [attempt.reasons for attempt in later]
    assert {201, 400, 429} >= {attempt.status for attempt in seen.attempts}
    serve.wait_ready()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_all_killed_while_the_ledger_is_locked(serve: Serve, seen: Outside) -> None:
    """What was acknowledged while nobody could write to SQL survives the death of everybody in the journals."""
    scene = await make_scene(seen)
    with locked(serve):
        called, number = await seen.patient(partial(seen.call, seen.new_number())), seen.new_number()
        await seen.in_force(seen.opt_out, called.number)
        await seen.in_force(seen.text_stop, number)
        serve.kill()
    serve.launch()
    serve.wait_ready()
    late = [await seen.patient(partial(ask, who)) for ask in (seen.text, seen.call) for who in (number, called.number)]
    assert [["suppressed"]] * 4 == [attempt.reasons for attempt in late]
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_ending_while_a_gate_waits_for_the_ledger(serve: Serve, seen: Outside) -> None:
    """A gate that cannot begin, because nobody answers at the ledger, still ends when it is asked to."""
    await seen.in_force(seen.opt_out, seen.new_number())
    with locked(serve):
        send(serve.gates()[0], signal.SIGKILL)
        wait_until(lambda: "waiting_for_ledger" in serve.said(), "a gate waits for the ledger")
        began = time.monotonic()
        serve.end()
        took_s = time.monotonic() - began
    serve.launch()
    serve.wait_ready()
    assert took_s < DRAINED_WITHIN_S
    assert KEPT == await judge(seen)
