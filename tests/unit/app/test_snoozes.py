"""Snoozes that are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.snoozes import LATE, Snoozes
from dialgate.domain.decision import Decision
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.reservation import Claim
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import FACTS, NUMBER, TENANT, OneGate, attempt, opt_out

MONTH = timedelta(days=30)


def snooze(id_: str = "snooze-1", ends_at: datetime = AT + MONTH) -> OptOut:
    return replace(opt_out(id_), source=Source.FORM, actor="preferences", ends_at=ends_at)


@pytest.fixture
def snoozes(gate: OneGate) -> Snoozes:
    return Snoozes(gate.ledger, gate.store, gate.state, gate.clock)


async def lifts(gate: OneGate, snoozes: Snoozes) -> Sequence[tuple[str, ...]]:
    """After one pass: what each lift names."""
    await snoozes.sweep()
    return [row.what.names for row in gate.sql.in_order() if isinstance(row.what, Lift)]


async def is_refused(gate: OneGate, number: int) -> bool:
    """The next attempt, once the indexer has done what there is to do."""
    for _ in range(3):
        await gate.indexer.tick()
    judged = await gate.admission.admit(attempt(number), FACTS, Claim(f"request-{number}", "same", 60))
    return isinstance(judged, Decision) and not judged.allowed


async def test_a_snooze_holds_to_its_end_and_no_longer(gate: OneGate, snoozes: Snoozes) -> None:
    """An instant before its end it is an opt-out like any other; at its end the number may be reached again."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds() - 0.001)
    assert ([], True) == (await lifts(gate, snoozes), await is_refused(gate, 1))
    gate.pass_s(0.001)
    assert ([("snooze-1",)], False) == (await lifts(gate, snoozes), await is_refused(gate, 2))


async def test_the_lift_says_what_it_is(gate: OneGate, snoozes: Snoozes) -> None:
    """Who lifted, why, and which one."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    await snoozes.sweep()
    lift = gate.sql.rows["snooze-snooze-1"].what
    assert isinstance(lift, Lift)
    assert (NUMBER, TENANT, Source.FORM, "snooze", "The snooze is over.", AT + MONTH) == (
        lift.number,
        lift.tenant,
        lift.source,
        lift.actor,
        lift.note,
        lift.recorded_at,
    )


@pytest.mark.parametrize(
    "other",
    [
        opt_out("said by text"),
        snooze("a longer one", AT + 2 * MONTH),
        replace(opt_out("of this channel"), scope=Scope(TENANT, "voice")),
    ],
    ids=lambda one: one.id,
)
async def test_whatever_else_the_person_said_holds_on(gate: OneGate, snoozes: Snoozes, other: OptOut) -> None:
    """The end of a snooze is no consent."""
    await gate.opting_out.record(other)
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    assert ([("snooze-1",)], True) == (await lifts(gate, snoozes), await is_refused(gate, 1))


async def test_a_snooze_is_lifted_once(gate: OneGate, snoozes: Snoozes) -> None:
    """However many passes there are, and however many gates begin anew; one that was taken back by hand is left."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    again = Snoozes(gate.ledger, gate.store, gate.state, gate.clock)
    assert [("snooze-1",)] == (await lifts(gate, snoozes), await lifts(gate, snoozes), await lifts(gate, again))[-1]


async def test_two_gates_that_lift_at_once_leave_one_row(gate: OneGate, snoozes: Snoozes) -> None:
    """Whoever comes second finds the row of the first."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    id_ = OptOutId("snooze-snooze-1")
    first = Lift(id_, NUMBER, TENANT, (OptOutId("snooze-1"),), Source.FORM, "snooze", AT + MONTH)

    def overtaken() -> None:
        gate.sql.insert(id_, first)

    gate.sql_trouble.before["record_lift"] = overtaken
    await snoozes.sweep()
    assert (["snooze-1", id_], first) == (list(gate.sql.rows), gate.sql.rows[id_].what)


async def test_one_that_comes_late_is_still_lifted(gate: OneGate, snoozes: Snoozes) -> None:
    """The journal of a dead gate may bring a snooze whose end has passed; after a day only a gate that begins anew
    finds it, and until then the number is refused.
    """
    gate.pass_s(2 * MONTH.total_seconds())
    now = gate.clock.now()
    await snoozes.sweep()
    await gate.ledger.record_opt_out(snooze("late", now - LATE + timedelta(seconds=1)))
    await gate.ledger.record_opt_out(snooze("too late", now - LATE - timedelta(seconds=1)))
    assert [("late",)] == await lifts(gate, snoozes)
    anew = Snoozes(gate.ledger, gate.store, gate.state, gate.clock)
    assert [("late",), ("too late",)] == await lifts(gate, anew)


@pytest.mark.parametrize("ahead_s", [3, 86_400 * 31])
async def test_a_gate_whose_clock_runs_ahead_lifts_nothing(gate: OneGate, snoozes: Snoozes, ahead_s: float) -> None:
    """It must agree with the store's clock, as for an attempt."""
    await gate.opting_out.record(snooze(ends_at=AT + timedelta(seconds=1)))
    gate.clock.pass_s(ahead_s)
    assert [] == await lifts(gate, snoozes)


async def test_while_the_store_is_closed_nothing_is_lifted(gate: OneGate, snoozes: Snoozes) -> None:
    """After a loss the index is made first."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    gate.fail_over()
    assert [] == await lifts(gate, snoozes)


async def test_what_sql_could_not_take_is_lifted_in_the_next_pass(gate: OneGate, snoozes: Snoozes) -> None:
    """Late is safe."""
    await gate.opting_out.record(snooze())
    gate.pass_s(MONTH.total_seconds())
    gate.sql_trouble.fails.add("record_lift")
    with pytest.raises(LedgerUnavailableError):
        await snoozes.sweep()
    gate.sql_trouble.fails.clear()
    assert [("snooze-1",)] == await lifts(gate, snoozes)
