"""One gate made of the real use cases over stores in memory, a set clock and a carrier that does as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from dialgate.app.admit import Admission
from dialgate.app.breaker import Breaker
from dialgate.app.chores import Chores
from dialgate.app.closing import Closing
from dialgate.app.errors import DialgateError, LedgerUnavailableError, StoreUnavailableError
from dialgate.app.forward import Forwarded, Forwarding, Refusal
from dialgate.app.gate_life import Adoption, GateLife
from dialgate.app.gate_state import GateState
from dialgate.app.indexer import Indexer
from dialgate.app.lift import Lifting
from dialgate.app.naming import Naming
from dialgate.app.opt_out import OptingOut
from dialgate.app.pacing import Pacing
from dialgate.app.ports import CarrierAnswer, CarrierRequest, CarrierStream
from dialgate.app.recall import Recall
from dialgate.app.reconcile import Reconciler
from dialgate.app.settle import Settling
from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.ids import DecisionId, GateId, OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164, Number
from dialgate.domain.reservation import Claim
from dialgate.domain.scope import Scope
from tests.fakes import no_rows
from tests.fakes.doubts import MemoryDoubts, ToldLists
from tests.fakes.journal import MemoryJournal
from tests.fakes.journal_tools import AT, SetClock
from tests.model.content import Content, Fence, Server
from tests.model.fakes import FakeLog
from tests.model.in_memory import InMemoryGuardStore
from tests.model.sql import FakeLedger, FakeRegister, FakeSink, Sql

if TYPE_CHECKING:
    from dialgate.app.queries import DecisionLog

T = TypeVar("T")

TENANT = "acme"
NUMBER = E164("+12025550123")
SENDER = "+12025550100"
GATE = GateId("gate-1")
FACTS = no_rows.FACTS
AT_MS = int(AT.timestamp() * 1_000)
REQUEST = CarrierRequest("Calls.json", (("To", NUMBER),))
CLAIM = Claim("request-1", "same", 86_400)
CREATED = CarrierAnswer(201, b"{}", "application/json", sid="CA1")


def decision_id(number: int) -> DecisionId:
    return DecisionId(f"{number:032x}")


def attempt(number: int = 1, *, content: str = "", to: E164 = NUMBER) -> Attempt:
    return Attempt(
        id=decision_id(number),
        tenant=TENANT,
        key="SK1",
        channel=Channel.VOICE,
        called=Number(to, "US", 1),
        called_as_asked=to,
        calling=SENDER,
        received_at=AT,
        content=content,
    )


def opt_out(id_: str = "stop-1", *, at: datetime = AT, number: E164 = NUMBER, evidence: str = "") -> OptOut:
    return OptOut(OptOutId(id_), number, Scope(TENANT), Source.SMS, "carrier", at, at, evidence=evidence)


@dataclass(slots=True)
class Trouble:
    """How a store behaves: it can be down, fail by the name of a step, or act and lose its answer."""

    error: type[DialgateError]
    down: bool = False
    fails: set[str] = field(default_factory=set)
    loses: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    """What happens, once, just before a step takes place."""
    after: dict[str, Callable[[], None]] = field(default_factory=dict)

    async def __call__(self, name: str, effect: Callable[[], T], /) -> T:
        step = name.split(maxsplit=1)[0]
        self.asked.append(step)
        self.before.pop(step, _nothing)()
        if self.down or step in self.fails:
            raise self.error(f"{step}: no answer")
        answer = effect()
        self.after.pop(step, _nothing)()
        if step in self.loses:
            raise self.error(f"{step}: the answer is lost")
        return answer


def _nothing() -> None:
    pass


@dataclass(slots=True)
class ToldCarrier:
    """Does as it is told, and keeps what it was asked."""

    clock: SetClock
    answer: CarrierAnswer = CREATED
    send_error: DialgateError | None = None
    """Raised after `begin` unless it says that no byte was sent."""
    before_begin: Callable[[], None] = _nothing
    before_answer: Callable[[], None] = _nothing
    cancel_status: int = 200
    cancel_error: DialgateError | None = None
    sent: list[CarrierRequest] = field(default_factory=list)
    cancelled: list[tuple[str, str]] = field(default_factory=list)
    dates: dict[str, datetime] = field(default_factory=dict)
    """When the messages that it knows were sent."""
    date_error: DialgateError | None = None

    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        self.before_begin()
        if self.send_error is not None and self.send_error.retryable:
            raise self.send_error
        begin()
        self.sent.append(request)
        self.before_answer()
        if self.send_error is not None:
            raise self.send_error
        return self.answer

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        self.sent.append(request)
        self.before_answer()
        if self.send_error is not None:
            raise self.send_error
        return self.answer

    @asynccontextmanager
    async def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AsyncIterator[CarrierStream | CarrierAnswer]:
        yield CarrierAnswer(404, b"{}", "application/json")

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        return CarrierAnswer(200, b"{}", "application/json")

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        self.cancelled.append((channel, carrier_sid))
        if self.cancel_error is not None:
            raise self.cancel_error
        return CarrierAnswer(self.cancel_status, b"{}", "application/json", sid=carrier_sid)

    async def cancel_queued(self, call_sid: str) -> CarrierAnswer:
        return await self.cancel("queued", call_sid)

    async def date_sent(self, message_sid: str) -> datetime | None:
        if self.date_error is not None:
            raise self.date_error
        return self.dates.get(message_sid)


class PlainEnvelope:
    """Keeps values as they are and hands out tickets for them."""

    def __init__(self) -> None:
        self._kept: list[Forwarded | Refusal] = []

    def seal(self, kept: Forwarded | Refusal) -> bytes:
        self._kept.append(kept)
        return str(len(self._kept) - 1).encode()

    def open(self, sealed: bytes) -> Forwarded | Refusal:
        return self._kept[int(sealed)]


class OneGate:
    """Serves, at generation 1, on an open partition that holds nothing."""

    def __init__(self, max_unshipped: int = 32_768, calls_per_second: float = 0) -> None:
        self.calls_per_second = calls_per_second
        self.clock = SetClock()
        self.sql = Sql(generation=1)
        self.server = Server("h1", AT_MS, Content(Fence("one", "h1", generation=1, watermark=0, clock_ms=AT_MS)))
        self.store_trouble = Trouble(StoreUnavailableError)
        self.sql_trouble = Trouble(LedgerUnavailableError)
        self.store = InMemoryGuardStore(lambda: self.server, turn=self.store_trouble)
        self.ledger = FakeLedger(self.sql, self.sql_trouble)
        self.register = FakeRegister(self.sql, self.sql_trouble)
        self.sink = FakeSink(self.sql, self.sql_trouble)
        self.log = cast("DecisionLog", FakeLog(self.sql, self.sql_trouble))
        self.journal = MemoryJournal(self.sink, max_unshipped)
        self.carrier = ToldCarrier(self.clock)
        self.state, self.chores, self.envelope = GateState(), Chores(), PlainEnvelope()
        self.state.generation = 1
        self.slept_s: list[float] = []
        self._make_use_cases()

    def _make_use_cases(self) -> None:
        store, journal, state, chores, clock = self.store, self.journal, self.state, self.chores, self.clock
        self.admission = Admission(store, journal, state, chores, clock)
        self.recall = Recall(store, self.carrier, journal, self.log, chores, clock)
        self.naming = Naming(store, self.recall, state, chores)
        self.breaker = Breaker(self.carrier)
        self.pacing = Pacing(
            "AC1", self.calls_per_second, admission=self.admission, store=store, clock=clock, sleep=self.sleep
        )
        self.closing = Closing(store, self.carrier, journal, chores, clock)
        self.forwarding = Forwarding(
            admission=self.admission,
            carrier=self.carrier,
            journal=journal,
            store=store,
            naming=self.naming,
            state=state,
            chores=chores,
            clock=clock,
            envelope=self.envelope,
            breaker=self.breaker,
            pacing=self.pacing,
        )
        self.opting_out = OptingOut(journal, self.ledger, store, self.recall, state, chores)
        self.lifting = Lifting(self.ledger, self.carrier, clock)
        self.settling = Settling(self.log, journal, store, self.naming, chores, clock)
        self.life = GateLife(GATE, "dir", self.ledger, self.register, journal, self.opting_out, state, clock)
        self.indexer = self.indexer_of(GATE)
        self.lists = ToldLists()
        self.reconciler = self._reconciler()
        self.adoption = Adoption(GATE, self.register, self.sink, self.log, self.settling, clock)

    async def sleep(self, seconds: float) -> None:
        """Takes no time but that of the clocks of gate and store."""
        self.slept_s.append(seconds)
        self.pass_s(seconds)

    def _reconciler(self) -> Reconciler:
        doubts = MemoryDoubts(self.sql, FakeLog(self.sql, self.sql_trouble))
        return Reconciler(
            doubts, self.lists, self.carrier, self.store, self.journal, self.admission, self.settling, self.clock
        )

    def indexer_of(self, gate: GateId) -> Indexer:
        return Indexer(gate, self.store, self.ledger, self.register, self.sink, self.clock, bytes)

    @property
    def held(self) -> dict[str, bool]:
        """Open reservations, and whether they are recalled."""
        return {known: one.recalled for known, one in self.server.content.held.items()}

    def fail_over(self, content: Content | None = None) -> None:
        """Another server takes over with what this one holds, or with an older copy of it."""
        self.server = Server("h2", self.server.now_ms, content or self.server.content)

    def pass_s(self, seconds: float) -> None:
        self.clock.pass_s(seconds)
        self.server.now_ms += int(seconds * 1_000)
