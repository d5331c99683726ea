"""What becomes of a call over time, and the status callbacks that tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.simulator.conference_life import leave, music_of
from dialgate.simulator.dialling import dial
from dialgate.simulator.documents import Source, call_pairs
from dialgate.simulator.line import Line, Step
from dialgate.simulator.queue_life import enqueue, leave_queue
from dialgate.simulator.recording_life import end_all, record, recorded_pairs
from dialgate.simulator.records import CALL_ENDED, Call, Report
from dialgate.simulator.shapes import duration_s
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError
from dialgate.simulator.verbs import PLAIN
from dialgate.simulator.wire import Pairs, rfc2822

# Source: Twilio, "Call resource", StatusCallbackEvent: `completed` unless others are named; read 2026-11.
_DEFAULT_EVENTS = frozenset({"completed"})
_STEPS: Mapping[str, Step] = {**PLAIN, "Dial": dial, "Enqueue": enqueue, "Leave": leave_queue}


def line_of(sim: Simulator, call: Call) -> Line:
    """A call with all that verbs can do to it."""
    return Line(
        sim,
        call,
        _STEPS,
        place=lambda leg, source: sim.start_life(leg.sid, live(sim, leg, source)),
        hang_up=lambda leg: finish(sim, leg, "canceled"),
    )


async def live(sim: Simulator, call: Call, source: Source) -> None:
    """Queued, dialled, ringing, then answered by the script of the called number and led by TwiML; or not answered."""
    timing, script = sim.config.timing, sim.script(call.to)
    await sim.clock.sleep(timing.queue_s)
    tell(sim, call, "initiated", "initiated")
    await sim.clock.sleep(timing.dial_s)
    failure, outcome = sim.fault("undelivered", call.to), sim.outcome(call.to)
    if outcome == "failed" or failure is not None:
        call.error_code = int(failure or 0) or None
        finish(sim, call, "failed")
        return
    enter(sim, call, "ringing", "ringing")
    await sim.clock.sleep(timing.ring_s if script.ring_s is None else script.ring_s)
    if outcome != "answered":
        finish(sim, call, outcome)
        return
    _answer(sim, call)
    if script.duration_s is not None:
        sim.start_life(f"{call.sid}/callee", _hang_up_after(sim, call, script.duration_s))
    await resume(sim, call, source)


async def resume(sim: Simulator, call: Call, source: Source) -> None:
    """Follow a document to its end, which ends the call; a bridged leg then talks on."""
    try:
        await line_of(sim, call).lead(source)
        if call.parent_call_sid:
            await sim.clock.sleep(sim.config.timing.talk_s)
    except TwimlError as error:
        call.error_code = error.code
        call.note(sim.clock.now(), error=str(error), code=error.code)
    finish(sim, call, "completed")


def finish(sim: Simulator, call: Call, status: str) -> None:
    """End a call, its legs and whatever still runs for it. Nothing happens to one that has ended."""
    if call.status in CALL_ENDED:
        return
    for life in (call.sid, f"{call.sid}/callee", music_of(call)):
        sim.stop_life(life)
    call.ended_at = sim.clock.now()
    call.started_at = call.started_at or call.created_at
    call.ended.set()
    seat = sim.seats.get(call.sid)
    if seat is not None:
        leave(sim, seat)
    call.status = status
    end_all(sim, call)
    enter(sim, call, status, "completed")
    for leg in call.legs:
        finish(sim, leg, "completed" if leg.status == "in-progress" else "canceled")


def enter(sim: Simulator, call: Call, status: str, event: str) -> None:
    """Take on a status and tell the status callback."""
    call.status = status
    call.note(sim.clock.now(), status=status)
    tell(sim, call, status, event)


def tell(sim: Simulator, call: Call, status: str, event: str) -> None:
    """Send a status callback if this event was asked for."""
    if not call.status_callback or event not in (call.status_callback_events or _DEFAULT_EVENTS):
        return
    pairs = tuple(pair for pair in call_pairs(sim, call) if pair[0] != "CallStatus")
    pairs += (
        ("CallStatus", status),
        ("Timestamp", rfc2822(sim.clock.now()) or ""),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(call.callbacks_sent)),
        *_ending(sim, call),
    )
    call.callbacks_sent += 1
    sim.webhooks.call_back(call, call.status_callback, pairs, call.status_callback_method.upper())


def _answer(sim: Simulator, call: Call) -> None:
    form, detection = call.params, call.params.get("MachineDetection")
    call.answered_at = call.started_at = sim.clock.now()
    found = sim.script(call.to).answered_by if detection in {"Enable", "DetectMessageEnd"} else ""
    later = found if form.get("AsyncAmd") == "true" else ""
    call.answered_by = "" if later else found
    if form.get("SendDigits"):
        call.note(sim.clock.now(), sends_digits=form.get("SendDigits"))
    enter(sim, call, "in-progress", "answered")
    call.answered.set()
    if form.get("Record") == "true":
        report = Report(
            form.get("RecordingStatusCallback"),
            form.get("RecordingStatusCallbackMethod", "POST"),
            frozenset(" ".join(form.all("RecordingStatusCallbackEvent")).split()),
        )
        channels = 2 if form.get("RecordingChannels") == "dual" else 1
        record(sim, call, "OutboundAPI", report, channels=channels, track=form.get("RecordingTrack", "both"))
    if later:
        _detect(sim, call, later)


def _detect(sim: Simulator, call: Call, found: str) -> None:
    """Machine detection that runs beside the call.

    Source: Twilio, "Answering machine detection" (AsyncAmdStatusCallback parameters), read 2026-11.
    """
    call.answered_by, url = found, call.params.get("AsyncAmdStatusCallback")
    pairs: Pairs = (
        ("CallSid", call.sid),
        ("AccountSid", sim.config.account_sid),
        ("AnsweredBy", found),
        ("MachineDetectionDuration", "0"),
    )
    if url:
        sim.webhooks.call_back(call, url, pairs, call.params.get("AsyncAmdStatusCallbackMethod", "POST").upper())


def _ending(sim: Simulator, call: Call) -> Pairs:
    if call.status not in CALL_ENDED:
        return ()
    spoken_s = duration_s(call)
    error = (("ErrorCode", str(call.error_code)),) if call.error_code else ()
    recorded = recorded_pairs(sim, call.recordings[-1]) if call.recordings else ()
    return (("CallDuration", str(spoken_s)), ("Duration", str(-(-spoken_s // 60))), *recorded, *error)


async def _hang_up_after(sim: Simulator, call: Call, seconds: float) -> None:
    await sim.clock.sleep(seconds)
    call.note(sim.clock.now(), hung_up="callee")
    finish(sim, call, "completed")
