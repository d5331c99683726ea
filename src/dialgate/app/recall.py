"""Cancel at the carrier what an opt-out has overtaken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dialgate.app.errors import CarrierUnreachableError, JournalUnavailableError
from dialgate.app.records import NAMING, Kind, Record

if TYPE_CHECKING:
    from dialgate.app.chores import Chores
    from dialgate.app.ports import Carrier, CarrierAnswer, Clock, GuardStore, Journal, Recalled
    from dialgate.app.queries import DecisionLog

_TRY_AGAIN = (401, 403, 408, 425, 429)
"""The carrier has not looked at the call: it did not accept our credentials, or had no time for us."""


def looked_at(answer: CarrierAnswer) -> bool:
    """Whether the carrier has dealt with it, one way or the other; else it is to be asked again."""
    return answer.status < 500 and answer.status not in _TRY_AGAIN  # noqa: PLR2004 - the HTTP class of server errors


class Recall:
    def __init__(
        self,
        store: GuardStore,
        carrier: Carrier,
        journal: Journal,
        log: DecisionLog,
        chores: Chores,
        clock: Clock,
    ) -> None:
        self._store = store
        self._log = log
        self._carrier = carrier
        self._journal = journal
        self._chores = chores
        self._clock = clock

    async def cancel(self, recalled: Recalled) -> bool:
        """True once the carrier has cancelled it or says that there is nothing left to cancel. False: the sweep tries
        again. A reservation without a carrier id is left to `sent`, which answers *cancel*.
        """
        if not recalled.carrier_sid:
            return False
        try:
            answer = await self._carrier.cancel(recalled.channel, recalled.carrier_sid)
        except CarrierUnreachableError:
            return False
        if not looked_at(answer):
            return False
        body = {"carrier_sid": recalled.carrier_sid, "status": answer.status}
        record = Record(Kind.RECALLED, recalled.decision_id, recalled.tenant, self._clock.now(), body)
        try:
            await self._journal.append(record)
        except JournalUnavailableError:
            return False
        await self._chores.do("settle", lambda: self._settle(recalled))
        return True

    async def _settle(self, recalled: Recalled) -> bool:
        await self._store.settle(recalled.decision_id, recalled.number_key)
        return True

    async def sweep(self) -> None:
        """Whatever is flagged and still open, whoever flagged it. One without a carrier id may have got it where the
        store did not hear of it: then the log has it. Errors: `StoreUnavailableError`, `LedgerUnavailableError`.
        """
        for recalled in await self._store.recalls():
            await self.cancel(recalled if recalled.carrier_sid else await self._named(recalled))

    async def _named(self, recalled: Recalled) -> Recalled:
        row = await self._log.get(recalled.decision_id)
        sids = [body["carrier_sid"] for kind, _, body in row.events if kind in NAMING] if row else []
        return replace(recalled, carrier_sid=sids[-1]) if sids else recalled
