"""The judge: watches one world and says which promise was broken. It never looks inside a use case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dialgate.app.ports import Closed, View
from dialgate.app.records import NAMING, Kind
from dialgate.domain.attempt import Attempt
from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.ledger import Entry, OptOut
from dialgate.domain.numbers import E164
from tests.model.fakes import CarrierSide, JournalFile
from tests.model.scripts import Scripts
from tests.model.sql import Sql, entry_of


@dataclass(slots=True)
class Judge:
    sql: Sql
    carrier: CarrierSide
    journals: dict[str, JournalFile]
    violations: list[str] = field(default_factory=list)
    acknowledged: dict[str, OptOut] = field(default_factory=dict)
    """In force, by id."""
    durable: dict[str, OptOut] = field(default_factory=dict)
    """Acknowledged as recorded, in force or not."""
    stopped_at: dict[str, datetime] = field(default_factory=dict)
    """By id of the opt-out: when the person said so."""
    started_at: dict[E164, datetime] = field(default_factory=dict)
    """By number: when the person last said START."""
    forbidden: dict[str, tuple[Attempt, frozenset[str]]] = field(default_factory=dict)
    """By decision id: the attempt, and the opt-outs that were acknowledged when it was received."""

    requests: dict[str, str] = field(default_factory=dict)
    """By decision id: which request of a dialer it was made for."""

    def receives(self, attempt: Attempt, number: E164, request: str) -> None:
        self.requests[attempt.id] = request
        before = frozenset(known for known, one in self.acknowledged.items() if one.number == number)
        self.forbidden[attempt.id] = (attempt, before)

    def acknowledges(self, opt_out: OptOut, *, in_force: bool) -> None:
        self.durable[opt_out.id] = opt_out
        if in_force:
            self.acknowledged[opt_out.id] = opt_out

    def lifted(self, opt_out_id: str) -> bool:
        """Rightly: the same person said START later than that."""
        number = self.durable[opt_out_id].number
        return number in self.started_at and self.started_at[number] > self.stopped_at[opt_out_id]

    def forwards(self, decision_id: str) -> None:
        attempt, before = self.forbidden[decision_id]
        if still := [known for known in before if not self.lifted(known)]:
            self.violations.append(f"P1: {decision_id} was received after {still} was acknowledged, and is forwarded")
        if not self.on_record(Kind.DECISION, decision_id):
            self.violations.append(f"record: {decision_id} is forwarded without a decision on record")
        if any(self.requests[call.decision_id] == self.requests[decision_id] for call in self.carrier.calls.values()):
            self.violations.append(f"twice: {decision_id} is the second create of one request")
        if attempt.content and any(self.same(call.decision_id, attempt) for call in self.carrier.calls.values()):
            self.violations.append(f"cap: {decision_id} is forwarded a second time within the window")

    def same(self, decision_id: str, attempt: Attempt) -> bool:
        other = self.forbidden[decision_id][0]
        return other.content == attempt.content and other.called == attempt.called

    def on_record(self, kind: Kind, record_id: str) -> bool:
        in_journal = any(
            record.kind is kind and record.id == record_id for file in self.journals.values() for record in file.records
        )
        return in_journal or (kind, record_id) in self.sql.records

    def check(self) -> None:
        """After each step."""
        for known in self.durable:
            if known not in self.sql.rows and not self.on_record(Kind.OPT_OUT, known):
                self.violations.append(f"P2: {known} was acknowledged and is nowhere")

    def check_at_rest(self, store: Scripts) -> None:
        """When everything is mended and nothing is left to do."""
        suppressed = self.sql.effective(self.sql.head)
        numbers = {entry.member for entry in suppressed}
        for sid, call in self.carrier.calls.items():
            if call.live and call.number in numbers and any(self.on_record(kind, call.decision_id) for kind in NAMING):
                self.violations.append(f"P3: {sid} lives although its number opted out, and nobody will cancel it")
        for known, opt_out in self.durable.items():
            if not self.lifted(known) and entry_of(opt_out) not in suppressed:
                self.violations.append(f"P4: {known} was lifted without a START")
        self.check_index(store, suppressed)

    def check_index(self, store: Scripts, suppressed: list[Entry]) -> None:
        fence = store.fence()
        if (fence.generation, fence.watermark) != (self.sql.generation, self.sql.head):
            self.violations.append(f"P5: the partition never opens again: {fence}")
            return
        guards = [MustBeAbsent(entry.scope, entry.member) for entry in suppressed]
        answer = store.probe(guards, View(self.sql.generation, self.sql.head), store.server.now_ms)
        if isinstance(answer, Closed):
            self.violations.append(f"P5: the partition never opens again: {answer}")
        elif len(answer.refused) != len(guards):
            self.violations.append(f"P4: of {suppressed} only {answer.refused} are in the index")
