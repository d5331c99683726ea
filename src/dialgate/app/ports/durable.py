"""SQL and the journal: the ledger, the register of gates, and where decisions go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from dialgate.app.ports.guard_store import Kept
    from dialgate.app.records import Record
    from dialgate.domain.ids import GateId
    from dialgate.domain.ledger import Change, Entry, Lift, OptOut
    from dialgate.domain.numbers import Callee


@dataclass(frozen=True, slots=True)
class LedgerView:
    """Read in one statement, so that no other writer can come between."""

    generation: int
    head: int
    watermark: int
    """The highest watermark that any indexer has noted; a fence below it has lost something."""


class Ledger(Protocol):
    """Errors: `LedgerUnavailableError`. Atomicity: each write is one transaction that holds the partition's row."""

    async def view(self) -> LedgerView: ...

    async def record_opt_out(self, opt_out: OptOut) -> int:
        """Its sequence. Idempotent by id: a repeat gives the sequence of the first."""
        ...

    async def record_opt_outs(self, opt_outs: Sequence[OptOut]) -> list[Change]:
        """All of a list that are `unknown`, in one transaction, in their order; their ids are new ones."""
        ...

    async def unknown(self, opt_outs: Sequence[OptOut]) -> list[OptOut]:
        """Without those of which the ledger, or the list before them, has one of the same scope, number and source that
        no lift names and that does not end by itself.
        """
        ...

    async def record_lift(self, lift: Lift) -> int:
        """Idempotent by id. Errors: also `ConflictError` if it names none, or anything but opt-outs of its own number
        and tenant that are in the ledger.
        """
        ...

    async def record_key_revoked(self, sid: str, actor: str, at: datetime) -> int: ...

    async def changes(self, after: int, limit: int) -> list[Change]:
        """Rows above `after` in order, without holes; a lift already resolved to what it removes."""
        ...

    def effective(self, head: int) -> AsyncIterator[Sequence[Entry]]:
        """All that the rows up to `head` leave suppressed, in batches of at most 10,000."""
        ...

    async def opt_outs_of(self, tenant: str, number: Callee) -> list[OptOut]:
        """Those that no lift names, oldest first."""
        ...

    async def ended(self, after: datetime, now: datetime, limit: int) -> list[OptOut]:
        """Snoozes that no lift names, whose end lies after `after` and not after `now`; the first to end first."""
        ...

    async def sequences(self, ids: Sequence[str]) -> dict[str, int]:
        """Of those ids that are in the ledger."""
        ...


@dataclass(frozen=True, slots=True)
class GateRow:
    id: GateId
    directory: str
    """Id of its data directory: whoever holds a gate's journal lock there knows that it is dead."""
    confirmed: int


class Register(Protocol):
    """Gates and generations, in SQL. Errors: `LedgerUnavailableError`."""

    async def enlist(self, gate: GateId, directory: str, confirmed: int, at: datetime) -> None:
        """Written before the gate is ready."""
        ...

    async def confirm(self, gate: GateId, generation: int) -> None:
        """Never lowers it. Errors: also `NotFoundError` for a gate that was struck: nothing waits for it any more, so
        it may not go on.
        """
        ...

    async def strike(self, gate: GateId, actor: str, at: datetime) -> None:
        """Remove the row of a gate that is known to be dead, on record. Idempotent."""
        ...

    async def gates(self) -> list[GateRow]: ...

    async def next_generation(self, after: int, at: datetime) -> bool:
        """Register `after + 1` if `after` still is the newest."""
        ...

    async def note_watermark(self, watermark: int) -> None:
        """Raises the noted watermark, never lowers it."""
        ...

    async def hold_lease(self, gate: GateId, now: datetime, ttl_s: float) -> bool:
        """Take or keep the indexer's lease: only spares work, safety never rests on it."""
        ...


class DecisionSink(Protocol):
    async def ship(self, records: Sequence[Record]) -> None:
        """All in one transaction, idempotent by (kind, id). Decisions get their tenant's next chain hash while the
        chain's head row is locked. Opt-outs go to the ledger as `record_opt_out` does. Errors:
        `LedgerUnavailableError`, then nothing was written or all was.
        """
        ...

    def kept(self, since: datetime, at: datetime) -> AsyncIterator[Sequence[Kept]]:
        """Allowed decisions made since then of which anything still counts `at` that time, in batches."""
        ...


class Journal(Protocol):
    async def append(self, record: Record) -> None:
        """Returns once the record is on disk. Errors: `JournalUnavailableError` (decisions also beyond the bound of
        unshipped records; opt-outs and later records never for that reason).
        """
        ...

    async def shipped(self) -> None:
        """Returns once all that was appended before the call is in SQL."""
        ...
