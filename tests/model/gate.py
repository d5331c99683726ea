"""One serving process made of the real use cases over the fakes. What it can reach is for the world to say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dialgate.app.admit import Admission
from dialgate.app.breaker import Breaker
from dialgate.app.chores import Chores
from dialgate.app.errors import LedgerUnavailableError, StoreUnavailableError
from dialgate.app.forward import Forwarded, Forwarding, Refusal
from dialgate.app.gate_life import Adoption, GateLife
from dialgate.app.gate_state import GateState
from dialgate.app.indexer import Indexer
from dialgate.app.lift import Lifting
from dialgate.app.naming import Naming
from dialgate.app.opt_out import OptingOut
from dialgate.app.pacing import Pacing
from dialgate.app.recall import Recall
from dialgate.app.settle import Settling
from dialgate.domain.ids import GateId
from tests.model.content import Server
from tests.model.fakes import FakeCarrier, FakeClock, FakeJournal, FakeLog, JournalFile
from tests.model.in_memory import InMemoryGuardStore
from tests.model.scripts import Scripts
from tests.model.sql import FakeLedger, FakeRegister, FakeSink
from tests.model.stepper import turns

if TYPE_CHECKING:
    from dialgate.app.queries import DecisionLog
    from tests.model.world import World


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gate is made of. The product's own, but for the one part that a test plants a defect in."""

    server: Callable[[str, int], Server] = Server
    """From history id and clock."""
    scripts: type[Scripts] = Scripts
    state: type[GateState] = GateState
    ledger: type[FakeLedger] = FakeLedger
    register: type[FakeRegister] = FakeRegister
    sink: type[FakeSink] = FakeSink
    admission: type[Admission] = Admission
    forwarding: type[Forwarding] = Forwarding
    opting_out: type[OptingOut] = OptingOut
    lifting: type[Lifting] = Lifting
    life: type[GateLife] = GateLife
    indexer: type[Indexer] = Indexer
    recall: type[Recall] = Recall
    adoption: type[Adoption] = Adoption


class PlainEnvelope:
    """Keeps no more than that there was an answer."""

    def seal(self, kept: Forwarded | Refusal) -> bytes:
        return kept.decision_id.encode()

    def open(self, sealed: bytes) -> Forwarded | Refusal:
        raise AssertionError("no test reads a kept answer")


@dataclass(slots=True)
class Reach:
    """Which of the stores a gate can talk to, and whether it talks to the primary that all others have left."""

    store: bool = True
    sql: bool = True
    deposed: bool = False


@dataclass(eq=False)
class GateProcess:
    world: World
    id: GateId
    file: JournalFile
    parts: Parts
    reach: Reach = field(default_factory=Reach)

    def __post_init__(self) -> None:
        world, parts = self.world, self.parts
        self.clock = FakeClock(world.time)
        sql = turns(LedgerUnavailableError, self._reach_sql)
        turn = turns(StoreUnavailableError, self._reach_store)
        store = InMemoryGuardStore(lambda: world.server_of(self.reach), turn=turn, scripts=parts.scripts)
        self.state, self.chores, self.journal = parts.state(), Chores(), FakeJournal(self.file)
        ledger, register = parts.ledger(world.sql, sql), parts.register(world.sql, sql)
        self.sink = parts.sink(world.sql, sql)
        carrier = FakeCarrier(world.carrier)
        log = cast("DecisionLog", FakeLog(world.sql, sql))
        self.recall = parts.recall(store, carrier, self.journal, log, self.chores, self.clock)
        naming = Naming(store, self.recall, self.state, self.chores)
        self.admission = parts.admission(store, self.journal, self.state, self.chores, self.clock)
        self.forwarding = parts.forwarding(
            admission=self.admission,
            carrier=carrier,
            journal=self.journal,
            store=store,
            naming=naming,
            state=self.state,
            chores=self.chores,
            clock=self.clock,
            envelope=PlainEnvelope(),
            breaker=Breaker(carrier),
            pacing=Pacing("AC1", 0, admission=self.admission, store=store, clock=self.clock, sleep=asyncio.sleep),
        )
        self.opting_out = parts.opting_out(self.journal, ledger, store, self.recall, self.state, self.chores)
        self.lifting = parts.lifting(ledger, carrier, self.clock)
        self.settling = Settling(log, self.journal, store, naming, self.chores, self.clock)
        self.life = parts.life(
            self.id, self.file.directory, ledger, register, self.journal, self.opting_out, self.state, self.clock
        )
        self.indexer = parts.indexer(self.id, store, ledger, register, self.sink, self.clock, world.chance)
        self.adoption = parts.adoption(self.id, register, self.sink, log, self.settling, self.clock)

    def background(self, kind: str) -> Callable[[], Any]:
        """What a gate does by itself every so often."""
        return {
            "poll": self.life.poll,
            "tick": self.indexer.tick,
            "ship": lambda: self.journal.ship(self.sink),
            "chores": self.chores.run_once,
            "sweep": self.recall.sweep,
        }[kind]

    def _reach_store(self) -> None:
        if not self.reach.store:
            raise StoreUnavailableError("cut off from the guard store")

    def _reach_sql(self) -> None:
        if not self.reach.sql or not self.world.sql_up:
            raise LedgerUnavailableError("SQL is down")


BACKGROUND = ("poll", "tick", "ship", "chores", "sweep")
