"""Written records of what was recorded: made when a `Record` asks for one, told of, listed, read, removed."""

from __future__ import annotations

from dialgate.simulator.documents import call_pairs
from dialgate.simulator.lists import page
from dialgate.simulator.records import Call, Recording, Transcript
from dialgate.simulator.room_shapes import transcript_json
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, Content

_WORDS = "Please call me back."


def transcribe(sim: Simulator, call: Call, recording: Recording, url: str) -> None:
    """Write it down at once, and tell whoever asked.

    Source: Twilio, "TwiML: Record" (transcribeCallback parameters), read 2026-11.
    """
    now = sim.clock.now()
    transcript = Transcript(f"TR{sim.config.new_id()}", recording.sid, _WORDS, now, now, recording.duration_s or 0)
    sim.transcripts[transcript.sid] = transcript
    if url:
        recorded = sim.recording_url(recording.sid)
        pairs = (
            *call_pairs(sim, call),
            ("TranscriptionSid", transcript.sid),
            ("TranscriptionText", transcript.text),
            ("TranscriptionStatus", "completed"),
            ("TranscriptionUrl", f"{recorded}/Transcriptions/{transcript.sid}"),
            ("RecordingSid", recording.sid),
            ("RecordingUrl", recorded),
        )
        sim.webhooks.call_back(transcript, url, pairs)


def list_transcripts(sim: Simulator, asked: Asked) -> Answer:
    """All of the account, or those of one recording."""
    rows = [row for row in reversed(sim.transcripts.values()) if asked.sid in {"", row.recording_sid}]
    return Answer(200, page(asked, "transcriptions", rows, lambda row: transcript_json(sim, row)))


def fetch_transcript(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, transcript_json(sim, _find(sim, asked)))


def read_transcript(sim: Simulator, asked: Asked) -> Answer:
    """The words alone."""
    return Answer(200, content=Content("text/plain", _find(sim, asked).text.encode()))


def delete_transcript(sim: Simulator, asked: Asked) -> Answer:
    transcript = _find(sim, asked)
    del sim.transcripts[transcript.sid]
    return Answer(204, sid=transcript.sid)


def _find(sim: Simulator, asked: Asked) -> Transcript:
    """By its name alone, or under its recording."""
    transcript = sim.transcripts.get(asked.part or asked.sid)
    if transcript is None or (asked.part and transcript.recording_sid != asked.sid):
        raise asked.not_found()
    return transcript
