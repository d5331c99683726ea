"""Tell the store the name that the carrier gave an attempt, and cancel at once if an opt-out has come between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.ports import Closed, Recalled

if TYPE_CHECKING:
    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import GuardStore
    from dialgate.app.recall import Recall
    from dialgate.domain.reservation import Reservation


class Naming:
    def __init__(self, store: GuardStore, recall: Recall, state: GateState, chores: Chores) -> None:
        self._store = store
        self._recall = recall
        self._state = state
        self._chores = chores

    async def tell(self, reservation: Reservation, carrier_sid: str, answer: bytes | None = None) -> bool:
        """Now, or in the background until the store is open; True if it was to be cancelled and the carrier was told so
        now. The carrier's id is in the journal already. Idempotent.
        """
        cancelled = False

        async def sent() -> bool:
            nonlocal cancelled
            cancel = await self._store.sent(reservation, carrier_sid, self._state.view, answer)
            if isinstance(cancel, Closed):
                return False
            if cancel:
                cancelled = True
                await self._recall.cancel(self._recalled(reservation, carrier_sid))
            return True

        await self._chores.do("sent", sent)
        return cancelled

    def _recalled(self, reservation: Reservation, carrier_sid: str) -> Recalled:
        key = self._store.number_key(reservation.number)
        return Recalled(reservation.id, key, reservation.tenant, reservation.channel, carrier_sid)
