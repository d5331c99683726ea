"""What was recorded, in writing."""

from __future__ import annotations

from dialgate.simulator.state import Simulator
from dialgate.simulator.transcripts import (
    delete_transcript,
    fetch_transcript,
    list_transcripts,
    read_transcript,
    transcribe,
)
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import asked, body, lead, refusal


async def test_whoever_asked_is_told_what_was_said(sim: Simulator, far_side: FarSide) -> None:
    """The address leads to the same words, by the recording and by the account."""
    lead(sim, f"<Record transcribeCallback='{far_side.url}/written'/>", url=far_side.url + "/voice")
    await sim.clock.settle()
    form = far_side.at("/written")[0].form
    sid, recording = form["TranscriptionSid"], form["RecordingSid"]
    assert form["TranscriptionUrl"] == f"{sim.recording_url(recording)}/Transcriptions/{sid}"
    assert body(fetch_transcript(sim, asked(recording, sid)))["transcription_text"] == form["TranscriptionText"]
    content = read_transcript(sim, asked(sid)).content
    assert content is not None
    assert content.data.decode() == form["TranscriptionText"]
    assert refusal(fetch_transcript, sim, asked("REx", sid)) == (404, 20404)


async def test_transcripts_are_listed_and_removed(sim: Simulator) -> None:
    """Of one recording or of all; nobody need be told."""
    call = lead(sim, "<Record transcribe='true'/><Record/>")
    await sim.clock.settle()
    first, second = call.recordings
    transcribe(sim, call, second, "")
    own = body(list_transcripts(sim, asked(first.sid)))["transcriptions"]
    assert (len(own), len(body(list_transcripts(sim, asked()))["transcriptions"])) == (1, 2)
    assert delete_transcript(sim, asked(own[0]["sid"])).status == 204
    assert refusal(read_transcript, sim, asked(own[0]["sid"])) == (404, 20404)
