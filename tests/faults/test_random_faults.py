"""Faults one after another at random moments, under traffic: the two promises and what must be remembered."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from tests.dialing import KEPT, Outside, judge
from tests.faults.scene import make_scene, traffic
from tests.faults.store_copy import replacing_with_a_copy
from tests.processes import Serve, send
from tests.waiting import wait_until

ROUNDS = 20
DEEP_ROUNDS = 100
LONGEST_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Faults:
    """One method each. Where what it strikes is not back from an earlier one, it waits for that."""

    serve: Serve
    chance: random.Random
    put_back: Callable[[], None]

    def flush(self) -> None:
        wait_until(self._flushed, "the store can be emptied")

    def _flushed(self) -> bool:
        with suppress(OSError):
            return self.serve.ask_store("FLUSHALL").startswith(b"+OK")
        return False

    def kill_store(self) -> None:
        killed = self.serve.valkey()
        send(killed, signal.SIGKILL)
        wait_until(lambda: self.serve.valkey() != killed, "another Valkey")

    def kill_gate(self) -> None:
        killed = self.chance.choice(wait_until(self.serve.gates, "a gate"))
        send(killed, signal.SIGKILL)
        wait_until(partial(self.serve.is_gone, killed), "the gate is gone")

    def kill_all(self) -> None:
        self.serve.kill()
        self.serve.launch()

    def older_copy(self) -> None:
        self.put_back()


FAULTS = (Faults.flush, Faults.kill_store, Faults.kill_gate, Faults.kill_all, Faults.older_copy)


async def test_random_points(serve: Serve, seen: Outside, *, deep: bool) -> None:
    """Whatever strikes, whenever: nothing acknowledged is lost or overridden, and nobody has to lend a hand."""
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    for number in range(DEEP_ROUNDS if deep else ROUNDS):
        faults = Faults(serve, chance, replacing_with_a_copy(serve))
        scene = await make_scene(seen)
        strikes = chance.sample(FAULTS, chance.choice((1, 1, 2)))
        print(f"seed {seed} round {number}:", *(strike.__name__ for strike in strikes), flush=True)
        async with traffic(seen, chance):
            for strike in strikes:
                await asyncio.sleep(chance.uniform(0, LONGEST_WAIT_S))
                await asyncio.to_thread(strike, faults)
            await asyncio.to_thread(serve.wait_ready)
            await seen.forwards_again()
        await scene.assert_held()
    assert KEPT == await judge(seen)
