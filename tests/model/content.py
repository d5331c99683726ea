"""What a guard store holds, as one immutable value: keeping a reference to it is taking a backup.

Knows nothing of when which part may change: that is `scripts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from dialgate.app.ports import Recalled
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Entry
from dialgate.domain.reservation import Reservation

K = TypeVar("K")
V = TypeVar("V")

EMPTY: Mapping[str, object] = MappingProxyType({})


def put(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    return {k: v for k, v in mapping.items() if k != key}


@dataclass(frozen=True, slots=True)
class Fence:
    layout: str
    history_id: str
    generation: int | None = None
    watermark: int | None = None
    clock_ms: int = 0
    nonce: str = ""
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """An open reservation."""

    reservation: Reservation
    at_ms: int
    carrier_sid: str = ""
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """A call that the carrier has named and may still dial."""

    call: Recalled
    closes_ms: int
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one carrier account, in microseconds."""

    at_us: int = 0
    """From when on the next slot is free."""
    row: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Tenants that were turned away: since when each waits, and till when its place is kept."""


@dataclass(frozen=True, slots=True)
class HeldClaim:
    decision_id: DecisionId
    parameters: str
    expires_at_ms: int
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that was added ahead of its turn; `seq` None: it is not in the ledger yet."""

    seq: int | None
    add: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Content:
    fence: Fence | None = None
    members: frozenset[Entry] = frozenset()
    overlay: Mapping[str, Waiting] = field(default_factory=dict)
    """By id of the row."""
    held: Mapping[DecisionId, Held] = field(default_factory=dict)
    counts: Mapping[str, Mapping[DecisionId, int]] = field(default_factory=dict)
    """Per key of `AtMost`: when each reservation counts."""
    claims: Mapping[str, HeldClaim] = field(default_factory=dict)
    tombstones: frozenset[DecisionId] = frozenset()
    queued: Mapping[DecisionId, Queued] = field(default_factory=dict)
    paces: Mapping[str, Pace] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    """Names that may be taken once, and until when they are, in ms."""

    def fenced(self, fence: Fence) -> Content:
        return replace(self, fence=fence)

    def counted(self, reservation: Reservation, at_ms: int) -> Content:
        counts = self.counts
        for guard in reservation.guards:
            if key := getattr(guard, "key", None):
                counts_at_ms = max(reservation.due_ms, at_ms)
                counts = put(counts, key, {reservation.id: counts_at_ms, **counts.get(key, {})})
        return replace(self, counts=counts)

    def uncounted(self, decision_id: DecisionId) -> Content:
        return replace(self, counts={key: without(times, decision_id) for key, times in self.counts.items()})

    def covers(self, reservation: Reservation) -> bool:
        """Whether the number is suppressed in a scope of this reservation."""
        return any(Entry(scope, reservation.number) in self.members for scope in reservation.scopes)


@dataclass(slots=True)
class Server:
    """One server process of the store, with its own history id and clock."""

    history_id: str
    now_ms: int
    content: Content = field(default_factory=Content)

    def flush(self) -> None:
        self.content = Content()

    def copy(self) -> Server:
        """What a replica or a backup holds at this moment."""
        return Server("", 0, self.content)

    def put_back(self, copy: Server) -> None:
        self.content = copy.content

    def successor(self, history_id: str, copy: Server) -> Server:
        """Another server that takes over with what was copied; this one lives on for those who still reach it."""
        return Server(history_id, self.now_ms, copy.content)
