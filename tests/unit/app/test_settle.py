"""What the carrier reports later ends an attempt, or gives a lost one its name."""

from __future__ import annotations

import pytest

from dialgate.app.errors import JournalUnavailableError, LedgerUnavailableError, OutcomeUnknownError
from dialgate.app.records import Kind
from dialgate.app.settle import FINAL, StatusReport
from tests.fakes.one_gate import CLAIM, FACTS, REQUEST, OneGate, attempt, opt_out


async def placed(gate: OneGate, *, answered: bool = True) -> None:
    gate.carrier.send_error = None if answered else OutcomeUnknownError("No answer.")
    await gate.forwarding.place(attempt(content="hello"), FACTS, CLAIM, REQUEST)
    await gate.journal.shipped()


async def reported(gate: OneGate, status: str) -> bool:
    known = await gate.settling.report(StatusReport(attempt().id, "CA1", status))
    await gate.journal.shipped()
    return known


def count(gate: OneGate, kind: Kind) -> int:
    return len(gate.journal.of(kind))


@pytest.mark.parametrize("status", sorted(FINAL))
async def test_a_final_status_ends_the_attempt(gate: OneGate, status: str) -> None:
    """Once the carrier can do no more, the end is on record and the reservation gone; its counts stay."""
    await placed(gate)
    assert await reported(gate, status)
    assert ({}, [{"status": status, "error_code": ""}]) == (
        gate.held,
        [record.body for record in gate.journal.of(Kind.SETTLED)],
    )
    assert [1] == [len(times) for times in gate.server.content.counts.values()]


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "sending", "sent", "scheduled"])
async def test_any_other_status_leaves_it_in_flight(gate: OneGate, status: str) -> None:
    """While the carrier may still act, an opt-out must find the attempt."""
    await placed(gate)
    assert await reported(gate, status)
    assert (["0" * 31 + "1"], 0) == (list(gate.held), count(gate, Kind.SETTLED))


async def test_a_lost_name_is_learnt(gate: OneGate) -> None:
    """A call whose answer was lost is named by its first status, on record and in the store."""
    await placed(gate, answered=False)
    await reported(gate, "ringing")
    assert (["CA1"], 1) == ([one.carrier_sid for one in gate.server.content.held.values()], count(gate, Kind.NAMED))


async def test_a_lost_name_that_was_opted_out_is_cancelled(gate: OneGate) -> None:
    """An opt-out that could not name the call cancels it as soon as it has a name."""
    await placed(gate, answered=False)
    await gate.opting_out.record(opt_out())
    await reported(gate, "ringing")
    assert [("voice", "CA1")] == gate.carrier.cancelled


async def test_a_name_on_record_is_not_recorded_again(gate: OneGate) -> None:
    """Further statuses tell the store once more and leave the record as it is."""
    await placed(gate)
    await reported(gate, "ringing")
    assert (1, 0) == (count(gate, Kind.SENT), count(gate, Kind.NAMED))


async def test_a_status_after_the_end_changes_nothing(gate: OneGate) -> None:
    """Callbacks arrive in any order: a late one does not put a finished call in flight again."""
    await placed(gate)
    await reported(gate, "completed")
    assert await reported(gate, "ringing")
    assert {} == gate.held


async def test_an_unknown_decision_is_told(gate: OneGate) -> None:
    """A status for an attempt that nobody made here settles nothing."""
    assert not await reported(gate, "completed")
    assert [] == gate.journal.records


async def test_a_refused_decision_is_told(gate: OneGate) -> None:
    """What was never sent has no outcome."""
    await gate.opting_out.record(opt_out())
    await gate.admission.admit(attempt(), FACTS)
    await gate.journal.shipped()
    assert not await reported(gate, "completed")


async def test_without_sql_the_carrier_shall_come_again(gate: OneGate) -> None:
    """A status that cannot be matched to its attempt is not acknowledged."""
    await placed(gate)
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await reported(gate, "completed")


async def test_without_a_journal_the_carrier_shall_come_again(gate: OneGate) -> None:
    """An end that is not on record ends nothing."""
    await placed(gate)
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await reported(gate, "completed")
    assert [attempt().id] == list(gate.held)


async def test_a_store_that_does_not_answer_hears_of_the_end_later(gate: OneGate) -> None:
    """The end is on record; the store is told until it listens."""
    await placed(gate)
    gate.store_trouble.fails = {"settle"}
    await reported(gate, "completed")
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert {} == gate.held


async def test_an_end_that_comes_again_is_on_record_once(gate: OneGate) -> None:
    """The carrier repeats what nobody acknowledged."""
    await placed(gate)
    assert [True, True] == [await reported(gate, "completed") for _ in range(2)]
    assert ({}, 1) == (gate.held, count(gate, Kind.SETTLED))


async def test_a_report_of_another_call_ends_nothing(gate: OneGate) -> None:
    """A leg on which somebody else was reached has a name of its own."""
    await placed(gate)
    assert await gate.settling.report(StatusReport(attempt().id, "CA2", "completed"))
    assert ([attempt().id], 0) == (list(gate.held), count(gate, Kind.SETTLED))
