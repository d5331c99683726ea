"""START lifts the person's own earlier opt-outs by message, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.app.errors import CarrierUnreachableError, LedgerUnavailableError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, TENANT, OneGate, opt_out

SAID_STOP, SAID_START = AT, AT + timedelta(seconds=60)


async def stopped(gate: OneGate, said: OptOut | None = None) -> None:
    """STOP by the message SM-stop, START by SM-start a minute later."""
    gate.carrier.dates |= {"SM-stop": SAID_STOP, "SM-start": SAID_START}
    await gate.ledger.record_opt_out(said or opt_out(evidence="SM-stop"))


async def started(gate: OneGate, tenant: str = TENANT) -> tuple[str, ...]:
    return await gate.lifting.start(OptOutId("start-1"), tenant, NUMBER, "SM-start")


async def test_a_later_start_lifts(gate: OneGate) -> None:
    """The lift is in the ledger, names the opt-out, and says which message it came by."""
    await stopped(gate)
    assert ("stop-1",) == await started(gate)
    expected = Lift(
        id=OptOutId("start-1"),
        number=NUMBER,
        tenant=TENANT,
        names=(OptOutId("stop-1"),),
        source=Source.SMS,
        actor="carrier",
        recorded_at=AT,
        evidence="SM-start",
    )
    assert expected == gate.sql.rows["start-1"].what


@pytest.mark.parametrize("seconds", [0, -1, -3600])
async def test_a_start_that_is_not_later_lifts_nothing(gate: OneGate, seconds: int) -> None:
    """On a tie, or when the STOP is newer by the carrier's time, STOP wins, whatever came in first."""
    await stopped(gate)
    gate.carrier.dates["SM-start"] = SAID_STOP + timedelta(seconds=seconds)
    assert ((), 1) == (await started(gate), gate.sql.head)


@pytest.mark.parametrize("unknown", ["SM-start", "SM-stop"])
async def test_a_message_that_the_carrier_does_not_know_lifts_nothing(gate: OneGate, unknown: str) -> None:
    """Without the carrier's time of both, nobody can say which came later."""
    await stopped(gate)
    del gate.carrier.dates[unknown]
    assert ((), 1) == (await started(gate), gate.sql.head)


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.SMS])
async def test_what_came_another_way_is_not_lifted(gate: OneGate, source: Source) -> None:
    """A complaint, an agent's note or the carrier's list is not the sender's to take back by a word."""
    said = OptOut(OptOutId("stop-1"), NUMBER, Scope(TENANT), source, "SK1", SAID_STOP, SAID_STOP, evidence="SM-stop")
    await stopped(gate, said)
    assert () == await started(gate)


async def test_an_opt_out_without_its_message_is_not_lifted(gate: OneGate) -> None:
    """What was entered as said by message, without the message, has no time of the carrier."""
    await stopped(gate, opt_out())
    assert () == await started(gate)


async def test_only_the_older_ones_are_lifted(gate: OneGate) -> None:
    """A STOP said after the START stays, so the number stays suppressed."""
    await stopped(gate)
    gate.carrier.dates["SM-again"] = SAID_START + timedelta(seconds=1)
    await gate.ledger.record_opt_out(opt_out("stop-2", evidence="SM-again"))
    assert ("stop-1",) == await started(gate)
    assert ["stop-2"] == list(gate.sql.opted_out(gate.sql.head))


async def test_another_tenants_opt_out_stays(gate: OneGate) -> None:
    """START to one tenant says nothing to another."""
    await stopped(gate)
    assert () == await started(gate, "other")


async def test_a_replayed_start_lifts_nothing_more(gate: OneGate) -> None:
    """The same message a second time finds nothing left that it could lift."""
    await stopped(gate)
    await started(gate)
    assert ((), 2) == (await started(gate), gate.sql.head)


async def test_without_sql_nothing_is_lifted(gate: OneGate) -> None:
    """A START never waits in a journal, because a STOP said after it must win."""
    await stopped(gate)
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await started(gate)
    assert ([], 1) == (gate.journal.records, gate.sql.head)


async def test_without_the_carriers_time_nothing_is_lifted(gate: OneGate) -> None:
    """A carrier that cannot be asked leaves all as it is; the message may come again."""
    await stopped(gate)
    gate.carrier.date_error = CarrierUnreachableError("gone")
    with pytest.raises(CarrierUnreachableError):
        await started(gate)
    assert 1 == gate.sql.head
