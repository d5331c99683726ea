"""Attempts whose outcome nobody knows are looked for at the carrier: named, released, or left in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.reconcile import LOOKS, MOST_A_TICK, Nameless, Placed, Reconciler, matched
from dialgate.app.records import Kind, Record
from dialgate.domain.numbers import E164
from tests.fakes.doubts import ToldLists, placed
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, NUMBER, REQUEST, SENDER, OneGate, attempt, decision_id, opt_out

SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Bench:
    gate: OneGate
    lists: ToldLists
    reconciler: Reconciler

    async def doubt(self, number: int = 1, *, content: str = "", to: E164 = NUMBER, calling: str = SENDER) -> None:
        """A create that the carrier was asked for and said nothing to."""
        self.gate.carrier.send_error = OutcomeUnknownError("silence")
        asked = replace(attempt(number, content=content, to=to), calling=calling)
        await self.gate.forwarding.place(asked, FACTS, replace(CLAIM, key=f"request-{number}"), REQUEST)
        self.gate.carrier.send_error = None
        self.gate.breaker.answered()
        await self.gate.journal.shipped()

    async def look(self, after_s: float = 0, times: int = 1) -> None:
        for _ in range(times):
            self.gate.pass_s(after_s)
            await self.reconciler.tick()
            await self.gate.journal.shipped()

    def names(self) -> dict[str, str]:
        return {record.id: record.body["carrier_sid"] for record in self.gate.journal.of(Kind.NAMED)}

    def released(self) -> list[str]:
        return [record.id for record in self.gate.journal.of(Kind.RELEASED)]


@pytest.fixture
def bench(gate: OneGate) -> Bench:
    return Bench(gate, gate.lists, gate.reconciler)


async def test_what_the_carrier_made_gets_its_name(bench: Bench) -> None:
    """The one call to that number, from that sender, at that time is the attempt's; it stays in flight."""
    await bench.doubt()
    bench.lists.rows = [placed("CA7", SENDER, at=AT + SECOND)]
    await bench.look(6)
    assert {decision_id(1): "CA7"} == bench.names()
    assert ["CA7"] == [one.carrier_sid for one in bench.gate.server.content.held.values()]
    assert [("voice", NUMBER)] == bench.lists.asked


async def test_nobody_looks_before_the_records_can_be_in_sql(bench: Bench) -> None:
    """A call made a moment ago may be that of an attempt whose record is on its way."""
    await bench.doubt()
    bench.lists.rows = [placed("CA7", SENDER, at=AT)]
    await bench.look(4)
    assert [] == bench.lists.asked


async def test_what_was_made_a_moment_ago_is_not_named_yet(bench: Bench) -> None:
    """The attempt that made it may not be on record yet; the next look names it."""
    await bench.doubt()
    bench.lists.rows = [placed("CA7", SENDER, at=AT + 4 * SECOND)]
    await bench.look(6)
    early = bench.names()
    await bench.look(6)
    assert ({}, {decision_id(1): "CA7"}) == (early, bench.names())


async def test_what_has_ended_is_settled(bench: Bench) -> None:
    """Named, so that its tenant may read it, and no longer in flight."""
    await bench.doubt()
    bench.lists.rows = [placed("CA7", SENDER, status="no-answer")]
    await bench.look(6)
    settled = [record.body["status"] for record in bench.gate.journal.of(Kind.SETTLED)]
    assert ({decision_id(1): "CA7"}, ["no-answer"], {}) == (bench.names(), settled, bench.gate.held)


async def test_an_opt_out_in_between_cancels_what_is_found(bench: Bench) -> None:
    """The person said no while nobody knew the name of the call."""
    await bench.doubt()
    await bench.gate.opting_out.record(opt_out())
    bench.lists.rows = [placed("CA7", SENDER)]
    await bench.look(6)
    assert [("voice", "CA7")] == bench.gate.carrier.cancelled


async def test_the_name_of_another_attempt_is_not_taken(bench: Bench) -> None:
    """What the log has an owner for is nobody else's."""
    await bench.gate.forwarding.place(attempt(2), FACTS, replace(CLAIM, key="other"), REQUEST)
    await bench.doubt()
    bench.lists.rows = [placed("CA1", SENDER)]
    await bench.look(6)
    assert {} == bench.names()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (SENDER, True),
        ("(+1) 202-555-0100", True),
        ("whatsapp:+12025550100", True),
        ("+12025550109", False),
        ("", False),
    ],
)
async def test_the_sender_must_be_the_same(bench: Bench, written: str, expected: object) -> None:
    """However the dialer wrote it; another sender's call is somebody else's, and nothing is released for it."""
    await bench.doubt(calling=written)
    bench.lists.rows = [placed("CA7", SENDER)]
    await bench.look(1_000, times=LOOKS + 1)
    assert (expected, []) == (bool(bench.names()), bench.released())


async def test_two_calls_that_may_be_the_attempts_name_none(bench: Bench) -> None:
    """A wrong name is worse than none: it stays counted and recallable."""
    await bench.doubt()
    bench.lists.rows = [placed("CA7", SENDER), placed("CA8", SENDER)]
    await bench.look(1_000, times=LOOKS + 1)
    assert ({}, [], [decision_id(1)]) == (bench.names(), bench.released(), list(bench.gate.held))


async def test_one_call_that_two_attempts_may_have_made_names_none(bench: Bench) -> None:
    """Nor is the other released: nobody can say which one it is."""
    await bench.doubt(1)
    await bench.doubt(2, content="other")
    bench.lists.rows = [placed("CA7", SENDER)]
    await bench.look(1_000, times=LOOKS + 1)
    assert ({}, []) == (bench.names(), bench.released())


async def test_two_attempts_far_apart_get_a_name_each(bench: Bench) -> None:
    """What was made minutes later cannot be the first one's."""
    await bench.doubt(1)
    bench.gate.pass_s(600)
    await bench.doubt(2, content="other")
    bench.lists.rows = [placed("CA7", SENDER, at=AT + SECOND), placed("CA8", SENDER, at=AT + 601 * SECOND)]
    await bench.look(6)
    assert {decision_id(1): "CA7", decision_id(2): "CA8"} == bench.names()


async def test_an_attempt_under_way_may_be_the_maker(bench: Bench) -> None:
    """Its answer is still to come: until then what it may have made is nobody's."""
    await bench.doubt()
    await bench.gate.admission.admit(attempt(2, content="other"), FACTS, replace(CLAIM, key="other"))
    await bench.gate.journal.shipped()
    bench.lists.rows = [placed("CA7", SENDER)]
    await bench.look(6)
    assert {} == bench.names()


async def test_what_only_recalled_attempts_can_have_made_is_cancelled(bench: Bench) -> None:
    """Whichever of them it is, the person opted out: it is ended without a name."""
    await bench.doubt(1)
    await bench.doubt(2, content="other")
    await bench.gate.opting_out.record(opt_out())
    bench.lists.rows = [placed("CA7", SENDER), placed("CA8", SENDER, status="completed"), placed("CA9", "+12025550109")]
    await bench.look(6)
    assert ([("voice", "CA7")], {}) == (bench.gate.carrier.cancelled, bench.names())


async def test_what_somebody_else_made_is_not_cancelled(bench: Bench) -> None:
    """One of two possible makers was not recalled: then the call may be a permitted one."""
    await bench.doubt(1)
    await bench.gate.opting_out.record(opt_out())
    await bench.gate.sink.ship([_allowed_elsewhere(bench)])
    bench.lists.rows = [placed("CA7", SENDER)]
    await bench.look(6)
    assert [] == bench.gate.carrier.cancelled


def _allowed_elsewhere(bench: Bench) -> Record:
    record = bench.gate.sql.records[Kind.DECISION, decision_id(1)]
    return replace(record, id=decision_id(2))


async def test_what_the_carrier_never_made_is_released(bench: Bench) -> None:
    """After several complete lists without it, the last of them long after: its counts are free again, on record."""
    await bench.doubt()
    await bench.look(300, times=LOOKS - 1)
    early = bench.released()
    await bench.look(301)
    assert ([], [decision_id(1)], {}) == (early, bench.released(), bench.gate.held)
    assert [{"why": "the carrier does not list it 900 s later"}] == [
        record.body for record in bench.gate.journal.of(Kind.RELEASED)
    ]


async def test_many_looks_in_a_short_time_release_nothing(bench: Bench) -> None:
    """The carrier may list late what it made."""
    await bench.doubt()
    await bench.look(80, times=11)
    assert [] == bench.released()


async def test_a_list_that_was_cut_off_releases_nothing(bench: Bench) -> None:
    """What is not on the pages that were read may be on the others."""
    bench.lists.complete = False
    await bench.doubt()
    await bench.look(1_000, times=LOOKS + 1)
    assert [] == bench.released()


@pytest.mark.parametrize("at", [None, AT - 10 * SECOND, AT + timedelta(hours=1)], ids=["no time", "before", "later"])
async def test_anything_unexplained_to_that_number_releases_nothing(bench: Bench, at: datetime | None) -> None:
    """As long as it is there, the attempt may have made it."""
    bench.lists.rows = [placed("CA7", "+12025550109", at=at)]
    await bench.doubt()
    await bench.look(1_000, times=LOOKS + 1)
    assert [] == bench.released()


async def test_what_was_there_long_before_explains_nothing(bench: Bench) -> None:
    """An old call of somebody else's keeps no attempt in doubt."""
    bench.lists.rows = [placed("CA7", SENDER, at=AT - timedelta(hours=1))]
    await bench.doubt()
    await bench.look(1_000, times=LOOKS)
    assert [decision_id(1)] == bench.released()


async def test_a_carrier_that_is_away_proves_nothing(bench: Bench) -> None:
    """A look that failed is no look."""
    await bench.doubt()
    bench.lists.error = CarrierUnreachableError("refused")
    for _ in range(LOOKS):
        with pytest.raises(CarrierUnreachableError):
            await bench.look(1_000)
    bench.lists.error = None
    await bench.look()
    assert [] == bench.released()


async def test_looks_become_rare(bench: Bench) -> None:
    """A doubt that stays costs the carrier a handful of lists an hour."""
    await bench.doubt()
    bench.lists.complete = False
    await bench.look(10, times=360)
    in_an_hour = len(bench.lists.asked)
    assert 17 == in_an_hour


async def test_few_numbers_are_looked_for_at_a_time(bench: Bench) -> None:
    """After an outage the carrier is not flooded; those who wait longest come first, and everybody's turn comes."""
    numbers = [E164(f"+1202555{number:04}") for number in range(200, 200 + MOST_A_TICK + 2)]
    for at, number in enumerate(numbers, start=1):
        await bench.doubt(at, to=number)
    await bench.look(6)
    first = [number for _, number in bench.lists.asked]
    await bench.look()
    assert (MOST_A_TICK, set(numbers)) == (len(first), {number for _, number in bench.lists.asked})


async def test_a_number_that_cannot_be_read_keeps_nobody_else_waiting(bench: Bench) -> None:
    """Whatever the carrier has against its list, the next look is another number's."""
    numbers = [E164(f"+1202555{number:04}") for number in (201, 202)]
    for at, number in enumerate(numbers, start=1):
        await bench.doubt(at, to=number)
    bench.lists.error = CarrierUnreachableError("refused")
    for after_s in (6, 0):
        with pytest.raises(CarrierUnreachableError):
            await bench.look(after_s)
    assert numbers == [number for _, number in bench.lists.asked]


async def test_decisions_for_others_are_not_looked_for(bench: Bench) -> None:
    """What a dialplan placed is on no list of the carrier's: it may not be released for that."""
    await bench.gate.admission.decide(attempt(), FACTS)
    await bench.gate.journal.shipped()
    unknown = Record(Kind.OUTCOME_UNKNOWN, decision_id(1), "acme", AT, {"why": "its gate died"})
    await bench.gate.sink.ship([unknown])
    await bench.look(1_000, times=LOOKS)
    assert ([], []) == (bench.lists.asked, bench.released())


async def test_those_of_a_dead_gate_are_looked_for(bench: Bench) -> None:
    """Whoever adopts its journal writes down the doubt; the answer is found like any other."""
    await bench.gate.admission.admit(attempt(), FACTS, CLAIM)
    await bench.gate.journal.shipped()
    bench.gate.pass_s(600)
    await bench.gate.sink.ship(
        [Record(Kind.OUTCOME_UNKNOWN, decision_id(1), "acme", bench.gate.clock.now(), {"why": "its gate died"})]
    )
    bench.lists.rows = [placed("CA7", SENDER, at=AT + SECOND)]
    await bench.look(6)
    assert {decision_id(1): "CA7"} == bench.names()


@pytest.mark.parametrize(
    ("decided_s", "made_s", "expected"),
    [
        ((0,), (0,), {"0": "CA0"}),
        ((0,), (-31,), {}),
        ((0,), (121,), {}),
        ((0, 600), (0, 600), {"0": "CA0", "1": "CA1"}),
        ((0, 100), (0, 100), {}),
        ((0, 100), (0, 215), {"1": "CA1", "0": "CA0"}),
        ((0, 300), (300,), {"1": "CA0"}),
    ],
)
def test_names_are_given_where_only_one_can_be_meant(
    decided_s: Sequence[int], made_s: Sequence[int], expected: dict[str, str]
) -> None:
    """Each side must have exactly one that fits on the other."""
    contenders = [Nameless(str(n), AT + at * SECOND, SENDER) for n, at in enumerate(decided_s)]
    made = [Placed(f"CA{n}", frozenset({SENDER}), "ringing", AT + at * SECOND) for n, at in enumerate(made_s)]
    assert expected == {id_: one.sid for id_, one in matched(contenders, made).items()}


async def test_a_cancel_that_fails_comes_again(bench: Bench) -> None:
    """The next look finds the call alive and tells the carrier once more."""
    await bench.doubt(1)
    await bench.doubt(2, content="other")
    await bench.gate.opting_out.record(opt_out())
    bench.lists.rows = [placed("CA7", SENDER)]
    bench.gate.carrier.cancel_error = CarrierUnreachableError("refused")
    with pytest.raises(CarrierUnreachableError):
        await bench.look(6)
    bench.gate.carrier.cancel_error = None
    await bench.look(11)
    assert [("voice", "CA7")] * 2 == bench.gate.carrier.cancelled
