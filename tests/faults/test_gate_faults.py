"""A gate, or all of them, die or stand still, under traffic."""

from __future__ import annotations

import signal
from functools import partial

from tests.dialing import KEPT, Outside, judge
from tests.faults.scene import make_scene, traffic
from tests.processes import Serve, send
from tests.waiting import until, wait_until


async def test_a_killed_gate(serve: Serve, seen: Outside) -> None:
    """Kill -9 of one gate: its sibling takes over what it had promised, and another is started."""
    scene = await make_scene(seen)
    killed = serve.gates()
    for pid in killed:
        async with traffic(seen):
            await seen.more()
            send(pid, signal.SIGKILL)
            wait_until(partial(serve.is_gone, pid), "the gate is gone")
            serve.wait_ready()
            await seen.forwards_again()
            await seen.more()
    assert set() == set(killed) & set(serve.gates())
    await scene.assert_held()
    assert KEPT == await judge(seen)
    wait_until(lambda: serve.workers == len(serve.rows("SELECT id FROM gate")), "no dead gate is registered")


async def test_killed_shippers(serve: Serve, seen: Outside) -> None:
    """Kill -9 of the processes that write to the ledger: each gate starts another, and no record is missing."""
    scene = await make_scene(seen)
    async with traffic(seen):
        for _ in range(2):
            await seen.more()
            killed = wait_until(serve.shippers, "the gates ship")
            for pid in killed:
                send(pid, signal.SIGKILL)
            wait_until(lambda gone=killed: set(serve.shippers()) - set(gone), "others ship")  # type: ignore[misc]
        await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_all_killed(serve: Serve, seen: Outside) -> None:
    """Kill -9 of the parent takes everything with it; the next start finds all that was acknowledged."""
    scene = await make_scene(seen)
    async with traffic(seen):
        await seen.more()
        serve.kill()
        serve.launch()
        serve.wait_ready()
        await seen.forwards_again()
        await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)
    wait_until(lambda: serve.workers == len(serve.rows("SELECT id FROM gate")), "no dead gate is registered")


async def test_a_gate_that_stands_still(serve: Serve, seen: Outside) -> None:
    """SIGSTOP of either gate: the other goes on, opt-outs included, and what the first one wakes up to is safe."""
    scene = await make_scene(seen)
    for pid in serve.gates():
        async with traffic(seen):
            await seen.more()
            send(pid, signal.SIGSTOP)
            try:
                await seen.forwards_again()
                await in_force_again(seen)
            finally:
                send(pid, signal.SIGCONT)
            serve.wait_ready()
            await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def in_force_again(seen: Outside) -> None:
    """An opt-out is in force at once, not only durable."""

    async def in_force() -> bool:
        return (await seen.opt_out(seen.new_number())).in_force_at is not None

    await until(in_force, "opt-outs are in force at once")
