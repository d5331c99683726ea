"""The carrier did what it was asked, its answer was lost, and it reports nothing either: it is found all the same."""

from __future__ import annotations

import asyncio
import json
import signal

from tests.dialing import ENDED, KEPT, Attempt, Outside, judge
from tests.processes import Serve, send
from tests.waiting import until


async def silent(seen: Outside, kind: str, number: str) -> None:
    await seen.fault(kind, match={"to": number})
    await seen.fault("drop_callback", match={"to": number}, count=1_000)


async def made(seen: Outside, number: str) -> dict[str, str]:
    """What the carrier made to this number: status by SID."""
    return {sid: call["status"] for sid, call in (await seen.calls()).items() if call["to"] == number}


async def ended(seen: Outside, number: str) -> bool:
    return set((await made(seen, number)).values()) <= ENDED


def named(serve: Serve, decision: str) -> list[str]:
    rows = serve.rows("SELECT body FROM decision_event WHERE decision_id = ? AND kind = 'named'", decision)
    return [json.loads(str(body))["carrier_sid"] for (body,) in rows]


async def found(serve: Serve, seen: Outside, number: str, decision: str) -> None:
    (sid,) = await made(seen, number)

    async def is_named() -> bool:
        return [sid] == named(serve, decision)

    await until(is_named, "the call has its name on record", 60)


async def test_a_lost_answer_is_found(serve: Serve, seen: Outside) -> None:
    """Within a few looks the gate knows the name of the call that nobody told it of; an opt-out then ends it."""
    number = seen.new_number()
    await silent(seen, "accept_then_close", number)
    unknown = await seen.call(number)
    await found(serve, seen, number, unknown.decision)
    await seen.in_force(seen.opt_out, number)
    assert (["outcome_unknown"], True) == (unknown.reasons, await ended(seen, number))
    assert KEPT == await judge(seen)


async def test_an_opt_out_before_it_is_found(serve: Serve, seen: Outside) -> None:
    """The call has no name yet when the person opts out; it is ended as soon as the gate has seen it on the list."""
    number = seen.new_number()
    await silent(seen, "accept_then_close", number)
    await seen.call(number)
    await seen.in_force(seen.opt_out, number)

    async def over() -> bool:
        return await ended(seen, number)

    await until(over, "the call that nobody had a name for is cancelled", 60)
    assert KEPT == await judge(seen)


async def test_the_answer_that_a_killed_gate_never_heard(serve: Serve, seen: Outside) -> None:
    """Kill -9 between the create and its answer: whoever takes over finds the call, and the dialer sends it no second
    time.
    """
    number = seen.new_number()
    await silent(seen, "accept_then_timeout", number)
    waiting: asyncio.Task[Attempt] = asyncio.create_task(seen.call(number))

    async def taken() -> bool:
        return bool(await made(seen, number))

    await until(taken, "the carrier has taken the call")
    for pid in serve.gates():
        send(pid, signal.SIGKILL)
    assert 0 == (await waiting).status
    serve.wait_ready()
    ((decision,),) = serve.rows("SELECT id FROM decision WHERE called = ? AND verdict = 'allow'", number)
    await found(serve, seen, number, str(decision))
    await seen.in_force(seen.opt_out, number)
    assert await ended(seen, number)
