"""Many attempts to one person at once, on two gates of one store, under a cap."""

from __future__ import annotations

import asyncio

from tests.dialing import CREATED, Attempt, Outside, reached
from tests.waiting import until

AT_MOST, AT_ONCE = 3, 200
POLICY = {
    "base": "open",
    "frequency_cap": {"limits": [{"scope": "number", "at_most": AT_MOST, "window_s": 86_400}]},
}


async def test_of_two_hundred_at_once_three_reach_the_carrier(seen: Outside) -> None:
    """Never a fourth. On a busy machine a gate may refuse more than it must: whoever asks later gets what is left, and
    after that nobody gets anything.
    """
    account, number = await seen.account(POLICY), seen.new_number()
    first = await asyncio.gather(*(seen.text(number, account=account) for _ in range(AT_ONCE)))
    tokens = {attempt.token for attempt in first}
    assert len(tokens & await reached(seen)) <= AT_MOST

    async def taken() -> bool:
        tokens.add((await seen.patient(lambda: seen.text(number, account=account))).token)
        return len([one for one in seen.attempts if one.token in tokens and one.status == CREATED]) == AT_MOST

    await until(taken, "all that the cap permits is taken", 60)
    later = [await seen.patient(lambda: seen.text(number, account=account)) for _ in range(5)]
    tokens |= {attempt.token for attempt in later}
    assert [["frequency_cap"]] * 5 == [attempt.reasons for attempt in later]
    assert AT_MOST == len({one.token for one in seen.attempts if one.number == number} & await reached(seen))


async def test_a_cap_outlives_the_store(seen: Outside) -> None:
    """Flushed, it is made anew from the decision log: what was counted is counted."""
    account, number = await seen.account(POLICY), seen.new_number()

    async def ask() -> Attempt:
        return await seen.patient(lambda: seen.text(number, account=account))

    before = [await ask() for _ in range(AT_MOST - 1)]
    seen.serve.ask_store("FLUSHALL")
    after = [await ask() for _ in range(3)]
    assert [CREATED] * (AT_MOST - 1) == [attempt.status for attempt in before]
    assert [[], ["frequency_cap"], ["frequency_cap"]] == [attempt.reasons for attempt in after]
