"""TwiML executed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.simulator.call_life import live
from dialgate.simulator.config import SimulatorConfig, Timing
from dialgate.simulator.documents import Document
from dialgate.simulator.records import Call
from dialgate.simulator.state import Script, Simulator
from dialgate.simulator.twiml import TwimlError, parse_twiml
from dialgate.simulator.verbs import Line, execute
from tests.unit.simulator.conftest import START
from tests.unit.simulator.far_side import FarSide

PERSON, SENDER, AGENT = "+15551230001", "+15550006000", "+15559990001"
MENU = '<Gather action="/keys" numDigits="1"><Say>Press 9 to opt out</Say></Gather>'


@pytest.fixture
def config(config: SimulatorConfig) -> SimulatorConfig:
    """Only bridged talk takes time."""
    return replace(config, timing=replace(Timing.instant(), talk_s=30))


def lead(sim: Simulator, twiml: str, *keys: str, url: str = "") -> Call:
    """A live call that executes a document in the background."""
    call = Call("CA1", PERSON, SENDER, "in-progress", "outbound-api", START, START, key_presses=list(keys))
    sim.calls[call.sid] = call
    line = Line(sim, call, lambda leg, source: sim.start_life(leg.sid, live(sim, leg, source)))
    sim.start_life(call.sid, execute(line, Document(parse_twiml(f"<Response>{twiml}</Response>"), url)))
    return call


def verbs(call: Call) -> list[object]:
    return [event["verb"] for event in call.events if "verb" in event]


def said(call: Call) -> list[object]:
    return [event["text"] for event in call.events if event.get("verb") == "Say"]


async def test_verbs_run_in_order_and_pauses_take_their_time(sim: Simulator) -> None:
    """What is said after a pause is said after it."""
    call = lead(sim, '<Say>One</Say><Pause length="5"/><Play>https://a/b.mp3</Play><Say>Two</Say>')
    await sim.clock.advance(4)
    assert verbs(call) == ["Say", "Pause"]
    await sim.clock.advance(1)
    assert (verbs(call), said(call)) == (["Say", "Pause", "Play", "Say"], ["One", "Two"])


async def test_key_presses_go_to_the_action(sim: Simulator, far_side: FarSide) -> None:
    """Digits reach the action, and its document goes on instead of the rest."""
    far_side.twiml("/keys", "<Response><Say>You are out</Say></Response>")
    call = lead(sim, f"{MENU}<Say>Never</Say>", "9", url=far_side.url + "/voice")
    await sim.clock.settle()
    assert [heard.form["Digits"] for heard in far_side.at("/keys")] == ["9"]
    assert said(call) == ["Press 9 to opt out", "You are out"]


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ('numDigits="1"', "97", "9"),
        ("", "97#1", "97"),
        ('finishOnKey="*"', "9#*", "9#"),
        ('finishOnKey=""', "9#", "9#"),
    ],
)
async def test_digits_end_where_the_document_says(
    sim: Simulator, far_side: FarSide, attributes: str, keys: str, digits: str
) -> None:
    """By count, or by the finishing key, which is no digit itself."""
    lead(sim, f"<Gather {attributes}/>", keys, url=far_side.url + "/voice")
    await sim.clock.settle()
    assert far_side.at("/voice")[0].form["Digits"] == digits


async def test_no_key_press_falls_through_after_the_timeout(sim: Simulator, far_side: FarSide) -> None:
    """Five seconds of silence, then the next verb; nobody hears of it unless asked to."""
    call = lead(sim, MENU + "<Say>Goodbye</Say>", url=far_side.url + "/voice")
    await sim.clock.advance(4.9)
    assert said(call) == ["Press 9 to opt out"]
    await sim.clock.advance(0.1)
    assert (said(call)[-1], far_side.heard) == ("Goodbye", [])
    lead(sim, '<Gather timeout="1" actionOnEmptyResult="true"/>', url=far_side.url + "/voice")
    await sim.clock.advance(1)
    assert [heard.form["Digits"] for heard in far_side.heard] == [""]


async def test_each_gather_takes_the_next_entry_of_the_script(sim: Simulator, far_side: FarSide) -> None:
    """An empty entry is a menu that the person lets pass."""
    lead(sim, '<Gather timeout="1"/><Gather action="/second"/>', "", "5", url=far_side.url + "/voice")
    await sim.clock.advance(1)
    assert [(heard.path, heard.form["Digits"]) for heard in far_side.heard] == [("/second", "5")]


async def test_keys_without_an_address_lead_nowhere(sim: Simulator) -> None:
    """Inline TwiML has no URL; the keys are noted and the call goes on."""
    call = lead(sim, "<Gather/><Say>Next</Say>", "9")
    await sim.clock.settle()
    assert ({"digits": "9"}.items() <= call.events[1].items(), said(call)) == (True, ["Next"])


async def test_redirect_and_hangup_end_a_document(sim: Simulator, far_side: FarSide) -> None:
    """What follows them is never executed."""
    far_side.twiml("/next", "<Response><Say>There</Say><Hangup/><Say>Never</Say></Response>")
    call = lead(sim, '<Redirect method="GET">/next</Redirect><Say>Never</Say>', url=far_side.url + "/voice")
    await sim.clock.settle()
    assert (said(call), far_side.heard[0].method) == (["There"], "GET")


async def test_a_circle_of_documents_ends(sim: Simulator, far_side: FarSide) -> None:
    """A document that redirects to itself is given up."""
    url = far_side.twiml("/loop", "<Response><Redirect>/loop</Redirect></Response>")
    line = Line(
        sim, Call("CA1", PERSON, SENDER, "in-progress", "outbound-api", START, START), lambda _leg, _source: None
    )
    with pytest.raises(TwimlError):
        await execute(line, Document(parse_twiml("<Response><Redirect>/loop</Redirect></Response>"), url))


async def test_dial_places_a_leg_and_reports_it(sim: Simulator, far_side: FarSide) -> None:
    """The leg is a call of its own under its parent; its result goes to the action."""
    call = lead(sim, f'<Dial callerId="+15550007000" action="/done">{AGENT}</Dial>', url=far_side.url + "/voice")
    await sim.clock.settle()
    leg = list(sim.calls.values())[1]
    assert (leg.to, leg.sender, leg.parent_call_sid, leg.direction, leg.status) == (
        AGENT,
        "+15550007000",
        call.sid,
        "outbound-dial",
        "in-progress",
    )
    await sim.clock.advance(30)
    result = far_side.at("/done")[0].form
    assert (result["DialCallStatus"], result["DialCallSid"], result["DialCallDuration"]) == ("completed", leg.sid, "30")


async def test_dial_tries_one_after_the_other(sim: Simulator, far_side: FarSide) -> None:
    """Legs follow until one answers; each has its own callbacks and screening document."""
    sim.scripts["+15559990002"] = Script("busy")
    screen, status = far_side.twiml("/screen", "<Response><Say>A call</Say></Response>"), far_side.url + "/leg"
    call = lead(
        sim,
        f'<Dial><Number>+15559990002</Number><Number url="{screen}" statusCallback="{status}" '
        f'statusCallbackEvent="answered completed">{AGENT}</Number><Number>+15559990003</Number></Dial><Say>Bye</Say>',
    )
    await sim.clock.advance(30)
    legs = [leg for leg in sim.calls.values() if leg.parent_call_sid]
    assert [(leg.to, leg.status) for leg in legs] == [("+15559990002", "busy"), (AGENT, "completed")]
    assert [heard.form["CallStatus"] for heard in far_side.at("/leg")] == ["in-progress", "completed"]
    assert (said(legs[1]), said(call)) == (["A call"], ["Bye"])


async def test_what_is_not_simulated_is_noted(sim: Simulator) -> None:
    """An unknown verb is on record and does no harm."""
    call = lead(sim, "<Enqueue>x</Enqueue><Dial><Conference>room</Conference></Dial><Say>Next</Say>")
    await sim.clock.settle()
    assert verbs(call) == ["Enqueue", "Dial", "Conference", "Say"]
