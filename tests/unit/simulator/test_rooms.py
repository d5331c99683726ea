"""Where calls meet."""

from __future__ import annotations

from dialgate.simulator.conference_life import join, leave, room, seat
from dialgate.simulator.state import Simulator
from tests.unit.simulator.led import live_call


async def test_only_those_who_joined_and_have_not_left_are_present(sim: Simulator) -> None:
    """One who is being dialled is not there yet, one who left is there no more."""
    conference = room(sim, "r")
    seats = [seat(sim, conference, live_call(sim, f"CA{n}")) for n in range(3)]
    join(sim, seats[0])
    join(sim, seats[1])
    leave(sim, seats[0])
    assert conference.present() == [seats[1]]
