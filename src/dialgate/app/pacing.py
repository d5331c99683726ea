"""Calls are created no faster than the carrier dials them: each takes a slot of its carrier account before admission.

The slots are shared by all gates and tenants (`GuardStore.pace`); here they are waited for, or it is said when to ask
again.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from dialgate.app.admit import store_silent
from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import TooFar
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialgate.app.admit import Admission
    from dialgate.app.ports import Clock, GuardStore
    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts
    from dialgate.domain.reservation import Claim

LONGEST_WAIT_S = 2.0
"""Evens out the bursts of a dialer, and is far below what clients wait for an answer (10 s and more). What would take
longer is better asked again: meanwhile another tenant's turn may come.
"""


class Pacing:
    """`per_second` 0: none. `sleep`: seconds."""

    def __init__(
        self,
        account: str,
        per_second: float,
        *,
        admission: Admission,
        store: GuardStore,
        clock: Clock,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._account = account
        self._per_second = per_second
        self._admission = admission
        self._store = store
        self._clock = clock
        self._sleep = sleep

    @property
    def on(self) -> bool:
        return self._per_second > 0

    async def turn(self, attempt: Attempt, facts: Facts, claim: Claim) -> tuple[Block, ...]:
        """Returns when the attempt may be admitted, or why it is refused before it was.

        No slot is taken for what would be refused anyway, nor for a repeat, which is never sent. One that is refused
        after all (an opt-out came while it waited) leaves its slot unused; to give it back would be a hole that only
        somebody who asks at that moment could fill.
        """
        try:
            if await self._store.claimed(claim):
                return ()
            foreseen = await self._admission.dry_run(attempt, facts)
            if not foreseen.allowed:
                return foreseen.blocks
            slot = await self._store.pace(self._account, attempt.tenant, self._per_second, LONGEST_WAIT_S)
        except StoreUnavailableError:
            return (store_silent(),)
        if isinstance(slot, TooFar):
            return (self._too_far(slot),)
        await self._wait(slot.in_s)
        return ()

    async def _wait(self, wait_s: float) -> None:
        until_s = self._clock.boottime_s() + wait_s
        while (left_s := until_s - self._clock.boottime_s()) > 0:
            await self._sleep(left_s)

    def _too_far(self, slot: TooFar) -> Block:
        again_in_s = max(1, math.ceil(slot.again_in_s))
        detail = (
            f"At most {self._per_second:g} calls a second are created, and the next {LONGEST_WAIT_S:g} s are taken. "
            f"Try again in {again_in_s} s; a place is kept until then."
        )
        again_at = self._clock.now() + timedelta(seconds=again_in_s)
        return Block(Reason.PACING, "pacing", detail, retry_at=again_at, retry_after_s=again_in_s)
