"""The life of a gate: on the list before it serves, confirming what it can stand for, taken over when it is dead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from dialgate.app.errors import JournalUnavailableError, LedgerUnavailableError
from dialgate.app.ports import DecisionSink, GateRow
from dialgate.app.records import Kind, Record, opt_out_record
from dialgate.domain.ids import GateId
from dialgate.domain.reservation import Admitted, NotSendable
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, GATE, REQUEST, TENANT, OneGate, attempt, opt_out

DEAD = GateId("gate-dead")


def confirmed(gate: OneGate) -> dict[str, int]:
    return {row.id: row.confirmed for row in gate.sql.gates.values()}


def new_generation(gate: OneGate) -> None:
    gate.sql.generation += 1


async def test_a_gate_is_on_the_list_before_it_admits() -> None:
    """The row in SQL comes first, with the newest generation, and that one is the gate's own from then on."""
    gate = OneGate()
    gate.state.close()
    gate.sql.generation = 7
    await gate.life.enlist()
    assert ([GateRow(GATE, "dir", 7)], 7) == (list(gate.sql.gates.values()), gate.state.generation)


async def test_a_gate_that_sql_does_not_know_admits_nothing() -> None:
    """Without SQL no gate becomes ready."""
    gate = OneGate()
    gate.state.close()
    gate.sql_trouble.fails = {"enlist"}
    with pytest.raises(LedgerUnavailableError):
        await gate.life.enlist()
    assert 0 == gate.state.generation


async def test_a_generation_that_comes_while_it_enlists_is_confirmed() -> None:
    """A gate never waits unconfirmed for a generation that was registered in between."""
    gate = OneGate()
    gate.state.close()
    gate.sql_trouble.after["enlist"] = partial(new_generation, gate)
    await gate.life.enlist()
    assert ({GATE: 2}, 2) == (confirmed(gate), gate.state.generation)


async def test_a_poll_learns_the_head(gate: OneGate) -> None:
    """What others have put into the ledger is known here by the next poll, from SQL alone."""
    await gate.ledger.record_opt_out(opt_out())
    await gate.life.poll()
    assert (1, [], 1) == (gate.state.head, gate.store_trouble.asked, gate.state.generation)


async def test_a_new_generation_is_confirmed(gate: OneGate) -> None:
    """With the journal in SQL the gate says so, and admits under the new generation from then on."""
    await gate.life.enlist()
    await gate.admission.admit(attempt(), FACTS)
    new_generation(gate)
    await gate.life.poll()
    assert ({GATE: 2}, 2, 0) == (confirmed(gate), gate.state.generation, gate.journal.unshipped)


async def test_it_ships_before_it_confirms(gate: OneGate) -> None:
    """Whoever opens the generation finds in SQL what this gate had promised."""
    await gate.life.enlist()
    await gate.journal.append(opt_out_record(opt_out()))
    new_generation(gate)
    heads: list[int] = []
    gate.sql_trouble.before["confirm"] = lambda: heads.append(gate.sql.head)
    await gate.life.poll()
    assert [1] == heads


async def test_it_confirms_nothing_while_the_journal_is_not_in_sql(gate: OneGate) -> None:
    """A journal that cannot be shipped blocks the generation, and the gate admits nothing meanwhile."""
    await gate.life.enlist()
    await gate.admission.admit(attempt(), FACTS)
    new_generation(gate)
    gate.sql_trouble.fails = {"ship"}
    with pytest.raises(LedgerUnavailableError):
        await gate.life.poll()
    assert ({GATE: 1}, 0) == (confirmed(gate), gate.state.generation)


async def test_it_confirms_nothing_while_an_opt_out_has_no_sequence(gate: OneGate) -> None:
    """An opt-out between journal and index holds the confirmation up; the gate is closed and looks again."""
    await gate.life.enlist()
    new_generation(gate)
    gate.opting_out.unnumbered = 1
    await gate.life.poll()
    assert ({GATE: 1}, 0) == (confirmed(gate), gate.state.generation)
    gate.opting_out.unnumbered = 0
    await gate.life.poll()
    assert ({GATE: 2}, 2) == (confirmed(gate), gate.state.generation)


async def test_a_confirmation_that_was_lost_is_repeated(gate: OneGate) -> None:
    """Whether or not SQL took it, the gate stays closed until SQL says so."""
    await gate.life.enlist()
    new_generation(gate)
    gate.sql_trouble.loses = {"confirm"}
    with pytest.raises(LedgerUnavailableError):
        await gate.life.poll()
    assert 0 == gate.state.generation
    gate.sql_trouble.loses = set()
    await gate.life.poll()
    assert 2 == gate.state.generation


async def test_leave_that_was_not_used_is_taken_back_before_it_confirms(gate: OneGate) -> None:
    """Nothing admitted under the old generation is sent under the new one."""
    await gate.life.enlist()
    admitted = await gate.admission.admit(attempt(), FACTS)
    assert isinstance(admitted, Admitted)
    new_generation(gate)
    await gate.life.poll()
    with pytest.raises(NotSendable):
        admitted.begin(gate.clock.boottime_s())


async def test_without_sql_a_gate_goes_on_with_what_it_has_confirmed(gate: OneGate) -> None:
    """SQL down closes nothing by itself."""
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await gate.life.poll()
    assert 1 == gate.state.generation


async def test_a_clean_end_ships_and_leaves(gate: OneGate) -> None:
    """Nothing waits for a gate that has ended: its journal is in SQL and its row is gone."""
    await gate.life.enlist()
    await gate.admission.admit(attempt(), FACTS)
    await gate.life.retire()
    assert ({}, 0, 0) == (confirmed(gate), gate.journal.unshipped, gate.state.generation)


async def test_an_end_that_cannot_ship_leaves_the_row(gate: OneGate) -> None:
    """A gate whose journal is not in SQL is not struck: a sibling does for it what is left to do."""
    await gate.life.enlist()
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await gate.life.retire()
    assert ({GATE: 1}, 0) == (confirmed(gate), gate.state.generation)


class DeadJournal:
    """What a gate that died has left on its disk."""

    def __init__(self, records: Sequence[Record], unfinished: Sequence[tuple[str, str]] = ()) -> None:
        self._records = records
        self._unfinished = unfinished
        self.removed = 0

    @property
    def gate(self) -> GateId:
        return DEAD

    async def ship_all(self, sink: DecisionSink) -> None:
        await sink.ship(self._records)

    async def unfinished(self) -> Sequence[tuple[str, str]]:
        return self._unfinished

    async def records(self) -> Sequence[Record]:
        return self._records

    async def remove(self) -> None:
        self.removed += 1


async def left_behind(gate: OneGate) -> list[Record]:
    """The journal of a gate that died after the carrier had named a call and before the store heard the name."""
    gate.store_trouble.fails = {"sent"}
    await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    gate.store_trouble.fails = set()
    await gate.register.enlist(DEAD, "dir", 1, AT)
    return list(gate.journal.records)


async def test_a_dead_gates_journal_reaches_sql(gate: OneGate) -> None:
    """What it had promised is in SQL before its row goes, and its journal is removed last."""
    dead = DeadJournal([opt_out_record(opt_out())])
    await gate.register.enlist(DEAD, "dir", 1, AT)
    await gate.adoption.adopt(dead)
    assert (1, [DEAD], 1) == (gate.sql.head, gate.sql.struck, dead.removed)


async def test_what_a_dead_gate_left_open_is_unknown(gate: OneGate) -> None:
    """An attempt without an outcome may be a live call: that nobody knows goes on record."""
    await gate.adoption.adopt(DeadJournal([], [(attempt().id, TENANT)]))
    assert [(Kind.OUTCOME_UNKNOWN, attempt().id)] == list(gate.sql.records)


async def test_the_store_hears_the_names_that_a_dead_gate_knew(gate: OneGate) -> None:
    """A later opt-out finds the call by its name."""
    await gate.adoption.adopt(DeadJournal(await left_behind(gate)))
    assert ["CA1"] == [one.carrier_sid for one in gate.server.content.held.values()]


async def test_a_named_call_that_was_opted_out_meanwhile_is_cancelled(gate: OneGate) -> None:
    """What the dead gate could not cancel any more is cancelled by whoever takes over."""
    records = await left_behind(gate)
    await gate.opting_out.record(opt_out())
    await gate.adoption.adopt(DeadJournal(records))
    assert [("voice", "CA1")] == gate.carrier.cancelled


@pytest.mark.parametrize("step", ["ship", "log", "strike"])
async def test_an_adoption_that_fails_leaves_everything(gate: OneGate, step: str) -> None:
    """While SQL does not answer, the journal stays for the next try."""
    dead = DeadJournal(await left_behind(gate))
    gate.sql_trouble.fails = {step}
    with pytest.raises(LedgerUnavailableError):
        await gate.adoption.adopt(dead)
    assert ([], 0) == (gate.sql.struck, dead.removed)


async def test_an_adoption_may_be_repeated(gate: OneGate) -> None:
    """A second run, after a crash in the middle of the first, adds nothing."""
    dead = DeadJournal(await left_behind(gate), [(attempt(2).id, TENANT)])
    await gate.adoption.adopt(dead)
    before = dict(gate.sql.records)
    await gate.adoption.adopt(dead)
    assert (before, [DEAD]) == (gate.sql.records, gate.sql.struck)


async def test_a_store_that_is_gone_does_not_hold_up_an_adoption(gate: OneGate) -> None:
    """A generation that waits for the dead gate can open although the store, which it would open, does not answer."""
    dead = DeadJournal(await left_behind(gate))
    gate.store_trouble.down = True
    await gate.adoption.adopt(dead)
    assert [DEAD] == gate.sql.struck
