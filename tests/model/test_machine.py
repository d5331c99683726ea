"""Any interleaving of steps, commands and faults that chance can think of, on two gates made of the real use cases."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from dialgate.app.errors import CarrierUnreachableError, JournalUnavailableError, OutcomeUnknownError
from tests.model import traces
from tests.model.gate import BACKGROUND, Parts
from tests.model.stepper import Fate, Task
from tests.model.valkey import OnValkey, ValkeyServer
from tests.model.world import opened

NUMBERS = st.sampled_from([traces.N, traces.N, traces.N, traces.Z])
PLACES = st.sampled_from(["A", "B"])
WHICH = st.integers(0, 9)
CONTENT = st.sampled_from(["", "", "", "hello"])
REQUEST = st.sampled_from(["", "", "", "the same"])
MANY = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 99, 99, 99, 99, 99])
"""Steps that are taken at once; 99 is to the end."""
ORDER = st.lists(WHICH, min_size=20, max_size=60)
"""Whose turn it is, step by step."""
FAULTS = (
    *("kill", "flush", "fail over", "fail over to the copy", "split brain", "put back"),
    *("cut off store", "cut off sql", "sql down", "gate clock", "store clock"),
)


ONE_SERVER = tuple(fault for fault in FAULTS if fault not in {"split brain", "store clock"})
"""What a single real server can play."""


class TwoGates(RuleBasedStateMachine):
    parts = Parts()
    possible: tuple[str, ...] = FAULTS

    def __init__(self) -> None:
        super().__init__()
        self.world = opened(self.parts)
        self.copy = self.world.copy()
        self.numbers = 200

    @initialize(data=st.data())
    def weather(self, data: st.DataObject) -> None:
        """A few kinds of faults a run: all at once mostly refuse everything."""
        kinds = st.sets(st.sampled_from(self.possible), min_size=1, max_size=3)
        self.faults = sorted(data.draw(kinds, label="faults"))

    # ------------------------------------------------------------------------------------------ what people do

    @precondition(lambda self: self.world.gates)
    @rule(place=PLACES, number=NUMBERS, content=CONTENT, request=REQUEST, many=MANY)
    def attempt(self, place: str, number: str, content: str, request: str, many: int) -> None:
        self.run(self.world.attempt(self.alive(place), number, content, request), many)

    @precondition(lambda self: self.world.gates)
    @rule(place=PLACES, other=PLACES, many=MANY)
    def opt_out_beside_an_attempt(self, place: str, other: str, many: int) -> None:
        number = self.fresh_number()
        attempt = self.world.attempt(self.alive(other), number)
        self.run(attempt, many)
        self.world.finish(self.world.opt_out(self.alive(place), number))
        self.world.finish(attempt)

    @precondition(lambda self: self.world.gates)
    @rule(place=PLACES, other=PLACES)
    def attempt_after_an_opt_out(self, place: str, other: str) -> None:
        number = self.fresh_number()
        self.world.finish(self.world.opt_out(self.alive(place), number))
        self.world.finish(self.world.attempt(self.alive(other), number))

    @precondition(lambda self: self.world.gates and self.world.judge.acknowledged)
    @rule(place=PLACES, which=WHICH)
    def attempt_long_after(self, place: str, which: int) -> None:
        opted_out = list(self.world.judge.acknowledged.values())
        self.world.finish(self.world.attempt(self.alive(place), opted_out[which % len(opted_out)].number))

    @precondition(lambda self: self.world.gates)
    @rule(place=PLACES, number=NUMBERS, many=MANY)
    def opt_out(self, place: str, number: str, many: int) -> None:
        self.run(self.world.opt_out(self.alive(place), number), many)

    @precondition(lambda self: self.world.gates and self.world.judge.durable)
    @rule(place=PLACES, number=NUMBERS, many=MANY)
    def start_again(self, place: str, number: str, many: int) -> None:
        self.run(self.world.start_again(self.alive(place), number), many)

    @precondition(lambda self: self.world.gates and self.world.carrier.calls)
    @rule(place=PLACES, which=WHICH, status=st.sampled_from(["ringing", "completed"]), many=MANY)
    def report(self, place: str, which: int, status: str, many: int) -> None:
        calls = sorted(self.world.carrier.calls)
        self.run(self.world.report(self.alive(place), calls[which % len(calls)], status), many)

    # ------------------------------------------------------------------------------------------ what gates do

    @precondition(lambda self: self.world.gates)
    @rule(place=PLACES, kind=st.sampled_from(BACKGROUND), many=MANY)
    def background(self, place: str, kind: str, many: int) -> None:
        self.run(self.world.background(self.alive(place), kind), many)

    @rule(rounds=st.integers(1, 6))
    def all_work(self, rounds: int) -> None:
        for _ in range(rounds):
            self.world.pass_time(0.7)
            for place in tuple(self.world.gates):
                self.world.finish(self.world.adopt(place))
                self.world.do(place, *BACKGROUND)

    @rule(order=ORDER)
    def work_in_any_order(self, order: list[int]) -> None:
        """Everybody does what is to be done, one step here and one step there."""
        self.world.pass_time(0.7)
        for which in order:
            for place in tuple(self.world.gates):
                self.world.background(place, BACKGROUND[which % len(BACKGROUND)])
            if self.world.schedule.ready():
                self.world.step(self.ready(which))

    @precondition(lambda self: self.world.schedule.ready())
    @rule(which=WHICH)
    def go_on_to_the_end(self, which: int) -> None:
        self.world.finish(self.ready(which))

    @rule(milliseconds=st.sampled_from([100, 600, 3_100]))
    def pass_time(self, milliseconds: int) -> None:
        self.world.pass_time(milliseconds / 1_000)

    # ------------------------------------------------------------------------------------------ what goes wrong

    @precondition(lambda self: self.world.schedule.ready())
    @rule(which=WHICH, fate=st.sampled_from([Fate.FAILS, Fate.LOST, Fate.LATE]))
    def go_wrong(self, which: int, fate: Fate) -> None:
        task = self.ready(which)
        error = task.wants.error if task.wants else None
        if error in {CarrierUnreachableError, OutcomeUnknownError}:
            fate = Fate.FAILS
        elif error is JournalUnavailableError and fate is Fate.LATE:
            fate = Fate.LOST
        self.world.step(task, fate)

    @precondition(lambda self: self.world.schedule.late)
    @rule(which=WHICH)
    def late(self, which: int) -> None:
        self.world.schedule.run_late(which % len(self.world.schedule.late))

    @rule()
    def take_copy(self) -> None:
        self.copy = self.world.copy()

    @rule(which=WHICH, place=PLACES, seconds=st.sampled_from([-3_600, -3, -1, 1, 3, 3_600]), then=ORDER)
    def fault(self, which: int, place: str, seconds: int, then: list[int]) -> None:
        fault = self.faults[which % len(self.faults)]
        self.world.note(f"{fault} ({place}, {seconds})")
        match fault:
            case "gate clock" | "store clock":
                self.step_clock(fault, place, seconds)
            case "kill" | "cut off store" | "cut off sql" if place in self.world.gates:
                self.harm(fault, place)
            case _:
                self.lose(fault, place)
        self.work_in_any_order(then)

    def harm(self, fault: str, place: str) -> None:
        reach = self.world.gates[place].reach
        match fault:
            case "kill":
                self.world.kill(place)
            case "cut off store":
                reach.store = False
            case _:
                reach.sql = False

    def lose(self, fault: str, place: str) -> None:
        world = self.world
        match fault:
            case "flush":
                world.flush()
            case "fail over":
                world.fail_over(world.copy())
            case "fail over to the copy":
                world.fail_over(self.copy)
            case "split brain":
                world.fail_over(world.copy(), place)
            case "put back" if self.tells():
                world.put_back(self.copy)
            case "sql down":
                world.sql_up = False
            case _:
                pass

    def step_clock(self, fault: str, place: str, seconds: int) -> None:
        if fault == "store clock":
            self.world.primary.now_ms += seconds * 1_000
        elif gate := self.world.gates.get(place):
            gate.clock.astray_s = seconds

    @rule(places=st.sampled_from(["A", "B", "AB", "AB"]), rounds=st.integers(0, 6))
    def repair(self, places: str, rounds: int) -> None:
        for place in places:
            self.world.repair(place)
        self.all_work(rounds)

    # ------------------------------------------------------------------------------------------ judgement

    @invariant()
    def promises_hold(self) -> None:
        assert [] == self.world.judge.violations, self.world.story()

    def teardown(self) -> None:
        self.world.come_to_rest()
        assert [] == self.world.judge.violations, self.world.story()

    # ------------------------------------------------------------------------------------------ choosing

    def alive(self, place: str) -> str:
        return place if place in self.world.gates else next(iter(self.world.gates))

    def fresh_number(self) -> str:
        self.numbers += 1
        return f"+1202555{self.numbers:04}"

    def ready(self, which: int) -> Task:
        ready = self.world.schedule.ready()
        return ready[which % len(ready)]

    def run(self, task: Task | None, many: int) -> None:
        for _ in range(many):
            if task and task.wants and task.wants.ready():
                self.world.step(task)

    def tells(self) -> bool:
        """Putting a copy back into a running server takes longer than a gate's poll. What no watermark tells of is
        beyond the fence: `index verify` is for that.
        """
        sql, gates = self.world.sql, self.world.gates.values()
        fence = self.copy.content.fence
        fallen = fence is None or fence.watermark is None or fence.watermark < sql.watermark
        polled = all(gate.state.head == sql.head for gate in gates)
        return fallen and polled and not any(file.waiting for file in self.world.journals.values())


def test_two_gates_on_valkey(valkey: Redis) -> None:
    """The same holds with the real scripts on a real server, whatever one server can play."""

    def opening(history_id: str, now_ms: int) -> ValkeyServer:
        valkey.flushall()
        return ValkeyServer(history_id, now_ms, client=valkey)

    class TwoGatesOnValkey(TwoGates):
        parts = Parts(scripts=OnValkey, server=opening)
        possible = ONE_SERVER

    run_state_machine_as_test(TwoGatesOnValkey, settings=settings(stateful_step_count=50))


TestTwoGates = TwoGates.TestCase
TestTwoGates.settings = settings(stateful_step_count=50)
TestTwoGates.__doc__ = "Nothing forbidden is forwarded and no acknowledged opt-out is lost, whatever happens when."
