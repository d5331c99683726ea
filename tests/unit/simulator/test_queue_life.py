"""Calls that wait in queues."""

from __future__ import annotations

import pytest

from dialgate.simulator.call_life import finish
from dialgate.simulator.queue_life import let_out, make_queue, queue_of, waited_s
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import CarrierError
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import lead, said

ENQUEUE = '<Enqueue action="/left">line</Enqueue><Say>Next</Say>'


async def test_the_first_who_waits_is_taken(sim: Simulator, far_side: FarSide) -> None:
    """An agent who dials the queue talks to the one who waits longest, who hears of it first."""
    notice = far_side.twiml("/notice", "<Response><Say>You are being connected</Say></Response>")
    waits = [lead(sim, ENQUEUE, sid=sid, url=far_side.url + "/voice") for sid in ("CA1", "CA2")]
    await sim.clock.advance(7)
    lead(sim, f'<Dial action="/talked"><Queue url="{notice}">line</Queue></Dial>', sid="CA3", url=far_side.url + "/a")
    await sim.clock.settle()
    assert (said(waits[0]), [member.call.sid for member in queue_of(sim, "line").members]) == (
        ["You are being connected"],
        ["CA2"],
    )
    await sim.clock.advance(sim.config.timing.talk_s)
    left, talked = far_side.at("/left")[0].form, far_side.at("/talked")[0].form
    assert (left["QueueResult"], left["QueueTime"], left["CallSid"]) == ("bridged", "7", "CA1")
    assert (talked["DialCallSid"], talked["DialBridged"]) == ("CA1", "true")


async def test_an_agent_may_be_first(sim: Simulator) -> None:
    """And waits for the next who comes."""
    lead(sim, "<Dial><Queue>line</Queue></Dial><Say>Talked</Say>", sid="CA3")
    await sim.clock.advance(60)
    caller = lead(sim, "<Enqueue>line</Enqueue><Say>Talked</Say>")
    await sim.clock.settle()
    assert (said(caller), said(sim.calls["CA3"])) == (["Talked"], ["Talked"])


async def test_music_may_lead_out_of_the_queue(sim: Simulator, far_side: FarSide) -> None:
    """Leave, in what is played to those who wait, goes on with the action."""
    music = far_side.twiml("/music", "<Response><Say>All are busy</Say><Leave/></Response>")
    call = lead(sim, f'<Enqueue waitUrl="{music}">line</Enqueue><Say>Next</Say>')
    await sim.clock.settle()
    assert (said(call), queue_of(sim, "line").members) == (["All are busy", "Next"], [])
    assert far_side.at("/music")[0].form["QueuePosition"] == "1"


async def test_a_full_queue_takes_nobody(sim: Simulator, far_side: FarSide) -> None:
    """The action is told so."""
    make_queue(sim, "line", 1)
    for sid in ("CA1", "CA2"):
        lead(sim, ENQUEUE, sid=sid, url=far_side.url + "/voice")
        await sim.clock.settle()
    assert [heard.form["QueueResult"] for heard in far_side.at("/left")] == ["queue-full"]


async def test_who_hangs_up_waits_no_longer(sim: Simulator) -> None:
    """The queue forgets the call."""
    call = lead(sim, ENQUEUE)
    await sim.clock.advance(3)
    member = sim.waiting[call.sid]
    assert waited_s(sim, member) == 3
    finish(sim, call, "completed")
    await sim.clock.settle()
    let_out(sim, member, "leave")
    assert (queue_of(sim, "line").members, sim.waiting, member.result) == ([], {}, "hangup")


async def test_a_name_is_given_once(sim: Simulator) -> None:
    """In the carrier's way: 400."""
    made = make_queue(sim, "line")
    assert queue_of(sim, "line") is made
    with pytest.raises(CarrierError):
        make_queue(sim, "line")
