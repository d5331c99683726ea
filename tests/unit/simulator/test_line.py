"""A live call that is led by documents."""

from __future__ import annotations

import pytest

from dialgate.simulator.call_life import line_of
from dialgate.simulator.documents import Document
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, parse_twiml
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import lead, live_call, said, verbs


async def test_verbs_run_in_order_and_pauses_take_their_time(sim: Simulator) -> None:
    """What is said after a pause is said after it."""
    call = lead(sim, '<Say>One</Say><Pause length="5"/><Play>https://a/b.mp3</Play><Say>Two</Say>')
    await sim.clock.advance(4)
    assert verbs(call) == ["Say", "Pause"]
    await sim.clock.advance(1)
    assert (verbs(call), said(call)) == (["Say", "Pause", "Play", "Say"], ["One", "Two"])


async def test_redirect_and_hangup_end_a_document(sim: Simulator, far_side: FarSide) -> None:
    """What follows them is never executed."""
    far_side.twiml("/next", "<Response><Say>There</Say><Hangup/><Say>Never</Say></Response>")
    call = lead(sim, '<Redirect method="GET">/next</Redirect><Say>Never</Say>', url=far_side.url + "/voice")
    await sim.clock.settle()
    assert (said(call), far_side.heard[0].method) == (["There"], "GET")


async def test_a_circle_of_documents_ends(sim: Simulator, far_side: FarSide) -> None:
    """A document that redirects to itself is given up."""
    url = far_side.twiml("/loop", "<Response><Redirect>/loop</Redirect></Response>")
    line = line_of(sim, live_call(sim))
    with pytest.raises(TwimlError):
        await line.execute(Document(parse_twiml("<Response><Redirect>/loop</Redirect></Response>"), url))


async def test_what_is_not_simulated_is_noted(sim: Simulator) -> None:
    """An unknown verb is on record and does no harm."""
    call = lead(sim, "<Pay/><Dial><Sim>x</Sim></Dial><Say>Next</Say>")
    await sim.clock.settle()
    assert verbs(call) == ["Pay", "Dial", "Sim", "Say"]
    assert [event["error"] for event in call.events if "error" in event] == [
        "Pay is not simulated",
        "Sim is not simulated",
    ]
