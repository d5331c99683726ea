"""What must hold through any fault: said before it, asked after it, with traffic all the while."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from tests.dialing import Attempt, Outside

OPERATOR_KEY = "cli.key"
CALLERS = 3
REFUSED = ([400, 400], [["suppressed"], ["suppressed"]])


@dataclass(frozen=True, slots=True)
class Scene:
    seen: Outside
    refused: str
    """Opted out, and told so."""
    keyed: Attempt
    """Went on under an `Idempotency-Key`."""
    once: Attempt
    """Went on from an account that may not say the same twice within a minute."""
    strict: tuple[str, str]
    called: Attempt
    """On the line."""

    async def assert_held(self) -> None:
        """Suppressed is suppressed, an answer given is the answer, a duplicate is one, and a call can be recalled."""
        seen = self.seen
        refused = [await seen.patient(partial(ask, self.refused)) for ask in (seen.call, seen.text)]
        assert REFUSED == ([a.status for a in refused], [a.reasons for a in refused])
        repeated = await seen.patient(
            partial(seen.text, self.keyed.number, key=self.keyed.token, token=self.keyed.token)
        )
        assert (201, self.keyed.sid) == (repeated.status, repeated.sid)
        again = await seen.patient(
            partial(seen.text, self.once.number, key="another", token=self.once.token, account=self.strict)
        )
        assert (409, ["duplicate"]) == (again.status, again.reasons)
        await seen.in_force(seen.opt_out, self.called.number)


async def make_scene(seen: Outside) -> Scene:
    refused = seen.new_number()
    await seen.in_force(seen.opt_out, refused)
    key = f"key{random.SystemRandom().getrandbits(64)}"
    keyed = await seen.patient(partial(seen.text, seen.new_number(), key=key, token=key))
    strict = await seen.account({"base": "open", "duplicate": {}})
    once = await seen.patient(partial(seen.text, seen.new_number(), account=strict))
    called = await seen.patient(partial(seen.call, seen.new_number()))
    assert [201, 201, 201] == [keyed.status, once.status, called.status]
    return Scene(seen, refused, keyed, once, strict, called)


@asynccontextmanager
async def traffic(seen: Outside, chance: random.Random | None = None) -> AsyncIterator[None]:
    """People are called, opt out and are called again and again, until the block ends; whatever was begun is waited
    for.
    """
    chance = chance or random.Random(0)
    over = asyncio.Event()

    async def one_after_another() -> None:
        while not over.is_set():
            number = seen.new_number()
            first = asyncio.create_task(chance.choice((seen.call, seen.text))(number))
            await asyncio.sleep(chance.uniform(0, 0.05))
            told = await chance.choice((seen.opt_out, seen.opt_out, seen.text_stop))(number)
            await chance.choice((seen.call, seen.text))(number)
            await first
            if told.status == 0:
                await asyncio.sleep(0.1)  # nobody is there: do not spend the machine on asking

    async def those_who_opted_out() -> None:
        """Tried all the time, so that no moment of weakness is missed."""
        while not over.is_set():
            told = [told.number for told in seen.opt_outs[-50:] if told.in_force_at is not None]
            attempt = await chance.choice((seen.call, seen.text))(chance.choice(told or [seen.new_number()]))
            await asyncio.sleep(0.1 if attempt.status == 0 else 0.005)

    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(those_who_opted_out())
            group.create_task(one_after_another())
        try:
            yield
        finally:
            over.set()
