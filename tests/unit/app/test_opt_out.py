"""Taking in an opt-out: durable, in force, recalled, acknowledged, in this order and never more than is true."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.opt_out import OptedOut
from dialgate.app.ports import Recalled
from dialgate.app.records import Kind, opt_out_of
from dialgate.domain.decision import Decision
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, Source
from dialgate.domain.reservation import Admitted
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import FACTS, NUMBER, TENANT, OneGate, attempt, opt_out

STOP = OptOutId("stop-1")


async def recorded(gate: OneGate) -> tuple[bool, tuple[Recalled, ...]]:
    opted_out = await gate.opting_out.record(opt_out())
    assert STOP == opted_out.id
    return opted_out.in_force, opted_out.recalled


async def is_refused(gate: OneGate, number: int = 1) -> bool:
    return isinstance(await gate.admission.admit(attempt(number), FACTS), Decision)


def close(gate: OneGate) -> None:
    """As an indexer does before it registers a new generation."""
    gate.store.scripts(gate.server, gate.store.layout).begin("nonce")


def next_generation(gate: OneGate) -> None:
    gate.sql.generation += 1


async def test_what_is_in_force_refuses_the_next_attempt(gate: OneGate) -> None:
    """After the acknowledgement nobody is called."""
    assert (True, ()) == await recorded(gate)
    assert await is_refused(gate)


async def test_the_steps_come_in_order(gate: OneGate) -> None:
    """Journal before ledger, ledger before index, index before the last look at SQL."""
    seen: list[tuple[str, int]] = []

    def note(step: str) -> None:
        seen.append((step, len(gate.journal.records)))

    for trouble, step in (
        (gate.sql_trouble, "record_opt_out"),
        (gate.store_trouble, "suppress"),
        (gate.sql_trouble, "view"),
    ):
        trouble.before[step] = partial(note, step)
    await recorded(gate)
    assert [("record_opt_out", 1), ("suppress", 1), ("view", 1)] == seen


async def test_the_journal_holds_the_whole_opt_out(gate: OneGate) -> None:
    """Whoever ships the journal can put the same opt-out into the ledger."""
    await recorded(gate)
    assert [opt_out()] == [opt_out_of(record) for record in gate.journal.of(Kind.OPT_OUT)]


async def test_without_a_journal_nothing_is_acknowledged(gate: OneGate) -> None:
    """Not durable is an error, whatever else works, and neither ledger nor index is asked."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await gate.opting_out.record(opt_out())
    assert ([], [], 0) == (gate.sql_trouble.asked, gate.store_trouble.asked, gate.opting_out.unnumbered)


async def test_a_repeat_is_the_same_opt_out(gate: OneGate) -> None:
    """Recorded twice, it stands in the ledger once, and both are in force."""
    assert [True, True] == [(await recorded(gate))[0] for _ in range(2)]
    assert 1 == gate.sql.head


async def test_a_store_that_does_not_answer_is_not_in_force(gate: OneGate) -> None:
    """Durable and not in the index: said so, and put there by the indexer."""
    gate.store_trouble.fails = {"suppress"}
    assert (False, ()) == await recorded(gate)
    gate.store_trouble.fails = set()
    await gate.indexer.tick()
    assert (0, True) == (len(gate.chores), await is_refused(gate))


async def test_what_waits_for_sql_is_told_to_the_store_until_it_is_there(gate: OneGate) -> None:
    """With SQL down nobody but this gate knows of it."""
    gate.store_trouble.fails, gate.sql_trouble.fails = {"suppress"}, {"record_opt_out"}
    assert (False, ()) == await recorded(gate)
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert (0, True) == (len(gate.chores), await is_refused(gate))


async def test_a_lift_is_not_undone_by_an_opt_out_told_late(gate: OneGate) -> None:
    """What the indexer has applied and lifted again is not added once more by whoever could not tell it in time."""
    gate.store_trouble.fails = {"suppress"}
    await recorded(gate)
    gate.store_trouble.fails = set()
    await gate.indexer.tick()
    lift = Lift(OptOutId("start-1"), NUMBER, TENANT, (STOP,), Source.SMS, "carrier", gate.clock.now())
    await gate.ledger.record_lift(lift)
    await gate.indexer.tick()
    await gate.chores.run_once()
    assert False is await is_refused(gate)


async def test_a_lost_answer_is_not_in_force(gate: OneGate) -> None:
    """What may be in the index is not said to be."""
    gate.store_trouble.loses = {"suppress"}
    assert (False, ()) == await recorded(gate)


async def test_a_closed_partition_is_not_in_force(gate: OneGate) -> None:
    """While the index is being loaded the number is added and nothing is confirmed."""
    close(gate)
    assert (False, ()) == await recorded(gate)


async def test_another_history_is_not_in_force(gate: OneGate) -> None:
    """A server that took over from the one that was opened confirms nothing."""
    gate.fail_over()
    assert (False, ()) == await recorded(gate)


async def test_a_newer_generation_in_sql_is_not_in_force(gate: OneGate) -> None:
    """The store that answered may be the one that all others have left."""
    gate.store_trouble.after["suppress"] = lambda: next_generation(gate)
    assert (False, ()) == await recorded(gate)


async def test_sql_that_goes_between_commit_and_last_look_is_not_in_force(gate: OneGate) -> None:
    """Without the last look at SQL nobody knows whether the store is still the right one."""
    gate.sql_trouble.fails = {"view"}
    assert (False, ()) == await recorded(gate)


async def test_without_sql_an_open_index_at_our_generation_is_in_force(gate: OneGate) -> None:
    """No newer generation opens without this gate's journal, so what it confirmed itself is enough."""
    gate.sql_trouble.down = True
    assert (True, ()) == await recorded(gate)
    assert await is_refused(gate)


async def test_without_sql_another_generation_is_not_in_force(gate: OneGate) -> None:
    """A gate that has given up its generation confirms nothing by itself."""
    gate.sql_trouble.down = True
    gate.state.close()
    assert (False, ()) == await recorded(gate)


async def test_without_sql_and_store_it_is_durable_all_the_same(gate: OneGate) -> None:
    """The journal alone carries it until both are back."""
    gate.sql_trouble.down = gate.store_trouble.down = True
    assert (False, ()) == await recorded(gate)
    gate.sql_trouble.down = gate.store_trouble.down = False
    await gate.journal.shipped()
    await gate.chores.run_once()
    assert (1, True) == (gate.sql.head, await is_refused(gate))


async def test_a_commit_whose_answer_is_lost_counts_once(gate: OneGate) -> None:
    """What SQL may have taken is shipped again under the same id."""
    gate.sql_trouble.loses = {"record_opt_out"}
    await recorded(gate)
    gate.sql_trouble.loses = set()
    await gate.journal.shipped()
    assert 1 == gate.sql.head


@pytest.mark.parametrize(("down", "expected"), [(True, 1), (False, 0)])
async def test_it_counts_as_unnumbered_until_it_has_its_sequence(gate: OneGate, down: bool, expected: int) -> None:  # noqa: FBT001
    """While an opt-out without a sequence is on its way to the index, no generation is confirmed."""
    gate.sql_trouble.down = down
    counted: list[int] = []
    gate.store_trouble.before["suppress"] = lambda: counted.append(gate.opting_out.unnumbered)
    await recorded(gate)
    assert ([expected], 0) == (counted, gate.opting_out.unnumbered)


async def test_what_it_covers_is_recalled(gate: OneGate) -> None:
    """A call in flight is cancelled at the carrier before the opt-out is acknowledged."""
    await in_flight(gate)
    expected = Recalled(attempt().id, gate.store.number_key(NUMBER), TENANT, "voice", "CA1")
    assert (True, (expected,)) == await recorded(gate)
    assert ([("voice", "CA1")], {}) == (gate.carrier.cancelled, gate.held)


async def test_a_call_without_a_name_is_recalled_by_its_name_later(gate: OneGate) -> None:
    """The opt-out names it although the carrier has not; the moment it does, the call is cancelled."""
    admitted = await gate.admission.admit(attempt(), FACTS)
    assert isinstance(admitted, Admitted)
    in_force, recalled = await recorded(gate)
    assert (True, [""]) == (in_force, [one.carrier_sid for one in recalled])
    assert await gate.naming.tell(admitted.reservation, "CA1")
    assert [("voice", "CA1")] == gate.carrier.cancelled


async def test_what_is_suppressed_later_is_recalled_then(gate: OneGate) -> None:
    """An opt-out that the store hears late cancels late rather than never."""
    await in_flight(gate)
    gate.store_trouble.fails = {"suppress"}
    await recorded(gate)
    gate.store_trouble.fails = set()
    await gate.indexer.tick()
    await gate.recall.sweep()
    assert [("voice", "CA1")] == gate.carrier.cancelled


async def test_another_tenants_call_goes_on(gate: OneGate) -> None:
    """An opt-out cancels what its scope covers and nothing else."""
    other = replace(attempt(), tenant="other")
    admitted = await gate.admission.admit(other, FACTS)
    assert isinstance(admitted, Admitted)
    await gate.naming.tell(admitted.reservation, "CA1")
    assert OptedOut(STOP, in_force=True, recalled=()) == await gate.opting_out.record(opt_out())
    assert [] == gate.carrier.cancelled


async def test_a_head_learnt_on_the_way_is_kept(gate: OneGate) -> None:
    """The gate asks the store from then on for an index that holds this opt-out."""
    await recorded(gate)
    assert 1 == gate.state.head


async def in_flight(gate: OneGate) -> None:
    admitted = await gate.admission.admit(attempt(), FACTS)
    assert isinstance(admitted, Admitted)
    await gate.naming.tell(admitted.reservation, "CA1")


async def test_a_revoked_key_is_refused_before_it_is_acknowledged(gate: OneGate) -> None:
    """The store refuses the key as soon as it is told, and goes on for other keys."""
    assert not await is_refused(gate, 1)
    assert await gate.opting_out.revoke_key(attempt(1).key, "SKadmin", AT)
    other = await gate.admission.admit(replace(attempt(3), key="SKother"), FACTS)
    assert (True, False) == (await is_refused(gate, 2), isinstance(other, Decision))


async def test_a_revocation_that_the_store_did_not_hear_of_is_durable_and_not_in_force(gate: OneGate) -> None:
    """With the index closed it is not said that every gate refuses, and the ledger has it."""
    close(gate)
    assert not await gate.opting_out.revoke_key("SK1", "SKadmin", AT)
    assert 1 == gate.sql.head
