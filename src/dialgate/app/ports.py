"""The ports: what use cases ask of stores, carrier, clock and chance. Each has two implementations or a fake in tests.

Every method may raise the one error its port names; a timed-out command may still take place later.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from dialgate.app.records import Record
    from dialgate.domain.guard import Guard
    from dialgate.domain.ids import DecisionId, GateId
    from dialgate.domain.ledger import Change, Entry, Lift, OptOut
    from dialgate.domain.numbers import E164
    from dialgate.domain.reservation import Claim, Reservation

NumberKey = NewType("NumberKey", str)
"""How the guard store names a number (a keyed hash); opaque to everybody else."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall clock, UTC."""
        ...

    def boottime_s(self) -> float:
        """Seconds that never step and go on counting while the machine is suspended."""
        ...


class Chance(Protocol):
    def __call__(self, count: int, /) -> bytes:
        """`count` unpredictable bytes."""
        ...


# ---------------------------------------------------------------------------------------------------- guard store


@dataclass(frozen=True, slots=True)
class View:
    """What a gate has confirmed and knows of SQL; an admission holds only in the light of it."""

    generation: int
    """The generation this gate has confirmed; 0 admits nothing."""
    head: int
    """The newest ledger sequence this gate knows."""


class Why(StrEnum):
    """Why a store does not answer for its content."""

    MISSING = "missing"
    GENERATION = "generation"
    LAYOUT = "layout"
    HISTORY = "history"
    WATERMARK = "watermark"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Closed:
    why: Why


@dataclass(frozen=True, slots=True)
class Reserved:
    at_ms: int
    """Unix milliseconds of the store's clock."""


@dataclass(frozen=True, slots=True)
class RefusedGuard:
    index: int
    """Position in the guards that were passed."""
    free_at_ms: int | None = None
    """For `AtMost`: when the oldest counted reservation leaves the window."""


@dataclass(frozen=True, slots=True)
class Refusing:
    """At least one refused guard after `admit`; possibly none after `probe`."""

    refused: tuple[RefusedGuard, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The same request was admitted before."""

    decision_id: DecisionId
    parameters: str
    answer: bytes | None
    """What was kept by `sent` or `keep_answer`; None while the first is still on its way."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """An open reservation that an opt-out covers. Whoever sees it cancels it at the carrier, then settles it."""

    decision_id: DecisionId
    number_key: NumberKey
    tenant: str
    channel: str
    carrier_sid: str
    """Empty while the carrier has not named it: then `sent` will answer *cancel*."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    open_at: int | None
    """The generation at which the partition was open when the number was added; None = not in force."""
    recalled: tuple[Recalled, ...]


@dataclass(frozen=True, slots=True)
class FenceState:
    generation: int | None
    """None: no fence, or a load has begun and not ended."""
    layout_agrees: bool
    history_id: str
    """As stored; empty where there is no fence."""
    server_history_id: str
    watermark: int | None
    """None: the index must be loaded from the first row on."""
    clock_ms: int
    """The newest time the fence has seen; 0 where there is none."""
    now_ms: int
    overlay: tuple[str, ...]
    """Ids of rows that were added ahead of their turn, at most 1,000 of them."""


class GuardStore(Protocol):
    """Atomicity: each method is one script, so it happens wholly or not at all. Errors: `StoreUnavailableError`."""

    def number_key(self, number: E164) -> NumberKey: ...

    async def admit(
        self, reservation: Reservation, view: View, gate_now_ms: int
    ) -> Reserved | Refusing | Claimed | Closed:
        """Check the fence, then the claim, then every guard; reserve only if all hold. A second run of the same id
        (a late command) never reserves twice, and never after `abandon`.
        """
        ...

    async def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int) -> Refusing | Closed:
        """The same checks without claim, reservation or trace."""
        ...

    async def sent(self, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> bool | Closed:
        """Keep the carrier's id (and the claim's answer). True = cancel at once: recalled, or suppressed by now. A
        reservation the store does not know is made anew. To be repeated while `Closed`. Idempotent.
        """
        ...

    async def abandon(self, reservation: Reservation) -> None:
        """Nothing was or will be sent: give back the reservation, its counts and its claim; where there is none yet,
        leave a tombstone so that a late `admit` reserves nothing.
        """
        ...

    async def settle(self, decision_id: DecisionId, number_key: NumberKey) -> None:
        """The carrier can no longer act: the reservation ends and leaves the recalls, its counts stay."""
        ...

    async def keep_answer(self, claim: Claim, decision_id: DecisionId, answer: bytes) -> None: ...

    async def claimed(self, claim: Claim) -> Claimed | None: ...

    async def suppress(self, change: Change, seq: int | None) -> Suppressed:
        """Add (always), note it in the overlay unless its turn has come, flag every open reservation it covers.
        `seq` None: the row is not in the ledger yet. `change.remove` is empty. Idempotent.
        """
        ...

    async def recalls(self) -> tuple[Recalled, ...]:
        """Reservations that an opt-out has flagged and nobody has settled, with or without a carrier id; at most
        1,000.
        """
        ...

    async def fence(self) -> FenceState: ...

    async def apply(self, changes: Sequence[Change], token: int | str) -> int | None:
        """Ledger rows in order: each only at watermark + 1 (a row at or below it is passed over); an addition flags
        open reservations as `suppress` does; a removal never against the overlay. `token`: the open generation, or
        the nonce of a load. The watermark afterwards, or None if the token or the history id is no longer right.
        """
        ...

    async def begin(self, nonce: str, *, anew: bool = False) -> None:
        """Close the partition for a load: no generation until `open`. The watermark stays, unless it speaks of another
        layout, or `anew` says that the ledger has lost rows, so that sequences no longer say what they said. Ask
        `fence` afterwards, not before: only what it says then is what the nonce protects.
        """
        ...

    async def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        """Chunk number `chunk` (from 1). False: nonce, history id or chunk count is not what it was; begin again."""
        ...

    async def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        """Reservations, counts and claims from the decision log; never overwrites. Those whose number is suppressed
        are recalled. False as for `load`.
        """
        ...

    async def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> bool:
        """Open at `generation` if nothing was lost since `begin`; the overlay is absorbed. `watermark` counts where
        there is none yet or chunks were loaded: what is there without them was reached in order. False as for `load`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An allowed decision from the log, still inside a window or its lifetime."""

    reservation: Reservation
    reserved_at_ms: int
    carrier_sid: str
    """Empty: the outcome is not known."""
    open: bool
    """False once settled or released: then only its counts and its kept answer are restored."""
    answer: bytes | None


# ---------------------------------------------------------------------------------------------------- SQL


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

    async def opt_outs_of(self, tenant: str, number: E164) -> list[OptOut]:
        """Those that no lift names, oldest first."""
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

    def kept(self, since: datetime) -> AsyncIterator[Sequence[Kept]]:
        """Allowed decisions made since then, in batches."""
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


# ---------------------------------------------------------------------------------------------------- carrier


@dataclass(frozen=True, slots=True)
class CarrierRequest:
    """One create or update, ready to be written: path below the account, form fields in the dialer's order."""

    path: str
    """`Calls.json`, `Messages.json`, `Calls/{sid}.json`, `Messages/{sid}.json`."""
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CarrierAnswer:
    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    """Only `Retry-After` and the like that a dialer may see."""
    sid: str = ""
    """Of the resource, on 2xx."""


class Carrier(Protocol):
    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        """POST. `begin` is called once, after connecting and before the first byte; what it raises stops the request.

        Errors: `CarrierUnreachableError` before any byte; `OutcomeUnknownError` after (no answer, a broken
        one, 2xx without a SID, neither 2xx nor 4xx).
        """
        ...

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        """GET below the account. May be repeated. Errors: `CarrierUnreachableError` for whatever went wrong."""
        ...

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        """End a call in whatever state, or cancel a message that has not left. Idempotent, may be repeated. Errors:
        `CarrierUnreachableError` for whatever went wrong.
        """
        ...

    async def date_sent(self, message_sid: str) -> datetime | None:
        """When the carrier says that a message was sent (UTC, whole seconds); None if it does not know the message.
        Errors: as for `read`.
        """
        ...
