"""The guard store loses everything, dies, falls behind or falls silent, under traffic."""

from __future__ import annotations

import signal

from tests.dialing import KEPT, Outside, judge
from tests.faults.scene import make_scene, traffic
from tests.faults.store_copy import replacing_with_a_copy
from tests.processes import Serve, send
from tests.waiting import until, wait_until


async def test_an_emptied_store(serve: Serve, seen: Outside) -> None:
    """After FLUSHALL nothing is forwarded until the index is whole again, which needs no hand."""
    scene = await make_scene(seen)
    async with traffic(seen):
        await seen.more()
        assert b"+OK\r\n" == serve.ask_store("FLUSHALL")
        serve.wait_ready()
        await seen.forwards_again()
        await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_a_killed_store(serve: Serve, seen: Outside) -> None:
    """Kill -9 of Valkey: it is started again, and no acknowledged opt-out is missing."""
    scene = await make_scene(seen)
    async with traffic(seen):
        await seen.more()
        killed = serve.valkey()
        send(killed, signal.SIGKILL)
        wait_until(lambda: serve.valkey() != killed, "another Valkey")
        serve.wait_ready()
        await seen.forwards_again()
        await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_an_older_copy_put_back(serve: Serve, seen: Outside) -> None:
    """A store that has forgotten what it was told since the copy is no permission."""
    await seen.forwards_again()
    put_back = replacing_with_a_copy(serve)
    scene = await make_scene(seen)
    async with traffic(seen):
        await seen.more()
        put_back()
        serve.wait_ready()
        await seen.forwards_again()
        await seen.more()
    await scene.assert_held()
    assert KEPT == await judge(seen)


async def test_a_silent_store(serve: Serve, seen: Outside) -> None:
    """While Valkey is stopped attempts are refused at once and opt-outs are kept; afterwards all goes on, and what was
    refused counts for nothing.
    """
    scene = await make_scene(seen)
    stopped = serve.valkey()
    send(stopped, signal.SIGSTOP)
    text = await seen.text(seen.new_number(), account=scene.strict)
    call = await seen.call(seen.new_number())
    told = await seen.opt_out(seen.new_number())
    send(stopped, signal.SIGCONT)
    assert [(429, ["gate_unavailable"])] * 2 == [(made.status, made.reasons) for made in (text, call)]
    assert (202, None) == (told.status, told.in_force_at)
    assert [] == [made.took_s for made in (text, call, told) if made.took_s > 3]
    serve.wait_ready()
    await seen.forwards_again()

    async def is_refused() -> bool:
        return (await seen.text(told.number)).reasons == ["suppressed"]

    await until(is_refused, "the opt-out is in force")
    again = await seen.text(text.number, token=text.token, key="again", account=scene.strict)
    assert (201, []) == (again.status, again.reasons)
    await scene.assert_held()
    assert KEPT == await judge(seen)
