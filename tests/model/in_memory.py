"""The guard store in memory: the port over `Scripts`, with the way each script gets its turn as an argument."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dialgate.app.ports import (
    Claimed,
    Closed,
    FenceState,
    Kept,
    NumberKey,
    Recalled,
    Refusing,
    Reserved,
    Slot,
    Suppressed,
    TooFar,
    View,
)
from dialgate.domain.guard import Guard
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import Callee
from dialgate.domain.reservation import Claim, Reservation
from tests.model.content import Server
from tests.model.scripts import Scripts

T = TypeVar("T")


class Turn(Protocol):
    """When an effect takes place. `name` is for people who read a trace."""

    def __call__(self, name: str, effect: Callable[[], T], /) -> Awaitable[T]: ...


async def at_once(_name: str, effect: Callable[[], T], /) -> T:
    return effect()


@dataclass(slots=True)
class InMemoryGuardStore:
    """`server` is asked anew at each script: a gate may be led to another server between two commands."""

    server: Callable[[], Server]
    layout: str = "one"
    turn: Turn = at_once
    scripts: type[Scripts] = Scripts

    def _now(self) -> Scripts:
        return self.scripts(self.server(), self.layout)

    def number_key(self, number: Callee) -> NumberKey:
        return NumberKey(number)

    async def admit(
        self, reservation: Reservation, view: View, gate_now_ms: int
    ) -> Reserved | Refusing | Claimed | Closed:
        return await self.turn("admit", lambda: self._now().admit(reservation, view, gate_now_ms))

    async def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int = 0) -> Refusing | Closed:
        return await self.turn("probe", lambda: self._now().probe(guards, view, gate_now_ms, due_ms))

    async def sent(self, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> bool | Closed:
        return await self.turn("sent", lambda: self._now().sent(reservation, carrier_sid, view, answer))

    async def abandon(self, reservation: Reservation) -> None:
        await self.turn("abandon", lambda: self._now().abandon(reservation))

    async def settle(self, decision_id: DecisionId, number_key: NumberKey) -> None:
        await self.turn("settle", lambda: self._now().settle(decision_id, number_key))

    async def keep_answer(self, claim: Claim, decision_id: DecisionId, answer: bytes) -> None:
        await self.turn("keep_answer", lambda: self._now().keep_answer(claim, decision_id, answer))

    async def claimed(self, claim: Claim) -> Claimed | None:
        return await self.turn("claimed", lambda: self._now().claimed(claim))

    async def suppress(self, change: Change, seq: int | None) -> Suppressed:
        return await self.turn("suppress", lambda: self._now().suppress(change, seq))

    async def recalls(self) -> tuple[Recalled, ...]:
        return await self.turn("recalls", lambda: self._now().recalls())

    async def overdue(self) -> tuple[Recalled, ...]:
        return await self.turn("overdue", lambda: self._now().overdue())

    async def dialled(self, decision_id: DecisionId) -> None:
        await self.turn("dialled", lambda: self._now().dialled(decision_id))

    async def pace(self, account: str, tenant: str, per_second: float, longest_wait_s: float) -> Slot | TooFar:
        return await self.turn("pace", lambda: self._now().pace(account, tenant, per_second, longest_wait_s))

    async def first(self, name: str, ttl_s: int) -> bool:
        return await self.turn("first", lambda: self._now().first(name, ttl_s))

    async def forget(self, name: str) -> None:
        await self.turn("forget", lambda: self._now().forget(name))

    async def fence(self) -> FenceState:
        return await self.turn("fence", lambda: self._now().fence())

    async def apply(self, changes: Sequence[Change], token: int | str) -> int | None:
        return await self.turn("apply", lambda: self._now().apply(changes, token))

    async def begin(self, nonce: str, *, anew: bool = False) -> None:
        await self.turn("begin", lambda: self._now().begin(nonce, anew=anew))

    async def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        return await self.turn("load", lambda: self._now().load(entries, nonce, chunk))

    async def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        return await self.turn("restore", lambda: self._now().restore(kept, nonce))

    async def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> bool:
        return await self.turn("open", lambda: self._now().open(nonce, chunks, generation, watermark))
