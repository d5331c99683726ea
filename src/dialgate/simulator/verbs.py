"""Verbs that need nobody else: what is said is noted, keys are pressed as scripted, messages are sent."""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.simulator.documents import Document
from dialgate.simulator.line import Line, Step, end_document, says_yes, seconds_of
from dialgate.simulator.messages import send
from dialgate.simulator.recording_life import end, record, recorded_pairs
from dialgate.simulator.records import Report
from dialgate.simulator.side_streams import start, stop
from dialgate.simulator.transcripts import transcribe
from dialgate.simulator.twiml import Verb
from dialgate.simulator.wire import Form


async def speak(line: Line, _document: Document, verb: Verb) -> Document | None:
    pause_s = seconds_of(verb, "length", 1.0)
    await line.sim.clock.sleep(pause_s if verb.name == "Pause" else line.sim.config.timing.say_s)
    return None


async def redirect(line: Line, document: Document, verb: Verb) -> Document | None:
    return await line.follow(document, verb.text, verb)


async def gather(line: Line, document: Document, verb: Verb) -> Document | None:
    """Take the next key presses; none, and the call falls through after the time-out.

    Source: Twilio, "TwiML: Gather" (action = current document, finishOnKey #, timeout 5 s), read 2026-11.
    """
    for child in verb.children:
        line.note_verb(child)
    digits = _pressed(verb, await _keys(line, verb))
    action = verb.attributes.get("action", document.url)
    if not digits and verb.attributes.get("actionOnEmptyResult") != "true":
        return None
    line.note(digits=digits)
    if not action:
        line.note(error="the Gather has no action and its document no URL: the keys lead nowhere")
        return None
    return await line.follow(document, action, verb, (("Digits", digits), ("FinishedOnKey", "")))


async def _keys(line: Line, verb: Verb) -> str:
    """The next entry of the script at once; else what is pressed before the time-out ends."""
    call, timeout_s = line.call, seconds_of(verb, "timeout", 5.0)
    if not call.key_presses:
        call.pressed.clear()
        await line.sim.clock.wait(call.pressed, within_s=timeout_s)
        return call.key_presses.pop(0) if call.key_presses else ""
    keys = call.key_presses.pop(0)
    if not keys:
        await line.sim.clock.sleep(timeout_s)
    return keys


def _pressed(verb: Verb, keys: str) -> str:
    finish_on = verb.attributes.get("finishOnKey", "#")
    ends = [keys.index(key) for key in finish_on if key in keys]
    most = int(seconds_of(verb, "numDigits", len(keys)))
    return keys[: min([most, *ends])]


async def take_down(line: Line, document: Document, verb: Verb) -> Document | None:
    """`Record`: listen as long as somebody speaks, which here is as long as an announcement.

    Source: Twilio, "TwiML: Record" (action = current document, maxLength 3600 s), read 2026-11.
    """
    told = verb.attributes
    events = frozenset(told.get("recordingStatusCallbackEvent", "").split())
    report = Report(told.get("recordingStatusCallback", ""), told.get("recordingStatusCallbackMethod", "POST"), events)
    recording = record(line.sim, line.call, "RecordVerb", report)
    try:
        await line.sim.clock.sleep(min(line.sim.config.timing.say_s, seconds_of(verb, "maxLength", 3600)))
    finally:
        end(line.sim, recording)
        if says_yes(verb, "transcribe") or told.get("transcribeCallback"):
            transcribe(line.sim, line.call, recording, told.get("transcribeCallback", ""))
    action = told.get("action", document.url)
    if not action:
        return None
    pairs = (*recorded_pairs(line.sim, recording), ("Digits", ""))
    return await line.follow(document, action, verb, pairs)


async def text(line: Line, document: Document, verb: Verb) -> Document | None:
    """`Sms` or `Message`: to the person on the line unless another is named.

    Source: Twilio, "TwiML: Sms" (action parameters SmsSid and SmsStatus), read 2026-11.
    """
    told, call = verb.attributes, line.call
    inbound = call.direction == "inbound"
    person, sender = (call.sender, call.to) if inbound else (call.to, call.sender)
    body = next((child.text for child in verb.children if child.name == "Body"), verb.text)
    callback = told.get("statusCallback", "")
    pairs = (("To", told.get("to", person)), ("From", told.get("from", sender)), ("Body", body))
    sent = send(line.sim, Form((*pairs, ("StatusCallback", callback))), "outbound-reply")
    line.note(sent=sent.sid, to=sent.to)
    return await line.go_on(document, verb, (("SmsSid", sent.sid), ("SmsStatus", "sending")))


async def refer(line: Line, document: Document, verb: Verb) -> Document | None:
    """Away to another switch, which takes it."""
    for noun in verb.children:
        line.note_verb(noun)
    return await line.go_on(document, verb, (("ReferCallStatus", "completed"), ("ReferSipResponseCode", "202")))


PLAIN: Mapping[str, Step] = {
    "Say": speak,
    "Play": speak,
    "Pause": speak,
    "Gather": gather,
    "Redirect": redirect,
    "Hangup": end_document,
    "Reject": end_document,
    "Record": take_down,
    "Refer": refer,
    "Start": start,
    "Stop": stop,
    "Sms": text,
    "Message": text,
}
