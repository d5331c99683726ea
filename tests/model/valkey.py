"""The real scripts on a real server, behind the face of the model's: for the faults that one server can play.

A failover is played by a change of the server's history id, as a demotion and a promotion make it, with older content
put in. Its clock is the machine's: gates are shown as far from it as they are from the model's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from redis import Redis

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
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Claim, Reservation
from dialgate.stores.guards import RedisGuardStore, calls
from dialgate.stores.guards.scripts import Call, Script
from tests.model.content import Content, Fence, Server
from tests.model.scripts import Scripts

T = TypeVar("T")
PEPPER = bytes(range(32))
Dump = dict[bytes, tuple[int, bytes]]


def as_written(script: Script) -> str:
    return script.body


class SyncWire:
    """Runs each script at once, so that nothing waits for an event loop. `text` may hand out another script."""

    def __init__(self, client: Redis, text: Callable[[Script], str]) -> None:
        self._client = client
        self._text = text

    async def run(self, call: Call, deadline_s: float) -> list[Any]:
        said = self._client.eval(self._text(call.script), len(call.keys), *call.keys, "echo", *call.args)
        return cast("list[Any]", said)[1:]


class SyncGuardStore(RedisGuardStore):
    def __init__(self, client: Redis, text: Callable[[Script], str] = as_written) -> None:
        super().__init__("redis://127.0.0.1:1", PEPPER)
        self._wire = SyncWire(client, text)  # type: ignore[assignment]  # the same face, without connections

    async def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        return all([await self._work(calls.restore(self._keys, one, nonce)) == [1] for one in kept])


@dataclass
class ValkeyServer(Server):
    """What is in the real server counts; `content` of a copy tells the watermark that was copied, and nothing else."""

    client: Redis = field(default_factory=Redis)
    text: Callable[[Script], str] = as_written

    def __post_init__(self) -> None:
        self.store = SyncGuardStore(self.client, self.text)

    def flush(self) -> None:
        super().flush()
        self.client.flushall()

    def copy(self) -> ValkeyServer:
        fence = Fence("", "", watermark=run(self.store.fence()).watermark)
        copied = ValkeyServer("", 0, Content(fence), self.client, self.text)
        keys = cast("list[bytes]", self.client.keys())
        copied.dump = {key: (max(self.client.pttl(key), 0), cast("bytes", self.client.dump(key))) for key in keys}
        return copied

    def put_back(self, copy: Server) -> None:
        super().put_back(copy)
        self.client.flushall()
        for key, (ttl_ms, value) in cast("ValkeyServer", copy).dump.items():
            self.client.restore(key, ttl_ms, value)

    def successor(self, history_id: str, copy: Server) -> ValkeyServer:
        self.client.replicaof("127.0.0.1", "1")
        self.client.replicaof("NO", "ONE")
        self.history_id = history_id
        self.put_back(copy)
        return self

    dump: Dump = field(default_factory=dict)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Nothing in it waits."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    raise AssertionError("a script on the real server waited")


class OnValkey(Scripts):
    @property
    def real(self) -> SyncGuardStore:
        return cast("ValkeyServer", self.server).store

    def off_ms(self) -> int:
        """How far the machine's clock is from the model's."""
        return time.time_ns() // 1_000_000 - self.server.now_ms

    def admit(self, reservation: Reservation, view: View, gate_now_ms: int) -> Reserved | Refusing | Claimed | Closed:
        answer = run(self.real.admit(reservation, view, gate_now_ms + self.off_ms()))
        return Reserved(answer.at_ms - self.off_ms()) if isinstance(answer, Reserved) else answer

    def probe(self, guards: Sequence[Guard], view: View, gate_now_ms: int, due_ms: int = 0) -> Refusing | Closed:
        return run(self.real.probe(guards, view, gate_now_ms + self.off_ms(), due_ms))

    def sent(self, reservation: Reservation, carrier_sid: str, view: View, answer: bytes | None) -> bool | Closed:
        return run(self.real.sent(reservation, carrier_sid, view, answer))

    def abandon(self, reservation: Reservation) -> None:
        run(self.real.abandon(reservation))

    def settle(self, decision_id: DecisionId, number_key: NumberKey) -> None:
        key = number_key if not number_key.startswith("+") else self.real.number_key(E164(number_key))
        run(self.real.settle(decision_id, key))

    def keep_answer(self, claim: Claim, decision_id: DecisionId, answer: bytes) -> None:
        run(self.real.keep_answer(claim, decision_id, answer))

    def claimed(self, claim: Claim) -> Claimed | None:
        return run(self.real.claimed(claim))

    def suppress(self, change: Change, seq: int | None) -> Suppressed:
        return run(self.real.suppress(change, seq))

    def recalls(self) -> tuple[Recalled, ...]:
        return run(self.real.recalls())

    def overdue(self) -> tuple[Recalled, ...]:
        return run(self.real.overdue())

    def dialled(self, decision_id: DecisionId) -> None:
        run(self.real.dialled(decision_id))

    def first(self, name: str, ttl_s: int) -> bool:
        return run(self.real.first(name, ttl_s))

    def forget(self, name: str) -> None:
        run(self.real.forget(name))

    def pace(self, account: str, tenant: str, per_second: float, longest_wait_s: float) -> Slot | TooFar:
        return run(self.real.pace(account, tenant, per_second, longest_wait_s))

    def fence(self) -> FenceState:
        return run(self.real.fence())

    def apply(self, changes: Sequence[Change], token: int | str) -> int | None:
        return run(self.real.apply(changes, token))

    def begin(self, nonce: str, *, anew: bool = False) -> None:
        run(self.real.begin(nonce, anew=anew))

    def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        return run(self.real.load(entries, nonce, chunk))

    def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        here = [replace(one, reserved_at_ms=one.reserved_at_ms + self.off_ms()) for one in kept]
        return run(self.real.restore(here, nonce))

    def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> bool:
        return run(self.real.open(nonce, chunks, generation, watermark))
