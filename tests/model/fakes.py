"""Clock, journal and carrier in memory, each taking its turn step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dialgate.app.errors import CarrierUnreachableError, JournalUnavailableError, OutcomeUnknownError
from dialgate.app.ports import CarrierAnswer, CarrierRequest, DecisionSink
from dialgate.app.queries import DecisionRow
from dialgate.app.records import NAMING, Kind, Record
from dialgate.domain.ids import GateId
from tests.model.in_memory import Turn, at_once
from tests.model.sql import Sql
from tests.model.stepper import take, turns

EPOCH = datetime(2030, 1, 1, 3, tzinfo=UTC)
ENDS = NAMING | {Kind.RELEASED, Kind.OUTCOME_UNKNOWN, Kind.RECALLED, Kind.SETTLED}


@dataclass(slots=True)
class Time:
    """The time that really passes."""

    passed_s: float = 0.0

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.passed_s)

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1_000)


@dataclass(slots=True)
class FakeClock:
    """A gate's own idea of the time; its wall clock may be astray, its boot-time clock is not."""

    time: Time
    astray_s: float = 0.0

    def now(self) -> datetime:
        return self.time.now() + timedelta(seconds=self.astray_s)

    def boottime_s(self) -> float:
        return self.time.passed_s


@dataclass(slots=True)
class JournalFile:
    """What is on disk: it outlives the process."""

    gate: GateId
    directory: str
    records: list[Record] = field(default_factory=list)
    shipped: int = 0

    @property
    def waiting(self) -> list[Record]:
        return self.records[self.shipped :]


@dataclass(slots=True)
class FakeJournal:
    file: JournalFile

    async def append(self, record: Record) -> None:
        turn = turns(JournalUnavailableError)
        await turn(f"journal {record.kind.value}", lambda: self.file.records.append(record))

    async def shipped(self) -> None:
        goal = len(self.file.records)
        await take("journal shipped", lambda: None, None, lambda: self.file.shipped >= goal)

    async def ship(self, sink: DecisionSink) -> None:
        """What the shipper of a live gate does; after a lost answer it ships the same again."""
        batch = self.file.waiting
        if batch:
            goal = self.file.shipped + len(batch)
            await sink.ship(batch)
            self.file.shipped = max(goal, self.file.shipped)


@dataclass
class FakeDeadJournal:
    """A journal whose lock another gate has taken."""

    file: JournalFile
    remove_file: Callable[[JournalFile], None]

    def __post_init__(self) -> None:
        self.unshipped = tuple(self.file.waiting)

    @property
    def gate(self) -> GateId:
        return self.file.gate

    async def ship_all(self, sink: DecisionSink) -> None:
        await FakeJournal(self.file).ship(sink)

    async def unfinished(self) -> Sequence[tuple[str, str]]:
        ended = {record.id for record in self.file.records if record.kind in ENDS}
        decisions = [record for record in self.file.records if record.kind is Kind.DECISION]
        return [(r.id, r.tenant) for r in decisions if r.body["reservation"] and r.id not in ended]

    async def records(self) -> Sequence[Record]:
        return self.unshipped

    async def remove(self) -> None:
        await take("remove journal", lambda: self.remove_file(self.file))


@dataclass(slots=True)
class Call:
    """What the carrier has on its books."""

    decision_id: str
    number: str
    live: bool = True
    named: bool = False
    """The gate has read the answer: it can know the name."""


@dataclass(slots=True)
class CarrierSide:
    """The carrier itself, common to all gates. `on_forward` is asked at the first byte of each create."""

    calls: dict[str, Call] = field(default_factory=dict)
    messages: dict[str, datetime] = field(default_factory=dict)
    """Inbound messages: when each was sent."""
    on_forward: Callable[[str], None] = lambda _decision_id: None


@dataclass(slots=True)
class FakeCarrier:
    side: CarrierSide

    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        fields = dict(request.fields)
        sid = f"CA-{fields['Decision']}"

        def create() -> None:
            begin()
            self.side.on_forward(fields["Decision"])
            self.side.calls[sid] = Call(fields["Decision"], fields["To"])

        def answer() -> CarrierAnswer:
            self.side.calls[sid].named = True
            return CarrierAnswer(201, b"{}", "application/json", sid=sid)

        await take("connect", lambda: None, CarrierUnreachableError)
        await take("create is written", create)
        return await take("create is answered", answer, OutcomeUnknownError)

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        return await take("control", lambda: CarrierAnswer(200, b"{}", "application/json"), CarrierUnreachableError)

    @asynccontextmanager
    async def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AsyncIterator[CarrierAnswer]:
        yield await self.read(path, query)

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        return await take("read", lambda: CarrierAnswer(200, b"{}", "application/json"), CarrierUnreachableError)

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        def end() -> CarrierAnswer:
            self.side.calls[carrier_sid].live = False
            return CarrierAnswer(200, b"{}", "application/json", sid=carrier_sid)

        return await take(f"cancel {carrier_sid}", end, CarrierUnreachableError)

    async def cancel_queued(self, call_sid: str) -> CarrierAnswer:
        return await self.cancel("voice", call_sid)

    async def date_sent(self, message_sid: str) -> datetime | None:
        return await take("date_sent", lambda: self.side.messages.get(message_sid), CarrierUnreachableError)


@dataclass(slots=True)
class FakeLog:
    """What settling asks of the decision log."""

    sql: Sql
    turn: Turn = at_once

    async def get(self, decision_id: str) -> DecisionRow | None:
        def row() -> DecisionRow | None:
            decision = self.sql.records.get((Kind.DECISION, decision_id))
            if decision is None:
                return None
            events = [one for (kind, known), one in self.sql.records.items() if known == decision_id]
            return DecisionRow(
                id=decision_id,
                tenant=decision.tenant,
                chain_seq=0,
                chain_hash="",
                decided_at=decision.at,
                body=decision.body,
                events=tuple((one.kind, one.at, one.body) for one in events),
            )

        return await self.turn("log get", row)
