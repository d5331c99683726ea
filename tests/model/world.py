"""Gates, stores, carrier and faults in one place. Everything that happens is a step or a fault that somebody chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from dialgate.app.ports import CarrierRequest
from dialgate.app.settle import StatusReport
from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.ids import DecisionId, GateId, OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164, Number
from dialgate.domain.reservation import Claim
from dialgate.domain.scope import Scope
from tests.fakes.no_rows import FACTS
from tests.model.content import Server
from tests.model.fakes import EPOCH, CarrierSide, FakeDeadJournal, JournalFile, Time
from tests.model.gate import BACKGROUND, GateProcess, Parts, Reach
from tests.model.judge import Judge
from tests.model.sql import Sql
from tests.model.stepper import Fate, Schedule, Task

TENANT = "demo"
ROUNDS = 16
"""Passes of the background work after which whatever has not happened never will."""

STEPS_A_ROUND = 200
"""More than anything takes that gets on."""
TOLD = 60


@dataclass(eq=False)
class World:
    parts: Parts = field(default_factory=Parts)
    shared_directory: bool = True
    time: Time = field(default_factory=Time)
    sql: Sql = field(default_factory=Sql)
    sql_up: bool = True
    carrier: CarrierSide = field(default_factory=CarrierSide)
    journals: dict[str, JournalFile] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=Schedule)
    gates: dict[str, GateProcess] = field(default_factory=dict)
    """The live process at each place, A and B."""

    def __post_init__(self) -> None:
        self.counter = 0
        self.said = 0
        self.rests_from = 0
        self.primary = self.parts.server(self.fresh("h"), self.time.now_ms())
        self.deposed: Server | None = None
        self.judge = Judge(self.sql, self.carrier, self.journals)
        self.carrier.on_forward = self.judge.forwards

    # ------------------------------------------------------------------------------------------ things and names

    def fresh(self, kind: str) -> str:
        self.counter += 1
        return f"{kind}{self.counter}"

    def chance(self, count: int) -> bytes:
        self.counter += 1
        return self.counter.to_bytes(count, "big")

    def server_of(self, reach: Reach) -> Server:
        return self.deposed if reach.deposed and self.deposed is not None else self.primary

    def say(self) -> tuple[str, timedelta]:
        """People speak one after the other, in whole seconds of the carrier's clock."""
        self.said += 1
        sid = self.fresh("SM")
        self.carrier.messages[sid] = EPOCH + timedelta(seconds=self.said)
        return sid, timedelta(seconds=self.said)

    # ------------------------------------------------------------------------------------------ operations

    def start_gate(self, place: str) -> Task:
        gate_id = GateId(self.fresh(place))
        directory = "shared" if self.shared_directory else place
        self.journals[gate_id] = JournalFile(gate_id, directory)
        self.gates[place] = gate = GateProcess(self, gate_id, self.journals[gate_id], self.parts)
        return self.go(place, "enlist", gate.life.enlist)

    def attempt(self, place: str, number: str, content: str = "", request: str = "") -> Task:
        gate = self.gates[place]
        self.counter += 1
        decision_id = DecisionId(f"{self.counter:032x}")
        attempt = Attempt(
            id=decision_id,
            tenant=TENANT,
            key="SK1",
            channel=Channel.VOICE,
            called=Number(E164(number), "US", 1),
            called_as_asked=number,
            calling="+12025550100",
            received_at=gate.clock.now(),
            content=content,
        )
        claim = Claim(request or decision_id, "same", 86_400)
        self.judge.receives(attempt, E164(number), claim.key)
        wire = CarrierRequest("Calls.json", (("To", number), ("Decision", decision_id)))
        return self.go(place, f"attempt({number})", lambda: gate.forwarding.place(attempt, FACTS, claim, wire))

    def opt_out(self, place: str, number: str) -> Task:
        gate, (sid, said_after) = self.gates[place], self.say()
        opt_out = OptOut(
            id=OptOutId(self.fresh("stop")),
            number=E164(number),
            scope=Scope(TENANT),
            source=Source.SMS,
            actor="carrier",
            occurred_at=EPOCH + said_after,
            recorded_at=gate.clock.now(),
            evidence=sid,
        )

        async def acknowledged() -> bool:
            self.judge.stopped_at[opt_out.id] = EPOCH + said_after
            outcome = await gate.opting_out.record(opt_out)
            self.judge.acknowledges(opt_out, in_force=outcome.in_force)
            return outcome.in_force

        return self.go(place, f"{opt_out.id}({number})", acknowledged)

    def start_again(self, place: str, number: str) -> Task:
        """The person writes START."""
        gate, (sid, said_after) = self.gates[place], self.say()
        self.judge.started_at[E164(number)] = EPOCH + said_after
        lift = OptOutId(self.fresh("start"))
        return self.go(place, f"{lift}({number})", lambda: gate.lifting.start(lift, TENANT, E164(number), sid))

    def report(self, place: str, carrier_sid: str, status: str) -> Task:
        """The carrier reports of a call; a final status ends it."""
        gate, call = self.gates[place], self.carrier.calls[carrier_sid]
        call.live = call.live and status != "completed"
        report = StatusReport(call.decision_id, carrier_sid, status)
        return self.go(place, f"report {carrier_sid}", lambda: gate.settling.report(report))

    def background(self, place: str, kind: str) -> Task | None:
        """None where the last one of that kind is still under way."""
        if any(task.gate == place and task.name == kind for task in self.schedule.tasks):
            return None
        return self.go(place, kind, self.gates[place].background(kind))

    def adopt(self, place: str) -> Task | None:
        """Take the first journal in this gate's directory whose owner is dead and which nobody has taken yet."""
        gate = self.gates[place]
        live = {one.id for one in self.gates.values()}
        taken = {task.name for task in self.schedule.tasks}
        for file in self.journals.values():
            if file.gate not in live and file.directory == gate.file.directory and f"adopt {file.gate}" not in taken:
                dead = FakeDeadJournal(file, self.remove_journal)
                return self.go(place, f"adopt {file.gate}", partial(gate.adoption.adopt, dead))
        return None

    def remove_journal(self, file: JournalFile) -> None:
        del self.journals[file.gate]

    def go(self, place: str, name: str, start: Callable[[], Any]) -> Task:
        return self.schedule.start(name, place, start())

    # ------------------------------------------------------------------------------------------ steps

    def step(self, task: Task, fate: Fate = Fate.DONE) -> None:
        self.schedule.step(task, fate)
        self.judge.check()

    def until(self, task: Task, name: str) -> Task:
        """Up to the step whose name begins so, or to the end."""
        while task.wants and not task.wants.name.startswith(name):
            self.step(task)
        return task

    def finish(self, task: Task | None) -> None:
        """To its end, or to where it must wait for others."""
        for _ in range(STEPS_A_ROUND):
            if task and task.wants and task.wants.ready():
                self.step(task)

    def do(self, place: str, *kinds: str) -> None:
        for kind in kinds:
            self.finish(self.background(place, kind))

    # ------------------------------------------------------------------------------------------ faults

    def kill(self, place: str) -> None:
        self.note(f"kill -9 {place}")
        self.schedule.kill(place)
        del self.gates[place]

    def flush(self) -> None:
        self.note("FLUSHALL")
        self.primary.flush()

    def fail_over(self, copy: Server, *still_on_the_old: str) -> None:
        """A replica that had got as far as `copy` takes over, or the server restarts with it: another history."""
        self.note(f"failover, {still_on_the_old or 'nobody'} still on the old primary")
        self.deposed = self.primary
        self.primary = self.deposed.successor(self.fresh("h"), copy)
        self.primary.now_ms = self.time.now_ms()
        for place, gate in self.gates.items():
            gate.reach.deposed = place in still_on_the_old

    def put_back(self, copy: Server) -> None:
        """An older copy in the same process: no other history id tells of it."""
        self.note("older copy put back")
        self.primary.put_back(copy)

    def copy(self) -> Server:
        return self.primary.copy()

    def pass_time(self, seconds: float) -> None:
        self.time.passed_s += seconds
        for server in (self.primary, self.deposed):
            if server is not None:
                server.now_ms += int(seconds * 1_000)

    def note(self, fault: str) -> None:
        self.schedule.trace.append(f"*** {fault}")

    # ------------------------------------------------------------------------------------------ rest

    def repair(self, place: str) -> None:
        """All that this gate needs is back; a dead one is started anew."""
        self.note(f"everything is mended for {place}")
        self.sql_up = True
        self.primary.now_ms = self.time.now_ms()
        if gate := self.gates.get(place):
            gate.reach.store, gate.reach.sql, gate.reach.deposed, gate.clock.astray_s = True, True, False, 0.0
        else:
            self.start_gate(place)

    def come_to_rest(self) -> None:
        """Run everything to its end, late commands included, and let the background work go on for long."""
        self.rests_from = len(self.schedule.trace)
        for place in ("A", "B"):
            self.repair(place)
        while self.schedule.late:
            self.schedule.run_late()
        for _ in range(ROUNDS):
            self.pass_time(1.0)
            for place in sorted(self.gates):
                self.adopt(place)
                for kind in BACKGROUND:
                    self.background(place, kind)
            for _ in range(STEPS_A_ROUND):
                if ready := self.schedule.ready():
                    self.step(ready[0])
        self.judge.check_at_rest(self.parts.scripts(self.primary, "one"))

    def story(self) -> str:
        """What happened, without the long end in which nothing happens any more."""
        return "\n".join(["", *self.schedule.trace[: (self.rests_from or len(self.schedule.trace)) + TOLD]])


def opened(parts: Parts | None = None, *, shared_directory: bool = True) -> World:
    """Two gates that serve, the partition open, the indexer's lease free."""
    world = World(parts or Parts(), shared_directory)
    for place in ("A", "B"):
        world.finish(world.start_gate(place))
    for _ in range(3):
        world.pass_time(0.1)
        for place in ("A", "B"):
            world.do(place, "tick", "poll")
    world.pass_time(4.0)
    world.schedule.trace.clear()
    return world
