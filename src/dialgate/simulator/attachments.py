"""Streams, SIPREC sessions and live transcriptions of a call, by REST."""

from __future__ import annotations

from dialgate.simulator.intake import Endpoint
from dialgate.simulator.records import CALL_ENDED, Report
from dialgate.simulator.room_shapes import attachment_json
from dialgate.simulator.side_streams import attach, attached, detach
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError

_URLS = {"Streams": "StatusCallback", "Siprec": "StatusCallback", "Transcriptions": "StatusCallbackUrl"}


def starting(kind: str) -> Endpoint:
    """The endpoint that starts one of a kind."""

    def start(sim: Simulator, asked: Asked) -> Answer:
        call, form = sim.calls.get(asked.sid), asked.form
        if call is None:
            raise asked.not_found()
        if call.status in CALL_ENDED or call.answered_at is None:
            raise CarrierError(400, 21220, "Call is not in-progress")
        report = Report(form.get(_URLS[kind]), form.get("StatusCallbackMethod", "POST"))
        attachment = attach(sim, call.sid, kind, form.get("Name"), report)
        return Answer(201, attachment_json(sim, attachment), attachment.sid)

    return start


def stop_attachment(sim: Simulator, asked: Asked) -> Answer:
    """`Status=stopped`, by SID or by the name it was given."""
    attachment = attached(sim, asked.sid, asked.part)
    if attachment is None:
        raise asked.not_found()
    if asked.form.get("Status") != "stopped":
        raise CarrierError(400, 20001, "Status can only be set to stopped")
    detach(sim, attachment)
    return Answer(200, attachment_json(sim, attachment), attachment.sid)
