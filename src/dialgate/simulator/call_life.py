"""What becomes of a call over time, and the status callbacks that tell of it."""

from __future__ import annotations

from collections.abc import Callable

from dialgate.simulator.documents import Source, call_pairs, load
from dialgate.simulator.records import CALL_ENDED, Call
from dialgate.simulator.shapes import duration_s
from dialgate.simulator.state import Script, Simulator
from dialgate.simulator.twiml import TwimlError
from dialgate.simulator.verbs import Line, execute
from dialgate.simulator.wire import Pairs, rfc2822

# Source: Twilio, "Call resource", StatusCallbackEvent: `completed` unless others are named; read 2026-11.
_DEFAULT_EVENTS = frozenset({"completed"})


async def live(sim: Simulator, call: Call, source: Source) -> None:
    """Queued, dialled, ringing, then answered by the script of the called number and led by TwiML; or not answered."""
    timing, script = sim.config.timing, sim.scripts.get(call.to, Script())
    await sim.clock.sleep(timing.queue_s)
    tell(sim, call, "initiated", "initiated")
    await sim.clock.sleep(timing.dial_s)
    failure = sim.fault("undelivered", call.to)
    if script.answer == "failed" or failure is not None:
        call.error_code = int(failure or 0) or None
        finish(sim, call, "failed")
        return
    enter(sim, call, "ringing", "ringing")
    await sim.clock.sleep(timing.ring_s)
    if script.answer != "answered":
        finish(sim, call, script.answer)
        return
    call.answered_at = call.started_at = sim.clock.now()
    enter(sim, call, "in-progress", "answered")
    if script.duration_s is not None:
        sim.start_life(f"{call.sid}/callee", _hang_up_after(sim, call, script.duration_s))
    await resume(sim, call, source)


async def resume(sim: Simulator, call: Call, source: Source) -> None:
    """Follow a document to its end, which ends the call; a bridged leg then talks on."""
    try:
        await execute(Line(sim, call, _place(sim)), await load(sim, call, source))
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
    sim.stop_life(call.sid)
    sim.stop_life(f"{call.sid}/callee")
    call.ended_at = sim.clock.now()
    call.started_at = call.started_at or call.created_at
    call.ended.set()
    enter(sim, call, status, "completed")
    for leg in [leg for leg in sim.calls.values() if leg.parent_call_sid == call.sid]:
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
        *_ending(call),
    )
    call.callbacks_sent += 1
    sim.webhooks.call_back(call, call.status_callback, pairs, call.status_callback_method.upper())


def _ending(call: Call) -> Pairs:
    if call.status not in CALL_ENDED:
        return ()
    spoken_s = duration_s(call)
    error = (("ErrorCode", str(call.error_code)),) if call.error_code else ()
    return (("CallDuration", str(spoken_s)), ("Duration", str(-(-spoken_s // 60))), *error)


def _place(sim: Simulator) -> Callable[[Call, Source], None]:
    return lambda leg, source: sim.start_life(leg.sid, live(sim, leg, source))


async def _hang_up_after(sim: Simulator, call: Call, seconds: float) -> None:
    await sim.clock.sleep(seconds)
    call.note(sim.clock.now(), hung_up="callee")
    finish(sim, call, "completed")
