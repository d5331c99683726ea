"""The carrier refuses, lags, fails or falls silent."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from dialgate.app.breaker import FAILURES
from tests.dialing import KEPT, Attempt, Outside, judge
from tests.faults.scene import make_scene
from tests.processes import READY_IN_A_ROW, Serve
from tests.waiting import until

UNKNOWN = (409, ["outcome_unknown"])


async def sent(seen: Outside) -> Counter[str]:
    """How often the carrier was asked for each number."""
    return Counter(dict(create["params"])["To"] for create in await seen.creates())


async def troubles(seen: Outside) -> dict[str, str]:
    """What `/readyz` complains of, of whichever gate answers; it stays 200 for what refuses no opt-out."""
    async with seen.session.get(f"{seen.serve.url}/readyz") as response:
        assert 200 == response.status
        return {check["name"]: check["problem"] for check in (await response.json())["checks"] if check["problem"]}


async def untroubled(seen: Outside) -> bool:
    """As often as it takes to have asked every gate, most likely."""
    return not any([await troubles(seen) for _ in range(READY_IN_A_ROW)])


async def again(seen: Outside, attempt: Attempt) -> Attempt:
    """The same bytes once more."""
    return await seen.text(attempt.number, token=attempt.token)


async def test_a_refused_connection(serve: Serve, seen: Outside) -> None:
    """Nothing has left: the dialer gets 502, nothing stays counted, and the same attempt goes on later."""
    strict = (await make_scene(seen)).strict
    serve.carrier.stop()
    try:
        refused = [await seen.text(seen.new_number(), account=strict), await seen.call(seen.new_number())]
    finally:
        serve.carrier.start()
    later = await seen.text(refused[0].number, token=refused[0].token, key="later", account=strict)
    assert ([502, 502], 201) == ([attempt.status for attempt in refused], later.status)
    assert replace(KEPT, five_hundreds=[f"{attempt.token}: 502" for attempt in refused]) == await judge(seen)


async def test_a_carrier_that_is_down_for_longer(serve: Serve, seen: Outside) -> None:
    """After a row of refused connections each gate refuses at once with 429, says what is down and when to come back;
    opt-outs are taken in, and creates go on within seconds of the carrier's return.
    """
    scene = await make_scene(seen)
    serve.carrier.stop()
    try:
        refused: list[Attempt] = []

        async def all_refuse() -> bool:
            refused.append(await seen.call(seen.new_number()))
            return [429] * READY_IN_A_ROW == [attempt.status for attempt in refused[-READY_IN_A_ROW:]]

        await until(all_refuse, "every gate refuses at once")
        told = await seen.in_force(seen.opt_out, scene.called.number)
        checks = await troubles(seen)
    finally:
        serve.carrier.start()
    quick = [attempt for attempt in refused if attempt.status == 429]
    assert {"carrier": "does not answer; creates are refused until it does, opt-outs go on"} == checks
    assert {(("gate_unavailable",), "carrier_down")} == {
        (tuple(attempt.reasons), attempt.body["details"]["rule"]) for attempt in quick
    }
    assert told.in_force_at is not None
    await until(partial(untroubled, seen), "every gate has seen that the carrier is back")
    await seen.forwards_again()
    five_hundreds = [f"{attempt.token}: 502" for attempt in refused if attempt.status == 502]
    assert len(five_hundreds) <= FAILURES * serve.workers
    assert replace(KEPT, five_hundreds=five_hundreds) == await judge(seen)


@pytest.mark.parametrize(("status", "code"), [(400, 21_211), (403, 20_003), (404, 20_404), (429, 20_429)])
async def test_a_carriers_refusal(seen: Outside, status: int, code: int) -> None:
    """4xx and 429 pass unchanged, and what was reserved is free again."""
    strict = (await make_scene(seen)).strict
    number = seen.new_number()
    await seen.fault("status", status=status, code=code, message="The carrier's own words", match={"to": number})
    refused = await seen.text(number, account=strict)
    later = await seen.text(number, token=refused.token, key="later", account=strict)
    expected = (status, code, "The carrier's own words", status)
    assert expected == (refused.status, *(refused.body[name] for name in ("code", "message", "status")))
    assert (201, 2) == (later.status, (await sent(seen))[number])


@pytest.mark.parametrize("kind", ["5xx", "close", "accept_then_close", "accept_then_status"])
async def test_no_usable_answer(seen: Outside, kind: str) -> None:
    """The create was written and nobody knows what came of it: 409, and never a second create."""
    scene = await make_scene(seen)
    number = seen.new_number()
    await seen.fault(kind, match={"to": number}, count=5)
    first = await seen.text(number)
    repeats = await asyncio.gather(*(again(seen, first) for _ in range(4)))
    assert [UNKNOWN] * 5 == [(attempt.status, attempt.reasons) for attempt in (first, *repeats)]
    assert 1 == (await sent(seen))[number]
    other = seen.new_number()
    await seen.fault(kind, match={"to": other}, count=5)
    unknown = await seen.text(other, account=scene.strict)
    under_another_name = await seen.text(other, token=unknown.token, key="once-more", account=scene.strict)
    told = (under_another_name.status, under_another_name.reasons, (await sent(seen))[other])
    assert (409, ["duplicate"], 1) == told
    assert KEPT == await judge(seen)


async def test_a_mute_carrier(seen: Outside) -> None:
    """A carrier that takes the call and says nothing: 409 to everybody who asked for it, one create, and an opt-out
    meanwhile still ends the call as soon as the carrier reports its name.
    """
    number, opted_out = seen.new_number(), seen.new_number()
    for called in (number, opted_out):
        await seen.fault("accept_then_timeout", match={"to": called}, count=5)
    first, call = asyncio.create_task(seen.text(number)), asyncio.create_task(seen.call(opted_out))

    async def both_taken() -> bool:
        return {number, opted_out} <= (await sent(seen)).keys()

    await until(both_taken, "the carrier has taken both")
    await seen.in_force(seen.opt_out, opted_out)
    repeat = await seen.text(number, token=seen.attempts[0].token)
    outcomes = [await first, await call, repeat]
    assert [UNKNOWN] * 3 == [(attempt.status, attempt.reasons) for attempt in outcomes]
    assert [1, 1] == [(await sent(seen))[called] for called in (number, opted_out)]

    async def ended() -> bool:
        return [call["status"] for call in (await seen.calls()).values() if call["to"] == opted_out] == ["canceled"]

    await until(ended, "the call that nobody had a name for is cancelled")
    assert KEPT == await judge(seen)


async def test_a_slow_carrier(seen: Outside) -> None:
    """Slowness is not failure, and keeps nobody else waiting."""
    slow, quick = seen.new_number(), seen.new_number()
    await seen.fault("latency", ms=1_500, match={"to": slow})
    waiting = asyncio.create_task(seen.call(slow))
    swift = await seen.call(quick)
    assert not waiting.done()
    patient = await waiting
    assert [201, 201] == [patient.status, swift.status]
    assert KEPT == await judge(seen)
