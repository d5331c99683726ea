"""The store learns each carrier id, and says whether an opt-out came first."""

from __future__ import annotations

from dataclasses import replace

from dialgate.app.errors import CarrierUnreachableError
from dialgate.domain.reservation import Reservation
from tests.fakes.one_gate import FACTS, OneGate, attempt, opt_out


async def reserved(gate: OneGate) -> Reservation:
    await gate.admission.admit(attempt(), FACTS)
    return gate.server.content.held[attempt().id].reservation


def names(gate: OneGate) -> list[str]:
    return [one.carrier_sid for one in gate.server.content.held.values()]


async def test_a_name_is_kept(gate: OneGate) -> None:
    """Nothing was to be cancelled, and a later opt-out finds the call by its name."""
    assert not await gate.naming.tell(await reserved(gate), "CA1")
    assert ["CA1"] == names(gate)


async def test_a_closed_store_is_told_when_it_opens(gate: OneGate) -> None:
    """While the partition is closed the name waits, and is not taken for kept."""
    reservation = await reserved(gate)
    fence = gate.server.content.fence
    gate.server.content = replace(gate.server.content, fence=None)
    await gate.naming.tell(reservation, "CA1")
    await gate.chores.run_once()
    assert (1, [""]) == (len(gate.chores), names(gate))
    gate.server.content = replace(gate.server.content, fence=fence)
    await gate.chores.run_once()
    assert (0, ["CA1"]) == (len(gate.chores), names(gate))


async def test_a_reservation_that_the_store_lost_is_made_anew(gate: OneGate) -> None:
    """A call that went out is recalled by later opt-outs although the store had forgotten it."""
    reservation = await reserved(gate)
    gate.server.content = replace(gate.server.content, held={})
    await gate.naming.tell(reservation, "CA1")
    assert ["CA1"] == names(gate)


async def test_an_opt_out_that_came_first_cancels(gate: OneGate) -> None:
    """The carrier is told at once to cancel what was overtaken."""
    reservation = await reserved(gate)
    await gate.opting_out.record(opt_out())
    assert await gate.naming.tell(reservation, "CA1")
    assert ([("voice", "CA1")], {}) == (gate.carrier.cancelled, gate.held)


async def test_a_cancel_that_fails_is_left_to_the_sweep(gate: OneGate) -> None:
    """It was to be cancelled and is not yet: the reservation stays flagged under its name until it is."""
    reservation = await reserved(gate)
    await gate.opting_out.record(opt_out())
    gate.carrier.cancel_error = CarrierUnreachableError("gone")
    assert await gate.naming.tell(reservation, "CA1")
    gate.carrier.cancel_error = None
    await gate.recall.sweep()
    assert {} == gate.held
