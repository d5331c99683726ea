"""Cancel calls that the carrier still has queued when the hours of the called person end: admitted is not dialled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dialgate.app.errors import CarrierUnreachableError, JournalUnavailableError
from dialgate.app.forward import OK
from dialgate.app.recall import looked_at
from dialgate.app.records import Kind, Record

if TYPE_CHECKING:
    from dialgate.app.chores import Chores
    from dialgate.app.ports import Carrier, Clock, GuardStore, Journal, Recalled

AT_ONCE = 8
"""A window closes for a whole queue at the same instant, and the carrier goes on dialling meanwhile."""


class Closing:
    def __init__(self, store: GuardStore, carrier: Carrier, journal: Journal, chores: Chores, clock: Clock) -> None:
        self._store = store
        self._carrier = carrier
        self._journal = journal
        self._chores = chores
        self._clock = clock

    async def sweep(self) -> None:
        """Whatever is overdue, whoever placed it; what cannot be cancelled now is left to the next sweep. Errors:
        `StoreUnavailableError`.
        """
        overdue = await self._store.overdue()
        for start in range(0, len(overdue), AT_ONCE):
            await asyncio.gather(*(self._cancel(call) for call in overdue[start : start + AT_ONCE]))

    async def _cancel(self, call: Recalled) -> None:
        """A call that is answered or over is left alone, and stays open: its end is reported, an opt-out recalls it."""
        try:
            answer = await self._carrier.cancel_queued(call.carrier_sid)
        except CarrierUnreachableError:
            return
        if not looked_at(answer):
            return
        if answer.status not in OK:
            await self._store.dialled(call.decision_id)
            return
        body = {"carrier_sid": call.carrier_sid, "status": answer.status}
        try:
            await self._journal.append(
                Record(Kind.WINDOW_CLOSED, call.decision_id, call.tenant, self._clock.now(), body)
            )
        except JournalUnavailableError:
            return
        await self._chores.do("settle", lambda: self._settle(call))

    async def _settle(self, call: Recalled) -> bool:
        await self._store.settle(call.decision_id, call.number_key)
        return True
