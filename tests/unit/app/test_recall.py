"""What an opt-out has overtaken is cancelled at the carrier, as often as it takes."""

from __future__ import annotations

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import Recalled
from dialgate.app.records import Kind, Record
from tests.fakes.one_gate import FACTS, NUMBER, TENANT, OneGate, attempt, opt_out


async def flagged(gate: OneGate, sid: str = "CA1") -> Recalled:
    """A reservation that an opt-out covers, named by the carrier unless `sid` is empty."""
    admitted = await gate.admission.admit(attempt(), FACTS)
    del admitted
    recalled = Recalled(attempt().id, gate.store.number_key(NUMBER), TENANT, "voice", sid)
    if sid:
        held = gate.server.content.held[attempt().id]
        await gate.store.sent(held.reservation, sid, gate.state.view, None)
    gate.carrier.cancel_error = CarrierUnreachableError("not yet")
    await gate.opting_out.record(opt_out())
    gate.carrier.cancel_error = None
    gate.carrier.cancelled.clear()
    return recalled


async def test_a_cancelled_call_is_on_record_and_settled(gate: OneGate) -> None:
    """Once the carrier has cancelled, the recall is on record and the reservation ends."""
    assert await gate.recall.cancel(await flagged(gate))
    (record,) = gate.journal.of(Kind.RECALLED)
    assert ({"carrier_sid": "CA1", "status": 200}, {}) == (record.body, gate.held)


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_nothing_left_to_cancel_is_done(gate: OneGate, status: int) -> None:
    """A carrier that says that the call is over or unknown has nothing to cancel any more."""
    recalled = await flagged(gate)
    gate.carrier.cancel_status = status
    assert (True, {}) == (await gate.recall.cancel(recalled), gate.held)


@pytest.mark.parametrize("status", [401, 403, 408, 425, 429, 500, 503])
async def test_a_carrier_that_did_not_listen_is_asked_again(gate: OneGate, status: int) -> None:
    """Overload, an error, or credentials that are not accepted leave the call alive: it stays flagged."""
    recalled = await flagged(gate)
    gate.carrier.cancel_status = status
    assert (False, {attempt().id: True}) == (await gate.recall.cancel(recalled), gate.held)


async def test_a_carrier_that_cannot_be_reached_is_asked_again(gate: OneGate) -> None:
    """Nothing is settled that was not cancelled."""
    recalled = await flagged(gate)
    gate.carrier.cancel_error = CarrierUnreachableError("gone")
    assert (False, {attempt().id: True}) == (await gate.recall.cancel(recalled), gate.held)


async def test_without_a_name_there_is_nothing_to_cancel_yet(gate: OneGate) -> None:
    """What the carrier has not named is left to the moment when it does."""
    recalled = await flagged(gate, sid="")
    assert (False, [], {attempt().id: True}) == (await gate.recall.cancel(recalled), gate.carrier.cancelled, gate.held)


async def test_a_recall_that_cannot_be_put_on_record_is_repeated(gate: OneGate) -> None:
    """The reservation ends only when its recall is on record."""
    recalled = await flagged(gate)
    gate.journal.broken = True
    assert (False, {attempt().id: True}) == (await gate.recall.cancel(recalled), gate.held)


async def test_a_store_that_cannot_settle_is_told_later(gate: OneGate) -> None:
    """The call is cancelled; that its reservation is over is told until the store hears it."""
    recalled = await flagged(gate)
    gate.store_trouble.fails = {"settle"}
    assert (True, {attempt().id: True}) == (await gate.recall.cancel(recalled), gate.held)
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert {} == gate.held


async def test_the_sweep_cancels_whatever_is_flagged(gate: OneGate) -> None:
    """A recall that its own gate could not finish is finished by whoever sweeps."""
    await flagged(gate)
    await gate.recall.sweep()
    assert ([("voice", "CA1")], {}) == (gate.carrier.cancelled, gate.held)


async def test_the_sweep_finds_the_name_that_the_store_did_not_hear(gate: OneGate) -> None:
    """A gate that knew the carrier's name and ended before it told the store leaves no call behind."""
    await gate.admission.admit(attempt(), FACTS)
    await gate.journal.append(Record(Kind.SENT, attempt().id, TENANT, gate.clock.now(), {"carrier_sid": "CA1"}))
    await gate.journal.shipped()
    assert ("",) == tuple(one.carrier_sid for one in (await gate.opting_out.record(opt_out())).recalled)
    await gate.recall.sweep()
    assert ([("voice", "CA1")], {}) == (gate.carrier.cancelled, gate.held)
