"""Who is in which conference, and what its status callback is told."""

from __future__ import annotations

from dialgate.simulator.conference_life import end, find_room, join, leave, listen_for, room, seat, tell
from dialgate.simulator.records import Report
from dialgate.simulator.rooms import Participant
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import live_call

EVENTS = frozenset({"start", "end", "join", "leave"})


def place(sim: Simulator, sid: str, *, starts: bool = True, ends: bool = False) -> Participant:
    participant = seat(sim, room(sim, "r"), live_call(sim, sid))
    participant.starts, participant.ends = starts, ends
    return participant


async def heard(sim: Simulator, far_side: FarSide) -> list[tuple[str, str]]:
    await sim.clock.settle()
    return [(said.form["StatusCallbackEvent"], said.form.get("CallSid", "")) for said in far_side.heard]


async def test_a_conference_is_told_from_the_first_to_the_last(sim: Simulator, far_side: FarSide) -> None:
    """It starts with the second participant and ends with the last one; each event that was asked for is told once."""
    listen_for(room(sim, "r"), Report(far_side.url + "/room", events=EVENTS))
    one, two = place(sim, "CA1"), place(sim, "CA2")
    join(sim, one)
    assert room(sim, "r").status == "init"
    join(sim, two)
    assert room(sim, "r").status == "in-progress"
    for participant in (one, two, two):
        leave(sim, participant)
    assert await heard(sim, far_side) == [
        ("participant-join", "CA1"),
        ("participant-join", "CA2"),
        ("conference-start", ""),
        ("participant-leave", "CA1"),
        ("participant-leave", "CA2"),
        ("conference-end", ""),
    ]
    last = far_side.heard[-1].form
    assert [last[name] for name in ("FriendlyName", "AccountSid", "SequenceNumber", "ReasonConferenceEnded")] == [
        "r",
        ACCOUNT,
        "6",
        "last-participant-left",
    ]
    assert find_room(sim, "r") is None


async def test_it_starts_only_with_one_who_may_start_it(sim: Simulator) -> None:
    """Two who only wait do not start it."""
    for sid in ("CA1", "CA2"):
        join(sim, place(sim, sid, starts=False))
    assert room(sim, "r").status == "init"
    join(sim, place(sim, "CA3"))
    assert room(sim, "r").status == "in-progress"


async def test_one_who_ends_it_sends_all_out(sim: Simulator) -> None:
    """endConferenceOnExit, and who it was is on record."""
    one, two = place(sim, "CA1", ends=True), place(sim, "CA2")
    conference = room(sim, "r")
    join(sim, one)
    join(sim, two)
    leave(sim, one)
    assert (two.left.is_set(), conference.status, conference.ended_by, conference.reason_ended) == (
        True,
        "completed",
        "CA1",
        "participant-with-end-conference-on-exit-left",
    )


async def test_whoever_names_a_callback_first_has_it(sim: Simulator, far_side: FarSide) -> None:
    """And hears only what was asked for then."""
    conference = room(sim, "r")
    listen_for(conference, Report())
    listen_for(conference, Report(far_side.url + "/one", "GET", frozenset({"end"})))
    listen_for(conference, Report(far_side.url + "/two", events=EVENTS))
    tell(sim, conference, "conference-start")
    join(sim, place(sim, "CA1"))
    end(sim, conference, "x")
    end(sim, conference, "y")
    await sim.clock.settle()
    assert [(said.method, said.path) for said in far_side.heard] == [("GET", "/one")]


async def test_nobody_hears_of_one_that_nobody_joined(sim: Simulator, far_side: FarSide) -> None:
    """A participant who did not answer leaves no conference behind, and no word of it."""
    listen_for(room(sim, "r"), Report(far_side.url + "/room", events=EVENTS))
    leave(sim, place(sim, "CA1"))
    await sim.clock.settle()
    assert (find_room(sim, "r"), far_side.heard) == (None, [])
