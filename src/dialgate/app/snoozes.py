"""Snoozes that are over: each is lifted by name, once, by whichever gate does the work for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dialgate.app.ports import Refusing
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, Source

if TYPE_CHECKING:
    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import Clock, GuardStore, Ledger

SNOOZE = "snooze"
"""Actor of the lifts."""
MOST = 50
"""In one pass. Attempts are refused (`index_unverified`) until the index has followed a lift: too many in a row would
hold up all others for long.
"""
LATE = timedelta(days=1)
"""A snooze that came into the ledger longer than this after its end is found when a gate begins anew."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Snoozes:
    def __init__(self, ledger: Ledger, store: GuardStore, state: GateState, clock: Clock) -> None:
        self._ledger = ledger
        self._store = store
        self._state = state
        self._clock = clock
        self._after = _EVER
        """Whatever ended before is lifted."""

    async def sweep(self) -> None:
        """A lift names one snooze and no other opt-out: whatever else the person said holds on. Errors:
        `LedgerUnavailableError`, `StoreUnavailableError`; the rest is lifted in the next pass.
        """
        now = self._clock.now()
        if not await self._is_time(now):
            return
        ended = await self._ledger.ended(self._after, now, MOST)
        for one in ended:
            await self._ledger.record_lift(
                Lift(
                    id=OptOutId(f"{SNOOZE}-{one.id}"),  # the same whoever lifts it, however often
                    number=one.number,
                    tenant=one.scope.tenant,
                    names=(one.id,),
                    source=Source.FORM,
                    actor=SNOOZE,
                    recorded_at=now,
                    note="The snooze is over.",
                )
            )
        if len(ended) < MOST:
            self._after = max(self._after, now - LATE)

    async def _is_time(self, now: datetime) -> bool:
        """A gate whose clock runs ahead would lift too early: the store must agree with it, as for an attempt."""
        return await self._store.probe((), self._state.view, int(now.timestamp() * 1000)) == Refusing(())
