"""Streams, SIPREC sessions and live transcriptions of a call: started, stopped, told of. Nothing flows in them."""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.simulator.intake import Endpoint
from dialgate.simulator.records import CALL_ENDED, Report
from dialgate.simulator.room_shapes import attachment_json
from dialgate.simulator.rooms import Attachment
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, rfc2822

PREFIXES: Mapping[str, str] = {"Streams": "MZ", "Siprec": "SR", "Transcriptions": "GT"}
# What the status callback is named, and what it says of beginning and end.
_URLS = {"Streams": "StatusCallback", "Siprec": "StatusCallback", "Transcriptions": "StatusCallbackUrl"}


def starting(kind: str) -> Endpoint:
    """The endpoint that starts one of a kind."""

    def start(sim: Simulator, asked: Asked) -> Answer:
        call, form, now = sim.calls.get(asked.sid), asked.form, sim.clock.now()
        if call is None:
            raise asked.not_found()
        if call.status in CALL_ENDED or call.answered_at is None:
            raise CarrierError(400, 21220, "Call is not in-progress")
        report = Report(form.get(_URLS[kind]), form.get("StatusCallbackMethod", "POST"))
        sid = f"{PREFIXES[kind]}{sim.config.new_id()}"
        attachment = Attachment(sid, kind, call.sid, form.get("Name"), now, now, report)
        sim.attachments[sid] = attachment
        _tell(sim, attachment, "started")
        return Answer(201, attachment_json(sim, attachment), sid)

    return start


def stop_attachment(sim: Simulator, asked: Asked) -> Answer:
    """`Status=stopped`, by SID or by the name it was given."""
    attachment = _find(sim, asked)
    if asked.form.get("Status") != "stopped":
        raise CarrierError(400, 20001, "Status can only be set to stopped")
    if attachment.status != "stopped":
        attachment.status = "stopped"
        _tell(sim, attachment, "stopped")
    return Answer(200, attachment_json(sim, attachment), attachment.sid)


def _find(sim: Simulator, asked: Asked) -> Attachment:
    own = [each for each in sim.attachments.values() if each.call_sid == asked.sid]
    attachment = next((each for each in own if asked.part in {each.sid, each.name or each.sid}), None)
    if attachment is None:
        raise asked.not_found()
    return attachment


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
