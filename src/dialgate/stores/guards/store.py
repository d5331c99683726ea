"""`GuardStore` over one Redis-protocol server: each method is a call, its answer read back into the port's values.

What the scripts decide is theirs; this module only translates, splits large loads, and turns every failure into
`StoreUnavailableError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import (
    Claimed,
    Closed,
    FenceState,
    Kept,
    NumberKey,
    Recalled,
    RefusedGuard,
    Refusing,
    Reserved,
    Slot,
    Suppressed,
    TooFar,
    View,
    Why,
)
from dialgate.domain.guard import Guard
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import Callee
from dialgate.domain.reservation import Claim, Reservation
from dialgate.stores.guards import calls, checks
from dialgate.stores.guards.keys import Keys
from dialgate.stores.guards.scripts import Call
from dialgate.stores.guards.wire import Answer, Wire

DEADLINE_S = 0.25
BACKGROUND_DEADLINE_S = 10.0
"""For what no attempt and no caller waits for: loading, opening, applying rows."""

KEYS_A_SCRIPT = 2000
"""A larger script would keep admissions waiting for more than a few milliseconds."""
RESTORED_AT_ONCE = 256
US = 1_000_000
"""Microseconds in a second: the scripts pace in whole ones."""


class RedisGuardStore:
    """`url`: `redis://`, `rediss://` or `unix://`. Belongs to one event loop."""

    def __init__(self, url: str, pepper: bytes, *, partition: str = "p0", deadline_s: float = DEADLINE_S) -> None:
        self._keys = Keys(pepper, partition)
        self._wire = Wire(url)
        self._deadline_s = deadline_s

    async def check_server(self, *, accept_volatile: bool) -> None:
        """Errors: `UnfitStoreError` with what mends it."""
        await checks.check_server(self._wire, accept_volatile=accept_volatile)

    async def close(self) -> None:
        await self._wire.close()

    def number_key(self, number: Callee) -> NumberKey:
        return NumberKey(self._keys.member(number))

    async def admit(
        self, reservation: Reservation, view: View, gate_now_ms: int
    ) -> Reserved | Refusing | Claimed | Closed:
        answer = await self._ask(calls.admit(self._keys, reservation, view, gate_now_ms))
        match answer:
            case [b"reserved", int(at_ms)]:
                return Reserved(at_ms)
            case [b"claimed", *claim]:
                return _claimed(claim)
            case [b"used"]:
                raise StoreUnavailableError(
                    "This decision was reserved or abandoned before; it reserves nothing again."
                )
            case _:
                return _refusing(answer)

    async def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int = 0) -> Refusing | Closed:
        return _refusing(await self._ask(calls.probe(self._keys, guards, view, gate_now_ms, due_ms)))

    async def sent(self, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> bool | Closed:
        said = await self._ask(calls.sent(self._keys, reservation, carrier_sid, view, answer))
        match said:
            case [b"closed", bytes(why)]:
                return Closed(Why(why.decode()))
            case [b"kept"]:
                return False
            case _:
                return True

    async def abandon(self, reservation: Reservation) -> None:
        await self._ask(calls.abandon(self._keys, reservation))

    async def settle(self, decision_id: DecisionId, number_key: NumberKey) -> None:
        await self._ask(calls.settle(self._keys, decision_id, number_key))

    async def keep_answer(self, claim: Claim, decision_id: DecisionId, answer: bytes) -> None:
        await self._ask(calls.keep_answer(self._keys, claim, decision_id, answer))

    async def claimed(self, claim: Claim) -> Claimed | None:
        answer = await self._ask(calls.claimed(self._keys, claim))
        return _claimed(answer) if answer and answer[0] is not None else None

    async def suppress(self, change: Change, seq: int | None) -> Suppressed:
        generation, *recalled = await self._ask(calls.suppress(self._keys, change, seq))
        return Suppressed(int(generation) if generation else None, _recalled(recalled))

    async def recalls(self) -> tuple[Recalled, ...]:
        return _recalled(await self._ask(calls.recalls(self._keys)))

    async def overdue(self) -> tuple[Recalled, ...]:
        return _recalled(await self._ask(calls.overdue(self._keys)))

    async def dialled(self, decision_id: DecisionId) -> None:
        await self._ask(calls.dialled(self._keys, decision_id))

    async def pace(self, account: str, tenant: str, per_second: float, longest_wait_s: float) -> Slot | TooFar:
        between_us, longest_us = round(US / per_second), round(longest_wait_s * US)
        given, time_us = await self._ask(calls.pace(self._keys, account, tenant, between_us, longest_us))
        return Slot(time_us / US) if given else TooFar(time_us / US)

    async def first(self, name: str, ttl_s: int) -> bool:
        return await self._ask(calls.first(self._keys, name, ttl_s)) == [1]

    async def forget(self, name: str) -> None:
        await self._ask(calls.forget(self._keys, name))

    async def fence(self) -> FenceState:
        answer = await self._ask(calls.fence(self._keys))
        gen, layout, history_id, server_id, watermark, clock, now, *overlay = answer
        agrees = layout.decode() == self._keys.layout
        return FenceState(
            generation=int(gen) if gen else None,
            layout_agrees=agrees,
            history_id=history_id.decode(),
            server_history_id=server_id.decode(),
            watermark=int(watermark) if watermark and agrees else None,
            clock_ms=int(clock or 0),
            now_ms=now,
            overlay=tuple(row.decode() for row in overlay),
        )

    async def apply(self, changes: Sequence[Change], token: int | str) -> int | None:
        watermark: int | None = None
        for some in _by_keys(changes) or [[]]:
            answer = await self._work(calls.apply(self._keys, some, token))
            watermark = answer[0] if answer else None
            if watermark is None:
                break
        return watermark

    async def begin(self, nonce: str, *, anew: bool = False) -> None:
        await self._work(calls.begin(self._keys, nonce, anew=anew))

    async def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        starts = range(0, max(len(entries), 1), KEYS_A_SCRIPT)
        for start in starts:
            some = entries[start : start + KEYS_A_SCRIPT]
            answer = await self._work(calls.load(self._keys, some, nonce, chunk, ends=start == starts[-1]))
            if answer != [1]:
                return False
        return True

    async def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        for start in range(0, len(kept), RESTORED_AT_ONCE):
            some = kept[start : start + RESTORED_AT_ONCE]
            answers = await asyncio.gather(*(self._work(calls.restore(self._keys, one, nonce)) for one in some))
            if any(answer != [1] for answer in answers):
                return False
        return True

    async def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> bool:
        return await self._work(calls.open_(self._keys, nonce, chunks, generation, watermark)) == [1]

    async def _ask(self, call: Call) -> Answer:
        return await self._wire.run(call, self._deadline_s)

    async def _work(self, call: Call) -> Answer:
        return await self._wire.run(call, max(self._deadline_s, BACKGROUND_DEADLINE_S))


def _refusing(answer: Answer) -> Refusing | Closed:
    match answer:
        case [b"closed", bytes(why)]:
            return Closed(Why(why.decode()))
        case [b"refused", *flat]:
            pairs = zip(flat[::2], flat[1::2], strict=True)
            return Refusing(tuple(RefusedGuard(index, None if free_at < 0 else free_at) for index, free_at in pairs))
        case _:
            raise StoreUnavailableError("The guard store gave an answer that this version does not know.")


def _claimed(answer: Answer) -> Claimed:
    """A script's nil at the end of an array is left out or None."""
    decision_id, parameters, *rest = answer
    return Claimed(DecisionId(decision_id.decode()), parameters.decode(), rest[0] if rest else None)


def _recalled(rows: Iterable[list[bytes]]) -> tuple[Recalled, ...]:
    texts = ([part.decode() for part in row] for row in rows)
    return tuple(
        Recalled(DecisionId(decision_id), NumberKey(member), tenant, channel, sid)
        for decision_id, member, tenant, channel, sid in texts
    )


def _by_keys(changes: Sequence[Change]) -> list[list[Change]]:
    """The rows in order, in groups whose entries stay within one script."""
    groups: list[list[Change]] = []
    keys = KEYS_A_SCRIPT
    for change in changes:
        needed = 2 * (len(change.add) + len(change.remove))
        if not groups or keys + needed > KEYS_A_SCRIPT:
            groups.append([])
            keys = 0
        groups[-1].append(change)
        keys += needed
    return groups
