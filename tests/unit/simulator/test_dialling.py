"""Dialling from within a call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.simulator.config import SimulatorConfig, Timing
from dialgate.simulator.state import Script, Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import AGENT, lead, said


@pytest.fixture
def config(config: SimulatorConfig) -> SimulatorConfig:
    """Only bridged talk takes time."""
    return replace(config, timing=replace(Timing.instant(), talk_s=30))


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
        f'<Dial sequential="true"><Number>+15559990002</Number><Number url="{screen}" statusCallback="{status}" '
        f'statusCallbackEvent="answered completed">{AGENT}</Number><Number>+15559990003</Number></Dial><Say>Bye</Say>',
    )
    await sim.clock.advance(30)
    legs = [leg for leg in sim.calls.values() if leg.parent_call_sid]
    assert [(leg.to, leg.status) for leg in legs] == [("+15559990002", "busy"), (AGENT, "completed")]
    assert [heard.form["CallStatus"] for heard in far_side.at("/leg")] == ["in-progress", "completed"]
    assert (said(legs[1]), said(call)) == (["A call"], ["Bye"])


async def test_several_ring_at_once(sim: Simulator, far_side: FarSide) -> None:
    """Whoever answers first is talked to; the others stop ringing."""
    sim.scripts["+15559990002"] = Script(ring_s=20)
    sim.scripts[AGENT] = Script(ring_s=5)
    nouns = f"<Number>+15559990002</Number><Number sendDigits='1'>{AGENT}</Number>"
    lead(sim, f'<Dial action="/done">{nouns}</Dial>', url=far_side.url + "/voice")
    await sim.clock.advance(35)
    legs = [leg for leg in sim.calls.values() if leg.parent_call_sid]
    assert [(leg.to, leg.status) for leg in legs] == [("+15559990002", "canceled"), (AGENT, "completed")]
    assert far_side.at("/done")[0].form["DialCallSid"] == legs[1].sid


async def test_what_is_dialled_may_be_recorded(sim: Simulator, far_side: FarSide) -> None:
    """From both sides; the action and the callback learn where it is."""
    told = f'record="record-from-answer-dual" recordingStatusCallback="{far_side.url}/rec" action="/done"'
    lead(sim, f"<Dial {told}>{AGENT}</Dial>", url=far_side.url + "/voice")
    await sim.clock.advance(30)
    done, rec = far_side.at("/done")[0].form, far_side.at("/rec")[0].form
    assert (done["RecordingUrl"], rec["RecordingChannels"], rec["RecordingDuration"]) == (
        rec["RecordingUrl"],
        "2",
        "30",
    )


async def test_nobody_to_dial_is_a_failure(sim: Simulator, far_side: FarSide) -> None:
    """The action is told so."""
    lead(sim, '<Dial action="/done"/>', url=far_side.url + "/voice")
    await sim.clock.settle()
    assert far_side.at("/done")[0].form["DialCallStatus"] == "failed"


async def test_clients_and_sip_phones_are_dialled_by_address(sim: Simulator) -> None:
    """A client is named by its text or by its Identity."""
    lead(sim, "<Dial><Client>a</Client><Client><Identity>b</Identity></Client><Sip>sip:c@d.example</Sip></Dial>")
    await sim.clock.settle()
    assert ["client:a", "client:b", "sip:c@d.example"] == [one.to for one in sim.calls.values() if one.parent_call_sid]
