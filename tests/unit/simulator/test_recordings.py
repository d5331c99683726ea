"""The Recordings resource."""

from __future__ import annotations

import io
import wave

from dialgate.simulator.call_life import finish
from dialgate.simulator.recordings import (
    delete_recording,
    fetch_recording,
    list_own_recordings,
    list_recordings,
    read_mp3,
    read_wav,
    start_recording,
    update_recording,
)
from dialgate.simulator.state import Simulator
from tests.unit.simulator.led import asked, body, live_call, refusal


async def test_a_call_is_recorded_paused_and_stopped(sim: Simulator) -> None:
    """The running recording goes by its SID and by Twilio.CURRENT."""
    call = live_call(sim)
    sid = body(start_recording(sim, asked(call.sid, RecordingChannels="dual")))["sid"]
    for status in ("paused", "in-progress"):
        shown = body(update_recording(sim, asked(call.sid, "Twilio.CURRENT", Status=status)))
        assert (shown["sid"], shown["status"], shown["channels"]) == (sid, status, 2)
    assert refusal(update_recording, sim, asked(call.sid, sid, Status="x")) == (400, 20001)
    assert refusal(delete_recording, sim, asked(sid)) == (409, 20009)
    assert body(update_recording(sim, asked(call.sid, sid, Status="stopped")))["status"] == "completed"
    assert refusal(update_recording, sim, asked(call.sid, sid, Status="paused")) == (400, 21220)


async def test_only_a_live_call_is_recorded(sim: Simulator) -> None:
    """And its end ends the recording."""
    call = live_call(sim)
    sid = body(start_recording(sim, asked(call.sid)))["sid"]
    finish(sim, call, "completed")
    assert body(fetch_recording(sim, asked(sid)))["status"] == "completed"
    assert refusal(start_recording, sim, asked(call.sid)) == (400, 21220)
    assert refusal(start_recording, sim, asked("CAx")) == (404, 20404)


async def test_recordings_are_listed_and_deleted(sim: Simulator) -> None:
    """By call and for the account; a deleted one is gone from both."""
    calls = [live_call(sim, sid) for sid in ("CA1", "CA2")]
    made = [body(start_recording(sim, asked(call.sid)))["sid"] for call in calls]
    for call in calls:
        finish(sim, call, "completed")

    def sids() -> list[list[str]]:
        answers = (
            list_own_recordings(sim, asked("CA1")),
            list_recordings(sim, asked()),
            list_recordings(sim, asked(query="CallSid=CA2")),
        )
        return [[row["sid"] for row in body(answer)["recordings"]] for answer in answers]

    assert sids() == [[made[0]], made[::-1], [made[1]]]
    assert delete_recording(sim, asked("CA1", made[0])).status == 204
    assert sids() == [[], [made[1]], [made[1]]]


async def test_a_recording_can_be_heard(sim: Simulator) -> None:
    """As WAV of its length and as MP3, when it has ended."""
    call = live_call(sim)
    sid = body(start_recording(sim, asked(call.sid)))["sid"]
    assert refusal(read_wav, sim, asked(sid)) == (404, 20404)
    await sim.clock.advance(2)
    finish(sim, call, "completed")
    sound, packed = read_wav(sim, asked(sid)).content, read_mp3(sim, asked(sid)).content
    assert sound is not None
    assert packed is not None
    with wave.open(io.BytesIO(sound.data)) as file:
        assert file.getnframes() / file.getframerate() == 2
    assert (sound.kind, packed.kind, packed.data[:2]) == ("audio/x-wav", "audio/mpeg", b"\xff\xf3")
