"""What runs beside a call: streams, SIPREC sessions and live transcriptions, started and stopped by verbs or by REST.

Nothing flows in them.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.simulator.documents import Document
from dialgate.simulator.line import Line
from dialgate.simulator.recording_life import end, record
from dialgate.simulator.records import Report
from dialgate.simulator.rooms import Attachment
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import Verb
from dialgate.simulator.wire import rfc2822

PREFIXES: Mapping[str, str] = {"Streams": "MZ", "Siprec": "SR", "Transcriptions": "GT"}
_KINDS = {"Stream": "Streams", "Siprec": "Siprec", "Transcription": "Transcriptions"}


def attach(sim: Simulator, call_sid: str, kind: str, name: str, report: Report) -> Attachment:
    now = sim.clock.now()
    sid = f"{PREFIXES[kind]}{sim.config.new_id()}"
    attachment = Attachment(sid, kind, call_sid, name, now, now, report)
    sim.attachments[sid] = attachment
    _tell(sim, attachment, "started")
    return attachment


def detach(sim: Simulator, attachment: Attachment) -> None:
    """Nothing happens to one that has stopped."""
    if attachment.status != "stopped":
        attachment.status = "stopped"
        _tell(sim, attachment, "stopped")


def attached(sim: Simulator, call_sid: str, name: str) -> Attachment | None:
    """By SID, or by the name that it was given."""
    own = (each for each in sim.attachments.values() if each.call_sid == call_sid)
    return next((each for each in own if name in {each.sid, each.name or each.sid}), None)


async def start(line: Line, _document: Document, verb: Verb) -> Document | None:
    """`Start`: the call goes on meanwhile."""
    for noun in verb.children:
        line.note_verb(noun)
        told = noun.attributes
        if noun.name == "Recording":
            method = told.get("recordingStatusCallbackMethod", "POST")
            events = frozenset(told.get("recordingStatusCallbackEvent", "").split())
            report = Report(told.get("recordingStatusCallback", ""), method, events)
            record(line.sim, line.call, "StartRecordingVerb", report)
        elif noun.name in _KINDS:
            url = told.get("statusCallbackUrl") or told.get("statusCallback", "")
            report = Report(url, told.get("statusCallbackMethod", "POST"))
            attach(line.sim, line.call.sid, _KINDS[noun.name], told.get("name", ""), report)
    return None


async def stop(line: Line, _document: Document, verb: Verb) -> Document | None:
    for noun in verb.children:
        line.note_verb(noun)
        known = attached(line.sim, line.call.sid, noun.attributes.get("name", ""))
        if noun.name == "Recording":
            for recording in line.call.recordings:
                end(line.sim, recording)
        elif known is not None:
            detach(line.sim, known)
    return None


def _tell(sim: Simulator, attachment: Attachment, event: str) -> None:
    now = sim.clock.now()
    attachment.note(now, event=event)
    report = attachment.report
    if not report.url:
        return
    what = attachment.kind.rstrip("s")
    pairs = (
        ("AccountSid", sim.config.account_sid),
        ("CallSid", attachment.call_sid),
        (f"{what}Sid", attachment.sid),
        (f"{what}Event", f"{what.lower()}-{event}"),
        (f"{what}Name", attachment.name),
        ("Timestamp", rfc2822(now) or ""),
    )
    sim.webhooks.call_back(attachment, report.url, pairs, report.method.upper())
