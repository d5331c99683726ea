"""`Dial`: legs to people, all at once or one after the other; conferences and queues."""

from __future__ import annotations

from collections.abc import Sequence

from dialgate.simulator.documents import Document, Source
from dialgate.simulator.line import Line, says_yes
from dialgate.simulator.meeting import meet
from dialgate.simulator.queue_life import take_next
from dialgate.simulator.recording_life import end, record, recorded_pairs
from dialgate.simulator.records import CALL_ENDED, Call, Recording, Report
from dialgate.simulator.shapes import duration_s
from dialgate.simulator.twiml import Verb
from dialgate.simulator.wire import Pairs

_LEGS = {"Number": "", "Sip": "", "Client": "client:", "WhatsApp": "whatsapp:"}


async def dial(line: Line, document: Document, verb: Verb) -> Document | None:
    """Talk to whoever answers first, or be in a conference, or take the next of a queue; then go on.

    Source: Twilio, "TwiML: Dial" (action parameters; several nouns ring at once unless `sequential`), read 2026-11.
    """
    nouns = _nouns(verb)
    for noun in nouns:
        line.note_verb(noun)
    recording = _recording(line, verb)
    try:
        result = await _connect(line, verb, nouns)
    finally:
        if recording is not None:
            end(line.sim, recording)
    recorded = recorded_pairs(line.sim, recording) if recording is not None else ()
    return await line.go_on(document, verb, (*result, *recorded))


async def _connect(line: Line, verb: Verb, nouns: Sequence[Verb]) -> Pairs:
    for noun in nouns:
        match noun.name:
            case "Conference":
                return await meet(line, noun)
            case "Queue":
                return await take_next(line, noun, line.sim.config.timing.talk_s)
            case _ if noun.name not in _LEGS:
                line.note(error=f"{noun.name} is not simulated")
            case _:
                pass
    people = [noun for noun in nouns if noun.name in _LEGS]
    rounds = [[noun] for noun in people] if says_yes(verb, "sequential") else [people]
    result: Pairs = (("DialCallStatus", "failed"),)
    for ringing in rounds:
        leg = await _ring(line, verb, ringing)
        if leg is not None:
            result = _leg_result(leg)
            if leg.answered_at is not None:
                break
    return result


async def _ring(line: Line, verb: Verb, nouns: Sequence[Verb]) -> Call | None:
    """The leg that was talked to; else the last of those that nobody answered."""
    legs = [_make_leg(line, verb, noun) for noun in nouns]
    for leg, noun in zip(legs, nouns, strict=True):
        line.place(leg, Source(url=noun.attributes.get("url", ""), method=noun.attributes.get("method", "POST")))
    open_ = list(legs)
    while open_:
        await line.sim.clock.wait(*(event for leg in open_ for event in (leg.answered, leg.ended)))
        answered = next((leg for leg in open_ if leg.answered.is_set()), None)
        if answered is not None:
            for other in open_:
                if other is not answered:
                    line.hang_up(other)
            await line.sim.clock.wait(answered.ended)
            return answered
        open_ = [leg for leg in open_ if leg.status not in CALL_ENDED]
    return legs[-1] if legs else None


def _nouns(verb: Verb) -> tuple[Verb, ...]:
    return ((Verb("Number", {}, verb.text, ()),) if verb.text else ()) + verb.children


def _make_leg(line: Line, dial_: Verb, noun: Verb) -> Call:
    sim, now, told = line.sim, line.sim.clock.now(), noun.attributes
    to = _LEGS[noun.name] + (noun.text or _identity(noun))
    leg = Call(
        sid=f"CA{sim.config.new_id()}",
        to=to,
        sender=dial_.attributes.get("callerId", line.call.sender),
        status="queued",
        direction="outbound-dial",
        created_at=now,
        updated_at=now,
        parent_call_sid=line.call.sid,
        status_callback=told.get("statusCallback", ""),
        status_callback_method=told.get("statusCallbackMethod", "POST"),
        status_callback_events=frozenset(told.get("statusCallbackEvent", "").split()),
        key_presses=list(sim.script(to).digits),
    )
    leg.note(now, status="queued")
    if "sendDigits" in told:
        leg.note(now, sends_digits=told["sendDigits"])
    sim.calls[leg.sid] = leg
    line.call.legs.append(leg)
    line.note(dialled=to, leg=leg.sid)
    return leg


def _identity(noun: Verb) -> str:
    return next((child.text for child in noun.children if child.name == "Identity"), "")


def _recording(line: Line, verb: Verb) -> Recording | None:
    told = verb.attributes
    asked = told.get("record", "")
    if not (asked == "true" or asked.startswith("record-")):
        return None
    events = frozenset(told.get("recordingStatusCallbackEvent", "").split())
    report = Report(told.get("recordingStatusCallback", ""), told.get("recordingStatusCallbackMethod", "POST"), events)
    channels = 2 if asked.endswith("-dual") else 1
    return record(line.sim, line.call, "DialVerb", report, channels=channels)


def _leg_result(leg: Call) -> Pairs:
    bridged = "true" if leg.answered_at is not None else "false"
    return (
        ("DialCallStatus", leg.status),
        ("DialCallSid", leg.sid),
        ("DialCallDuration", str(duration_s(leg))),
        ("DialBridged", bridged),
    )
