"""The life of one gate process in the eyes of all others: enlisted, confirming generations, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dialgate.app.records import NAMING, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.gate_state import GateState
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Clock, DecisionSink, Journal, Ledger, LedgerView, Register
    from dialgate.app.queries import DecisionLog
    from dialgate.app.settle import Settling
    from dialgate.domain.ids import GateId


class GateLife:
    def __init__(
        self,
        gate: GateId,
        directory: str,
        ledger: Ledger,
        register: Register,
        journal: Journal,
        opting_out: OptingOut,
        state: GateState,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._directory = directory
        self._ledger = ledger
        self._register = register
        self._journal = journal
        self._opting_out = opting_out
        self._state = state
        self._clock = clock

    async def enlist(self) -> None:
        """Before anything is served: this gate has nothing in flight, so the newest generation is its own. Errors:
        `LedgerUnavailableError`.
        """
        seen = await self._ledger.view()
        await self._register.enlist(self._gate, self._directory, seen.generation, self._clock.now())
        await self.poll()

    async def poll(self) -> None:
        """Learn head and generation from SQL; confirm a new generation. Errors: `LedgerUnavailableError`."""
        seen = await self._ledger.view()
        self._state.learn(seen)
        if seen.generation != self._state.generation:
            await self._confirm(seen)

    async def _confirm(self, seen: LedgerView) -> None:
        """Only with the journal in SQL and with every leave that was not used taken back. Attempts that are on the wire
        are in the log by then, and the indexer registers them again from it.
        """
        self._state.close()
        if self._opting_out.unnumbered:
            return
        await self._journal.shipped()
        await self._register.confirm(self._gate, seen.generation)
        self._state.open(seen.generation, seen.head)

    async def retire(self) -> None:
        """A clean end: nothing is admitted any more, the journal is in SQL, the row goes."""
        self._state.close()
        await self._journal.shipped()
        await self._register.strike(self._gate, self._gate, self._clock.now())


class DeadJournal(Protocol):
    """The journal of a gate that is known to be dead, because its lock could be taken; it stays locked."""

    @property
    def gate(self) -> GateId: ...

    async def ship_all(self, sink: DecisionSink) -> None: ...

    async def unfinished(self) -> Sequence[tuple[str, str]]:
        """(decision id, tenant) of allowed decisions whose outcome it does not hold."""
        ...

    async def records(self) -> Sequence[Record]:
        """What may not have been in SQL."""
        ...

    async def remove(self) -> None: ...


class Adoption:
    """Do for a dead gate what it can no longer do: ship, name what is unknown, strike its row."""

    def __init__(
        self, gate: GateId, register: Register, sink: DecisionSink, log: DecisionLog, settling: Settling, clock: Clock
    ) -> None:
        self._gate = gate
        self._register = register
        self._sink = sink
        self._log = log
        self._settling = settling
        self._clock = clock

    async def adopt(self, dead: DeadJournal) -> None:
        """Idempotent: after an error the lock is given back and any gate of the data directory begins again.

        Errors: `LedgerUnavailableError`.
        """
        await dead.ship_all(self._sink)
        now = self._clock.now()
        body = {"why": "the gate died before the carrier's answer was on record"}
        unknown = [Record(Kind.OUTCOME_UNKNOWN, id_, tenant, now, body) for id_, tenant in await dead.unfinished()]
        if unknown:
            await self._sink.ship(unknown)
        for record in await dead.records():
            if record.kind in NAMING:
                await self._remind(record)
        await self._register.strike(dead.gate, self._gate, now)
        await dead.remove()

    async def _remind(self, named: Record) -> None:
        """The store may not have heard the carrier's name of it before the gate died."""
        row = await self._log.get(named.id)
        if row is not None:
            await self._settling.remind(row, named.body["carrier_sid"])
