"""A call that still waits at the carrier when the called person's hours end is cancelled; a live one never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.closing import AT_ONCE
from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.forward import Forwarded
from dialgate.app.records import Kind
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, CREATED, FACTS, REQUEST, OneGate, attempt, opt_out

CLOSES_IN_S = 60


async def queued(gate: OneGate, number: int = 1) -> None:
    gate.carrier.answer = replace(CREATED, sid=f"CA{number}")
    call = replace(attempt(number), dial_until=AT + timedelta(seconds=CLOSES_IN_S))
    claim = replace(CLAIM, key=f"request-{number}")
    assert isinstance(await gate.forwarding.place(call, FACTS, claim, REQUEST), Forwarded)


async def closes(gate: OneGate) -> None:
    await queued(gate)
    gate.pass_s(CLOSES_IN_S)
    await gate.closing.sweep()


async def test_it_is_cancelled_when_its_window_closes(gate: OneGate) -> None:
    """Not before; then on record, and its reservation has ended."""
    await queued(gate)
    gate.pass_s(CLOSES_IN_S - 1)
    await gate.closing.sweep()
    assert [] == gate.carrier.cancelled
    gate.pass_s(1)
    await gate.closing.sweep()
    (record,) = gate.journal.of(Kind.WINDOW_CLOSED)
    assert ([("queued", "CA1")], {}) == (gate.carrier.cancelled, gate.held)
    assert (attempt().id, {"carrier_sid": "CA1", "status": 200}) == (record.id, record.body)


async def test_a_call_that_was_dialled_goes_on(gate: OneGate) -> None:
    """The carrier refuses to cancel it, nobody asks again, and an opt-out still recalls it."""
    gate.carrier.cancel_status = 400
    await closes(gate)
    await gate.closing.sweep()
    assert ([("queued", "CA1")], []) == (gate.carrier.cancelled, gate.journal.of(Kind.WINDOW_CLOSED))
    gate.carrier.cancel_status = 200
    await gate.opting_out.record(opt_out())
    assert ("voice", "CA1") == gate.carrier.cancelled[-1]


@pytest.mark.parametrize("status", [401, 403, 408, 425, 429, 500, 503])
async def test_a_carrier_that_did_not_listen_is_asked_again(gate: OneGate, status: int) -> None:
    """It may still dial."""
    gate.carrier.cancel_status = status
    await closes(gate)
    gate.carrier.cancel_status = 200
    await gate.closing.sweep()
    assert (2, 1) == (len(gate.carrier.cancelled), len(gate.journal.of(Kind.WINDOW_CLOSED)))


async def test_a_carrier_that_cannot_be_reached_is_asked_again(gate: OneGate) -> None:
    """As above."""
    gate.carrier.cancel_error = CarrierUnreachableError("gone")
    await closes(gate)
    gate.carrier.cancel_error = None
    await gate.closing.sweep()
    assert (2, {}) == (len(gate.carrier.cancelled), gate.held)


async def test_a_full_queue_is_cancelled_as_a_whole(gate: OneGate) -> None:
    """More than are asked for at once."""
    many = 2 * AT_ONCE + 1
    for number in range(many):
        await queued(gate, number)
    gate.pass_s(CLOSES_IN_S)
    await gate.closing.sweep()
    assert ({f"CA{number}" for number in range(many)}, {}) == ({sid for _, sid in gate.carrier.cancelled}, gate.held)


async def test_a_call_that_has_ended_is_left_alone(gate: OneGate) -> None:
    """Its end was reported, so there is nothing to cancel."""
    await queued(gate)
    await gate.store.settle(attempt().id, gate.store.number_key(attempt().called.e164))  # type: ignore[union-attr]
    gate.pass_s(CLOSES_IN_S)
    await gate.closing.sweep()
    assert [] == gate.carrier.cancelled


async def test_a_flush_forgets_none(gate: OneGate) -> None:
    """The end of the window is in the decision's own record, and comes back with the reservation."""
    await queued(gate)
    await gate.journal.shipped()
    await gate.life.enlist()
    gate.server.flush()
    gate.pass_s(CLOSES_IN_S)
    for _ in range(4):
        await gate.life.poll()
        await gate.indexer.tick()
    await gate.closing.sweep()
    assert [("queued", "CA1")] == gate.carrier.cancelled


async def test_a_cancelled_one_is_not_restored(gate: OneGate) -> None:
    """After a loss the record says that it is over."""
    await closes(gate)
    await gate.journal.shipped()
    await gate.life.enlist()
    gate.server.flush()
    for _ in range(4):
        await gate.life.poll()
        await gate.indexer.tick()
    assert {} == gate.held
