"""How what calls meet in is shown."""

from __future__ import annotations

import pytest

from dialgate.simulator.conference_life import join, leave, room, seat
from dialgate.simulator.queue_life import make_queue
from dialgate.simulator.recording_life import end, record
from dialgate.simulator.records import Report
from dialgate.simulator.room_shapes import (
    attachment_json,
    conference_json,
    member_json,
    participant_json,
    queue_json,
    recording_json,
)
from dialgate.simulator.rooms import Attachment, Member
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT, START
from tests.unit.simulator.led import live_call

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


async def test_a_conference_names_its_parts(sim: Simulator) -> None:
    """Relative addresses under the account."""
    conference = room(sim, "r")
    shown = conference_json(sim, conference)
    path = f"{BASE}/Conferences/{conference.sid}"
    assert (shown["uri"], shown["status"], shown["friendly_name"]) == (f"{path}.json", "init", "r")
    assert shown["subresource_uris"] == {
        "participants": f"{path}/Participants.json",
        "recordings": f"{path}/Recordings.json",
    }


@pytest.mark.parametrize(
    ("call", "status"),
    [("queued", "queued"), ("ringing", "ringing"), ("in-progress", "connecting"), ("busy", "failed")],
)
async def test_a_participant_is_what_its_call_is(sim: Simulator, call: str, status: str) -> None:
    """Until it has joined."""
    participant = seat(sim, room(sim, "r"), live_call(sim))
    participant.call.status = call
    assert participant_json(sim, participant)["status"] == status


async def test_a_participant_joins_and_leaves(sim: Simulator) -> None:
    """Connected, then complete."""
    participant = seat(sim, room(sim, "r"), live_call(sim))
    join(sim, participant)
    connected = participant_json(sim, participant)["status"]
    leave(sim, participant)
    assert (connected, participant_json(sim, participant)["status"]) == ("connected", "complete")


async def test_a_recording_has_a_length_when_it_has_ended(sim: Simulator) -> None:
    """None before."""
    recording = record(sim, live_call(sim), "RecordVerb", Report())
    before = recording_json(sim, recording)
    await sim.clock.advance(4)
    end(sim, recording)
    after = recording_json(sim, recording)
    assert [before["duration"], after["duration"], after["status"], after["call_sid"]] == [
        None,
        "4",
        "completed",
        "CA1",
    ]


async def test_a_queue_tells_how_long_they_wait(sim: Simulator) -> None:
    """On average, and each of them."""
    queue = make_queue(sim, "line")
    member = Member(live_call(sim), queue, START)
    queue.members.append(member)
    await sim.clock.advance(8)
    shown, waiting = queue_json(sim, queue), member_json(sim, member, 1)
    assert (shown["average_wait_time"], shown["current_size"], waiting["wait_time"], waiting["position"]) == (
        8,
        1,
        8,
        1,
    )
    assert waiting["uri"] == f"{BASE}/Queues/{queue.sid}/Members/CA1.json"


async def test_an_attachment_is_part_of_its_call(sim: Simulator) -> None:
    """Its address says so."""
    stream = Attachment("MZ1", "Streams", "CA1", "", START, START, Report())
    shown = attachment_json(sim, stream)
    assert (shown["uri"], shown["name"], shown["status"]) == (f"{BASE}/Calls/CA1/Streams/MZ1.json", None, "in-progress")
