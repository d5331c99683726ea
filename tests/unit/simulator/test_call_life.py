"""What becomes of a call."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twilio.request_validator import RequestValidator

from dialgate.simulator.call_life import finish, line_of, live, resume, tell
from dialgate.simulator.config import SimulatorConfig, Timing
from dialgate.simulator.documents import Source
from dialgate.simulator.faults import parse_fault
from dialgate.simulator.records import Call
from dialgate.simulator.signature import SIGNATURE
from dialgate.simulator.state import Script, Simulator
from dialgate.simulator.wire import Form
from tests.unit.simulator.conftest import ACCOUNT, START, TOKEN
from tests.unit.simulator.far_side import FarSide

PERSON, SENDER = "+15551230001", "+15550006000"
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


@pytest.fixture
def config(config: SimulatorConfig) -> SimulatorConfig:
    """Ten seconds in the queue, ten to dial, ten ringing."""
    return replace(config, timing=replace(Timing.instant(), queue_s=10, dial_s=10, ring_s=10))


def start(sim: Simulator, far_side: FarSide, twiml: str, events: frozenset[str] = EVENTS) -> Call:
    call = Call(
        "CA1",
        PERSON,
        SENDER,
        "queued",
        "outbound-api",
        START,
        START,
        status_callback=far_side.url + "/status",
        status_callback_events=events,
    )
    sim.calls[call.sid] = call
    sim.start_life(call.sid, live(sim, call, Source(twiml=f"<Response>{twiml}</Response>")))
    return call


async def test_a_call_moves_through_its_states(sim: Simulator, far_side: FarSide) -> None:
    """Queued, ringing, in progress, completed; each event that was asked for is told once and in order."""
    call = start(sim, far_side, '<Pause length="61"/>')
    seen = [call.status]
    for seconds in (10, 10, 10, 61):
        await sim.clock.advance(seconds)
        seen.append(call.status)
    assert seen == ["queued", "queued", "ringing", "in-progress", "completed"]
    forms = [heard.form for heard in far_side.heard]
    assert [(form["CallStatus"], form["SequenceNumber"]) for form in forms] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert {name: forms[3][name] for name in ("CallDuration", "Duration", "Timestamp", "AccountSid", "To")} == {
        "CallDuration": "61",
        "Duration": "2",
        "Timestamp": "Sat, 21 Nov 2026 20:01:31 +0000",
        "AccountSid": ACCOUNT,
        "To": PERSON,
    }
    last = far_side.heard[3]
    assert RequestValidator(TOKEN).validate(last.url, last.form, last.headers[SIGNATURE])


async def test_only_the_end_is_told_unless_more_is_asked_for(sim: Simulator, far_side: FarSide) -> None:
    """Without StatusCallbackEvent there is one callback."""
    call = start(sim, far_side, "<Hangup/>", frozenset())
    await sim.clock.advance(30)
    assert [heard.form["CallStatus"] for heard in far_side.heard] == ["completed"]
    call.status_callback = ""
    tell(sim, call, "completed", "completed")
    await sim.clock.settle()
    assert len(far_side.heard) == 1


@pytest.mark.parametrize("answer", ["busy", "no-answer", "failed"])
async def test_a_call_may_not_be_answered(sim: Simulator, far_side: FarSide, answer: str) -> None:
    """The script of the called number decides; the end is the event `completed` with the true status."""
    sim.scripts[PERSON] = Script(answer)
    call = start(sim, far_side, "<Say>Never</Say>", frozenset())
    await sim.clock.advance(30)
    assert (call.status, [heard.form["CallStatus"] for heard in far_side.heard]) == (answer, [answer])
    assert all("verb" not in event for event in call.events)


async def test_a_call_can_be_made_to_fail(sim: Simulator, far_side: FarSide) -> None:
    """The fault's code is in the callback."""
    sim.faults.add(parse_fault({"kind": "undelivered", "code": 32224}))
    call = start(sim, far_side, "<Say>Never</Say>")
    await sim.clock.advance(30)
    assert (call.status, far_side.heard[-1].form["ErrorCode"]) == ("failed", "32224")


async def test_the_person_may_hang_up(sim: Simulator, far_side: FarSide) -> None:
    """A scripted duration ends the call in the middle of its document."""
    sim.scripts[PERSON] = Script(duration_s=7)
    call = start(sim, far_side, '<Pause length="60"/><Say>Never</Say>')
    await sim.clock.advance(37)
    assert (call.status, far_side.heard[-1].form["CallDuration"]) == ("completed", "7")


async def test_a_document_that_cannot_be_had_ends_the_call(sim: Simulator, far_side: FarSide) -> None:
    """The call was answered, so it is completed, with the carrier's error on record."""
    url = far_side.text("/voice", "gone", "text/html", 404)
    call = Call("CA1", PERSON, SENDER, "in-progress", "outbound-api", START, START)
    await resume(sim, call, Source(url=url))
    assert (call.status, call.error_code) == ("completed", 11200)


async def test_ending_a_call_ends_its_legs_once(sim: Simulator, far_side: FarSide) -> None:
    """A leg that rings is canceled with its parent, and nothing of either goes on."""
    call = start(sim, far_side, "<Dial>+15559990001</Dial><Say>Never</Say>", frozenset())
    await sim.clock.advance(50)
    leg = list(sim.calls.values())[1]
    assert leg.status == "ringing"
    finish(sim, call, "completed")
    finish(sim, call, "failed")
    await sim.clock.advance(60)
    assert (call.status, leg.status, len(far_side.heard)) == ("completed", "canceled", 1)


async def test_a_call_may_be_recorded_from_the_answer(sim: Simulator, far_side: FarSide) -> None:
    """The end of the call tells of its recording."""
    call = start(sim, far_side, '<Pause length="7"/>', frozenset())
    call.params = Form((("Record", "true"), ("RecordingChannels", "dual"), ("SendDigits", "1")))
    await sim.clock.advance(37)
    form, recording = far_side.heard[-1].form, call.recordings[0]
    assert (form["RecordingSid"], form["RecordingDuration"], recording.channels) == (recording.sid, "7", 2)


@pytest.mark.parametrize(
    ("beside", "told_at_once", "told_later"), [("", "machine_start", []), ("true", None, ["machine_start"])]
)
async def test_machines_are_detected(
    sim: Simulator, far_side: FarSide, beside: str, told_at_once: str | None, told_later: list[str]
) -> None:
    """Before the document is fetched, or beside the call, with a callback of its own."""
    sim.scripts[PERSON] = Script(answered_by="machine_start")
    call = start(sim, far_side, '<Pause length="7"/>', frozenset({"answered"}))
    amd = ("AsyncAmdStatusCallback", far_side.url + "/amd")
    call.params = Form((("MachineDetection", "Enable"), ("AsyncAmd", beside), amd))
    await sim.clock.advance(31)
    assert far_side.at("/status")[0].form.get("AnsweredBy") == told_at_once
    assert [heard.form["AnsweredBy"] for heard in far_side.at("/amd")] == told_later


async def test_another_call_is_led_in_the_same_way(sim: Simulator, far_side: FarSide) -> None:
    """The line of a call carries all that verbs can do."""
    call = start(sim, far_side, "<Hangup/>")
    line = line_of(sim, call)
    line.hang_up(call)
    await line.listen(Source(url=far_side.text("/gone", "", "text/html", 404)))
    assert (call.status, call.events[-1]["code"]) == ("canceled", 11200)
