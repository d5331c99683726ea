"""Recordings begin, pause and end with what they record, and are told of."""

from __future__ import annotations

from dialgate.simulator.records import Call, Recording, Report
from dialgate.simulator.rooms import Conference
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Pairs, rfc2822

# Source: Twilio, "Recording resource", recordingStatusCallbackEvent: `completed` unless others are named; read 2026-11.
_DEFAULT_EVENTS = frozenset({"completed"})
_ENDED = frozenset({"completed", "stopped", "absent"})


def record(
    sim: Simulator, of: Call | Conference, source: str, report: Report, *, channels: int = 1, track: str = "both"
) -> Recording:
    """Begin a recording and tell of it."""
    now = sim.clock.now()
    recording = Recording(
        sid=f"RE{sim.config.new_id()}",
        source=source,
        created_at=now,
        updated_at=now,
        call_sid=of.sid if isinstance(of, Call) else "",
        conference_sid=of.sid if isinstance(of, Conference) else "",
        channels=channels,
        track=track,
        report=report,
        since=now,
    )
    of.recordings.append(recording)
    sim.recordings[recording.sid] = recording
    _enter(sim, recording, "in-progress")
    return recording


def pause(sim: Simulator, recording: Recording) -> None:
    recording.heard_s = _heard_s(sim, recording)
    recording.since = None
    _enter(sim, recording, "paused")


def go_on(sim: Simulator, recording: Recording) -> None:
    recording.since = recording.since or sim.clock.now()
    _enter(sim, recording, "in-progress")


def end(sim: Simulator, recording: Recording) -> None:
    """Nothing happens to one that has ended."""
    if recording.status in _ENDED:
        return
    recording.heard_s = _heard_s(sim, recording)
    recording.since = None
    recording.duration_s = round(recording.heard_s)
    _enter(sim, recording, "completed")


def end_all(sim: Simulator, of: Call | Conference) -> None:
    for recording in of.recordings:
        end(sim, recording)


def recorded_pairs(sim: Simulator, recording: Recording) -> Pairs:
    """Where a recording is and how long it is."""
    return (
        ("RecordingUrl", sim.recording_url(recording.sid)),
        ("RecordingSid", recording.sid),
        ("RecordingDuration", str(recording.duration_s or 0)),
    )


def _heard_s(sim: Simulator, recording: Recording) -> float:
    running = (sim.clock.now() - recording.since).total_seconds() if recording.since else 0.0
    return recording.heard_s + running


def _enter(sim: Simulator, recording: Recording, status: str) -> None:
    recording.status = status
    recording.note(sim.clock.now(), status=status)
    report = recording.report
    if not report.url or status not in (report.events or _DEFAULT_EVENTS):
        return
    of = ("CallSid", recording.call_sid) if recording.call_sid else ("ConferenceSid", recording.conference_sid)
    pairs: Pairs = (
        ("RecordingSource", recording.source),
        ("RecordingTrack", recording.track),
        ("RecordingSid", recording.sid),
        ("RecordingUrl", sim.recording_url(recording.sid)),
        ("RecordingStatus", status),
        ("RecordingChannels", str(recording.channels)),
        ("RecordingStartTime", rfc2822(recording.created_at) or ""),
        ("ErrorCode", "0"),
        of,
        ("AccountSid", sim.config.account_sid),
        *((("RecordingDuration", str(recording.duration_s)),) if recording.duration_s is not None else ()),
    )
    sim.webhooks.call_back(recording, report.url, pairs, report.method.upper())
