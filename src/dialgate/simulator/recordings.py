"""The Recordings resource, of calls, of conferences and of the whole account; and the sound of a recording."""

from __future__ import annotations

import io
import wave

from dialgate.simulator.lists import matches_text, matches_time, page
from dialgate.simulator.recording_life import end, go_on, pause, record
from dialgate.simulator.records import CALL_ENDED, Call, Recording, Report
from dialgate.simulator.room_shapes import recording_json
from dialgate.simulator.rooms import Conference
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Content

_CURRENT = "Twilio.CURRENT"
_FINISHED = frozenset({"completed", "stopped", "absent"})
_RATE = 8000
# One frame of silence at 32 kbit/s and 24 kHz, MPEG 2 layer III.
_MP3_FRAME = bytes.fromhex("fff344c4") + bytes(92)
_FRAMES_PER_S = 42


def start_recording(sim: Simulator, asked: Asked) -> Answer:
    call, form = sim.calls.get(asked.sid), asked.form
    if call is None:
        raise asked.not_found()
    if call.answered_at is None or call.status in CALL_ENDED:
        raise CarrierError(400, 21220, "Requested resource is not eligible for recording")
    report = Report(
        form.get("RecordingStatusCallback"),
        form.get("RecordingStatusCallbackMethod", "POST"),
        frozenset(" ".join(form.all("RecordingStatusCallbackEvent")).split()),
    )
    channels = 2 if form.get("RecordingChannels") == "dual" else 1
    track = form.get("RecordingTrack", "both")
    recording = record(sim, call, "StartCallRecordingAPI", report, channels=channels, track=track)
    return Answer(201, recording_json(sim, recording), recording.sid)


def list_own_recordings(sim: Simulator, asked: Asked) -> Answer:
    """Of one call or one conference."""
    return _page(sim, asked, list(reversed(_recorded(sim, asked).recordings)))


def list_recordings(sim: Simulator, asked: Asked) -> Answer:
    rows = [
        recording
        for recording in reversed(sim.recordings.values())
        if matches_text(asked.query, CallSid=recording.call_sid, ConferenceSid=recording.conference_sid)
    ]
    return _page(sim, asked, rows)


def fetch_recording(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, recording_json(sim, _find(sim, asked)))


def update_recording(sim: Simulator, asked: Asked) -> Answer:
    recording, status = _find(sim, asked), asked.form.get("Status")
    if recording.status in _FINISHED:
        raise CarrierError(400, 21220, "The recording has ended")
    match status:
        case "paused":
            pause(sim, recording)
        case "in-progress":
            go_on(sim, recording)
        case "stopped":
            end(sim, recording)
        case _:
            raise CarrierError(400, 20001, "Status must be paused, in-progress or stopped")
    return Answer(200, recording_json(sim, recording), recording.sid)


def delete_recording(sim: Simulator, asked: Asked) -> Answer:
    recording = _find(sim, asked)
    if recording.status not in _FINISHED:
        raise CarrierError(409, 20009, "The recording is in progress")
    del sim.recordings[recording.sid]
    for of in (sim.calls.get(recording.call_sid), sim.conferences.get(recording.conference_sid)):
        if of is not None:
            of.recordings = [kept for kept in of.recordings if kept is not recording]
    return Answer(204, sid=recording.sid)


def read_wav(sim: Simulator, asked: Asked) -> Answer:
    recording = _ended(sim, asked)
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(recording.channels)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(2 * recording.channels * _RATE * _seconds(recording)))
    return Answer(200, content=Content("audio/x-wav", sound.getvalue()))


def read_mp3(sim: Simulator, asked: Asked) -> Answer:
    recording = _ended(sim, asked)
    return Answer(200, content=Content("audio/mpeg", _MP3_FRAME * (_FRAMES_PER_S * _seconds(recording))))


def _seconds(recording: Recording) -> int:
    """At least one, so that there is something to read."""
    return max(1, recording.duration_s or 0)


def _ended(sim: Simulator, asked: Asked) -> Recording:
    recording = _find(sim, asked)
    if recording.status not in _FINISHED:
        raise asked.not_found()
    return recording


def _page(sim: Simulator, asked: Asked, rows: list[Recording]) -> Answer:
    kept = [row for row in rows if matches_time(asked.query, "DateCreated", row.created_at)]
    return Answer(200, page(asked, "recordings", kept, lambda row: recording_json(sim, row)))


def _recorded(sim: Simulator, asked: Asked) -> Call | Conference:
    of = sim.calls.get(asked.sid) or sim.conferences.get(asked.sid)
    if of is None:
        raise asked.not_found()
    return of


def _find(sim: Simulator, asked: Asked) -> Recording:
    """By its name alone, or under the call or conference that it is of, where the running one may be meant."""
    if not asked.part:
        recording = sim.recordings.get(asked.sid)
    else:
        of = _recorded(sim, asked).recordings
        wanted = (row for row in reversed(of) if row.sid == asked.part or _is_current(row, asked.part))
        recording = next(wanted, None)
    if recording is None:
        raise asked.not_found()
    return recording


def _is_current(recording: Recording, name: str) -> bool:
    return name == _CURRENT and recording.status not in _FINISHED
