"""The Calls resource: create, fetch, list, cancel, complete, redirect, delete."""

from __future__ import annotations

from dialgate.simulator.call_life import finish, live, resume
from dialgate.simulator.checks import check_call
from dialgate.simulator.conference_life import music_of
from dialgate.simulator.documents import Source, source_of
from dialgate.simulator.lists import matches_text, matches_time, page
from dialgate.simulator.records import CALL_ENDED, Call
from dialgate.simulator.shapes import call_json
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form

_NOT_ANSWERED = frozenset({"queued", "ringing"})


def create_call(sim: Simulator, asked: Asked) -> Answer:
    check_call(asked.form)
    call = make_call(sim, asked.form)
    sim.start_life(call.sid, live(sim, call, source_of(sim, asked.form)))
    return Answer(201, call_json(sim.config.account_sid, call), call.sid)


def make_call(sim: Simulator, form: Form) -> Call:
    """Queued, and not yet alive."""
    now, application = sim.clock.now(), sim.holders.get(form.get("ApplicationSid"))
    call = Call(
        sid=f"CA{sim.config.new_id()}",
        to=form.get("To"),
        sender=form.get("From"),
        status="queued",
        direction="outbound-api",
        created_at=now,
        updated_at=now,
        params=form,
        status_callback=form.get("StatusCallback") or (application.values["StatusCallback"] if application else ""),
        status_callback_method=form.get("StatusCallbackMethod", "POST"),
        status_callback_events=frozenset(" ".join(form.all("StatusCallbackEvent")).split()),
        key_presses=list(sim.script(form.get("To")).digits),
    )
    call.note(now, status="queued")
    sim.calls[call.sid] = call
    return call


def fetch_call(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, call_json(sim.config.account_sid, _find(sim, asked)))


def list_calls(sim: Simulator, asked: Asked) -> Answer:
    query = asked.query
    rows = [
        call
        for call in reversed(sim.calls.values())
        if matches_text(query, To=call.to, From=call.sender, Status=call.status, ParentCallSid=call.parent_call_sid)
        and matches_time(query, "StartTime", call.started_at)
        and matches_time(query, "EndTime", call.ended_at)
    ]
    return Answer(200, page(asked, "calls", rows, lambda row: call_json(sim.config.account_sid, row)))


def update_call(sim: Simulator, asked: Asked) -> Answer:
    call = _find(sim, asked)
    source, status = source_of(sim, asked.form), asked.form.get("Status")
    if status:
        _end(sim, call, status)
    elif source != Source():
        if call.status != "in-progress":
            raise CarrierError(400, 21220, "Call is not in-progress. Cannot redirect.")
        sim.stop_life(music_of(call))
        sim.start_life(call.sid, resume(sim, call, source))
    if "StatusCallback" in asked.form:
        call.status_callback = asked.form.get("StatusCallback")
        call.status_callback_method = asked.form.get("StatusCallbackMethod", "POST")
    return Answer(200, call_json(sim.config.account_sid, call), call.sid)


def delete_call(sim: Simulator, asked: Asked) -> Answer:
    call = _find(sim, asked)
    if call.status not in CALL_ENDED:
        raise CarrierError(409, 20009, "Call is in progress: only ended calls can be deleted")
    del sim.calls[call.sid]
    return Answer(204, sid=call.sid)


def _find(sim: Simulator, asked: Asked) -> Call:
    call = sim.calls.get(asked.sid)
    if call is None:
        raise asked.not_found()
    return call


def _end(sim: Simulator, call: Call, status: str) -> None:
    """`canceled` ends a call before it is answered, `completed` at any time until it has ended."""
    if status not in {"canceled", "completed"}:
        raise CarrierError(400, 21218, f"Invalid call status {status}")
    waiting = call.status in _NOT_ANSWERED
    if call.status in CALL_ENDED or (status == "canceled" and not waiting):
        raise CarrierError(400, 21220, f"Invalid call state: the call is {call.status}")
    finish(sim, call, "canceled" if waiting else "completed")
