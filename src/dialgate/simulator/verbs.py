"""TwiML executed: what is said is noted, keys are pressed as scripted, addresses are followed, legs are dialled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialgate.simulator.documents import Document, Source, follow
from dialgate.simulator.records import Call
from dialgate.simulator.shapes import duration_s
from dialgate.simulator.state import Script, Simulator
from dialgate.simulator.twiml import TwimlError, Verb
from dialgate.simulator.wire import Pairs

_MAX_DOCUMENTS = 100
_LEGS = {"Number": "", "Sip": "", "Client": "client:", "WhatsApp": "whatsapp:"}


@dataclass(frozen=True, slots=True)
class Line:
    """A live call with what its verbs need: `place` starts the life of a leg that a Dial has made."""

    sim: Simulator
    call: Call
    place: Callable[[Call, Source], None]

    def note(self, **facts: object) -> None:
        self.call.note(self.sim.clock.now(), **facts)

    async def follow(self, document: Document, address: str, verb: Verb, extra: Pairs = ()) -> Document:
        return await follow(self.sim, self.call, document, address, verb.attributes.get("method", "POST"), extra)


async def execute(line: Line, document: Document) -> None:
    """Execute a document and those it leads to.

    Errors: TwimlError for a document that cannot be had or read, or for a circle without end.
    """
    current: Document | None = document
    for _ in range(_MAX_DOCUMENTS):
        if current is None:
            return
        current = await _execute(line, current)
    raise TwimlError(12400, f"More than {_MAX_DOCUMENTS} documents in one call")


async def _execute(line: Line, document: Document) -> Document | None:
    for verb in document.verbs:
        following = await _step(line, document, verb)
        if following is not None:
            return following
    return None


async def _step(line: Line, document: Document, verb: Verb) -> Document | None:
    """Do one verb; a document to go on with instead of the next verb, or None."""
    _note_verb(line, verb)
    match verb.name:
        case "Say" | "Play" | "Pause":
            await _speak(line, verb)
        case "Gather":
            return await _gather(line, document, verb)
        case "Redirect":
            return await line.follow(document, verb.text, verb)
        case "Hangup" | "Reject":
            return Document(())
        case "Dial":
            return await _dial(line, document, verb)
        case _:
            line.note(error=f"{verb.name} is not simulated")
    return None


def _note_verb(line: Line, verb: Verb) -> None:
    line.note(verb=verb.name, text=verb.text, attributes=dict(verb.attributes))


async def _speak(line: Line, verb: Verb) -> None:
    pause_s = _seconds(verb, "length", 1.0)
    await line.sim.clock.sleep(pause_s if verb.name == "Pause" else line.sim.config.timing.say_s)


async def _gather(line: Line, document: Document, verb: Verb) -> Document | None:
    """Take the next scripted key presses; none, and the call falls through after the time-out.

    Source: Twilio, "TwiML: Gather" (action = current document, finishOnKey #, timeout 5 s), read 2026-11.
    """
    for child in verb.children:
        _note_verb(line, child)
    digits = _pressed(verb, line.call.key_presses.pop(0) if line.call.key_presses else "")
    action = verb.attributes.get("action", document.url)
    if not digits:
        await line.sim.clock.sleep(_seconds(verb, "timeout", 5.0))
        if verb.attributes.get("actionOnEmptyResult") != "true":
            return None
    line.note(digits=digits)
    if not action:
        line.note(error="the Gather has no action and its document no URL: the keys lead nowhere")
        return None
    return await line.follow(document, action, verb, (("Digits", digits), ("FinishedOnKey", "")))


def _pressed(verb: Verb, keys: str) -> str:
    finish_on = verb.attributes.get("finishOnKey", "#")
    ends = [keys.index(key) for key in finish_on if key in keys]
    most = int(_seconds(verb, "numDigits", len(keys)))
    return keys[: min([most, *ends])]


async def _dial(line: Line, document: Document, verb: Verb) -> Document | None:
    """Dial one leg after the other until one answers, and talk until it ends. Conferences and queues are only noted."""
    leg: Call | None = None
    for noun in _nouns(verb):
        _note_verb(line, noun)
        if noun.name not in _LEGS:
            continue
        leg = _make_leg(line, verb, noun)
        line.place(leg, Source(url=noun.attributes.get("url", ""), method=noun.attributes.get("method", "POST")))
        await line.sim.clock.wait(leg.ended)
        if leg.answered_at is not None:
            break
    action = verb.attributes.get("action")
    return await line.follow(document, action, verb, _dial_result(leg)) if action else None


def _nouns(verb: Verb) -> tuple[Verb, ...]:
    return ((Verb("Number", {}, verb.text, ()),) if verb.text else ()) + verb.children


def _make_leg(line: Line, dial: Verb, noun: Verb) -> Call:
    sim, now = line.sim, line.sim.clock.now()
    to = _LEGS[noun.name] + noun.text
    leg = Call(
        sid=f"CA{sim.config.new_id()}",
        to=to,
        sender=dial.attributes.get("callerId", line.call.sender),
        status="queued",
        direction="outbound-dial",
        created_at=now,
        updated_at=now,
        parent_call_sid=line.call.sid,
        status_callback=noun.attributes.get("statusCallback", ""),
        status_callback_method=noun.attributes.get("statusCallbackMethod", "POST"),
        status_callback_events=frozenset(noun.attributes.get("statusCallbackEvent", "").split()),
        key_presses=list(sim.scripts.get(to, Script()).digits),
    )
    leg.note(now, status="queued")
    sim.calls[leg.sid] = leg
    line.note(dialled=to, leg=leg.sid)
    return leg


def _dial_result(leg: Call | None) -> Pairs:
    if leg is None:
        return (("DialCallStatus", "failed"),)
    return (("DialCallStatus", leg.status), ("DialCallSid", leg.sid), ("DialCallDuration", str(duration_s(leg))))


def _seconds(verb: Verb, name: str, default: float) -> float:
    try:
        return float(verb.attributes.get(name, default))
    except ValueError:
        return default
