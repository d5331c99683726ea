"""Recordings begin, pause and end."""

from __future__ import annotations

from dialgate.simulator.recording_life import end, end_all, go_on, pause, record, recorded_pairs
from dialgate.simulator.records import Report
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import live_call


async def test_a_pause_does_not_count(sim: Simulator) -> None:
    """Only what was recorded is the recording's length."""
    recording = record(sim, live_call(sim), "RecordVerb", Report())
    await sim.clock.advance(10)
    pause(sim, recording)
    await sim.clock.advance(60)
    go_on(sim, recording)
    await sim.clock.advance(5)
    end(sim, recording)
    assert (recording.status, recording.duration_s) == ("completed", 15)


async def test_those_who_asked_are_told(sim: Simulator, far_side: FarSide) -> None:
    """The end unless more is asked for; the address of the recording is the account's own."""
    call = live_call(sim)
    record(sim, call, "OutboundAPI", Report(far_side.url + "/end"), channels=2)
    record(sim, call, "DialVerb", Report(far_side.url + "/begin", "GET", frozenset({"in-progress"})))
    end_all(sim, call)
    end_all(sim, call)
    await sim.clock.settle()
    ended = far_side.at("/end")[0].form
    assert [(heard.method, heard.path) for heard in far_side.heard] == [("GET", "/begin"), ("POST", "/end")]
    assert {name: ended[name] for name in ("CallSid", "AccountSid", "RecordingSource", "RecordingChannels")} == {
        "CallSid": "CA1",
        "AccountSid": ACCOUNT,
        "RecordingSource": "OutboundAPI",
        "RecordingChannels": "2",
    }
    assert (
        ended["RecordingUrl"]
        == f"http://127.0.0.1:8081/2010-04-01/Accounts/{ACCOUNT}/Recordings/{ended['RecordingSid']}"
    )
    assert dict(recorded_pairs(sim, call.recordings[0]))["RecordingSid"] == ended["RecordingSid"]
