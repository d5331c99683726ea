"""An opt-out races attempts to the same person, on two gates of one store."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.dialing import KEPT, OptOut, Outside, judge
from tests.waiting import until

RACES = 200
DEEP_RACES = 2_000
AT_ONCE = 4


async def race(seen: Outside, chance: random.Random) -> str:
    """One person, one opt-out, and attempts before, during and after it. Tells which way each of them went."""
    number = seen.new_number()
    say = chance.choice((seen.opt_out, seen.text_stop))

    async def attempt() -> str:
        await asyncio.sleep(chance.uniform(0, 0.12))
        made = await chance.choice((seen.call, seen.text))(number)
        return "forwarded" if made.status == 201 else ",".join(made.reasons) or str(made.status)

    async def opt_out() -> str:
        await asyncio.sleep(chance.uniform(0, 0.02))
        told = await say(number)
        late = [await seen.call(number), await seen.text(number)]
        return f"in force {told.in_force_at is not None}, after it {[a.status for a in late]}"

    outcomes = await asyncio.gather(opt_out(), *(attempt() for _ in range(chance.randint(1, 4))))
    return outcomes[0] + ": " + " ".join(sorted(outcomes[1:]))


async def test_no_race_is_lost(seen: Outside, *, deep: bool) -> None:
    """Whatever the moment, an attempt is refused, recalled, or was admitted before the opt-out was acknowledged."""
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    for _ in range((DEEP_RACES if deep else RACES) // AT_ONCE):
        outcomes.update(await asyncio.gather(*(race(seen, chance) for _ in range(AT_ONCE))))
    print("seed", seed, *outcomes.most_common(), sep="\n")
    assert KEPT == await judge(seen)
    assert [] == [told for told in seen.opt_outs if not told.durable]
    assert sum(told.in_force_at is not None for told in seen.opt_outs) > 0.8 * len(seen.opt_outs)


async def overtaken(seen: Outside, say: Callable[[str], Awaitable[OptOut]]) -> tuple[object, ...]:
    """Opt out between the carrier's taking of a call and its answer, which comes late."""
    number = seen.new_number()
    await seen.fault("accept_then_latency", ms=6_000, match={"to": number})
    placing = asyncio.create_task(seen.call(number))

    async def taken() -> bool:
        return any(call["to"] == number for call in (await seen.calls()).values())

    await until(taken, "the carrier has taken the call")
    await seen.in_force(say, number)
    without_a_name = not placing.done()
    call = await placing
    ended = (await seen.calls())[call.sid]["status"]
    return without_a_name, call.status, call.reasons, ended


async def test_a_call_on_the_wire_without_a_name_is_cancelled(seen: Outside, *, deep: bool) -> None:
    """The carrier has taken the call and not yet said its name when the person opts out: it is cancelled as soon as it
    has one, and the dialer learns which call that was.
    """
    says = (seen.opt_out, seen.text_stop) * (25 if deep else 4)
    outcomes = [
        outcome
        for start in range(0, len(says), 8)
        for outcome in await asyncio.gather(*(overtaken(seen, say) for say in says[start : start + 8]))
    ]
    assert [(True, 400, ["recalled"], "canceled")] * len(says) == outcomes
    assert KEPT == await judge(seen)
