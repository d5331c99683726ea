"""The guard store: what is asked of it, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.domain.guard import Guard
    from dialgate.domain.ids import DecisionId
    from dialgate.domain.ledger import Change, Entry
    from dialgate.domain.numbers import Callee
    from dialgate.domain.reservation import Claim, Reservation

NumberKey = NewType("NumberKey", str)
"""How the guard store names a number (a keyed hash); opaque to everybody else."""


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
    """For `AtMost`: when enough of what counts has left the window."""


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
class Slot:
    in_s: float
    """How long the caller waits for it, from now on."""


@dataclass(frozen=True, slots=True)
class TooFar:
    """The next slots are taken for longer than anybody waits."""

    again_in_s: float
    """When a slot is kept for this tenant; it is lost if nobody asks for it within some seconds."""


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

    def number_key(self, number: Callee) -> NumberKey: ...

    async def admit(
        self, reservation: Reservation, view: View, gate_now_ms: int
    ) -> Reserved | Refusing | Claimed | Closed:
        """Check the fence, then the claim, then every guard; reserve only if all hold. A second run of the same id
        (a late command) never reserves twice, and never after `abandon`.
        """
        ...

    async def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int = 0) -> Refusing | Closed:
        """The same checks without claim, reservation or trace. `due_ms`: as `Reservation.due_ms`."""
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

    async def overdue(self) -> tuple[Recalled, ...]:
        """Named, unsettled reservations whose `closes_ms` has passed; at most 1,000, the longest overdue first. Whoever
        sees one cancels it at the carrier if it is still queued, then settles it, or tells that it was `dialled`.
        """
        ...

    async def dialled(self, decision_id: DecisionId) -> None:
        """It is queued no longer: it leaves `overdue`, and stays open."""
        ...

    async def pace(self, account: str, tenant: str, per_second: float, longest_wait_s: float) -> Slot | TooFar:
        """The next of the slots that all tenants of a carrier account share, `per_second` > 0 of them over all gates,
        in the order of asking. `TooFar`: it would be more than `longest_wait_s` away, or is kept for a tenant that was
        told so before; none was taken. Knows no fence: a store that lost everything begins anew.
        """
        ...

    async def first(self, name: str, ttl_s: int) -> bool:
        """True once in `ttl_s`, whichever gate asks. Knows no fence: a store that lost everything begins anew."""
        ...

    async def forget(self, name: str) -> None:
        """`first` is true again."""
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
