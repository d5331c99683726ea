"""Verbs that need nobody else."""

from __future__ import annotations

import pytest

from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import PERSON, SENDER, lead, said

MENU = '<Gather action="/keys" numDigits="1"><Say>Press 9 to opt out</Say></Gather>'


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


async def test_keys_may_be_pressed_while_the_menu_waits(sim: Simulator, far_side: FarSide) -> None:
    """Without a script, whoever presses in time is heard."""
    call = lead(sim, MENU, url=far_side.url + "/voice")
    await sim.clock.advance(3)
    call.key_presses.append("9")
    call.pressed.set()
    await sim.clock.settle()
    assert [heard.form["Digits"] for heard in far_side.at("/keys")] == ["9"]


async def test_a_message_is_left(sim: Simulator, far_side: FarSide) -> None:
    """Record tells its action and its callback where the recording is."""
    lead(sim, f'<Record action="/left" recordingStatusCallback="{far_side.url}/rec"/>', url=far_side.url + "/voice")
    await sim.clock.settle()
    left, rec = far_side.at("/left")[0].form, far_side.at("/rec")[0].form
    assert (left["RecordingUrl"], rec["RecordingSource"]) == (rec["RecordingUrl"], "RecordVerb")


async def test_a_message_is_sent_from_within_a_call(sim: Simulator, far_side: FarSide) -> None:
    """To the person on the line unless another is named; the action goes on."""
    far_side.twiml("/sent", "<Response><Message to='+15559990009'>You</Message><Say>Next</Say></Response>")
    call = lead(sim, '<Sms action="/sent">Hello</Sms>', url=far_side.url + "/voice")
    await sim.clock.settle()
    assert [(sent.to, sent.sender, sent.body) for sent in sim.messages.values()] == [
        (PERSON, SENDER, "Hello"),
        ("+15559990009", SENDER, "You"),
    ]
    assert (far_side.at("/sent")[0].form["SmsStatus"], said(call)) == ("sending", ["Next"])


async def test_a_call_may_be_sent_away(sim: Simulator, far_side: FarSide) -> None:
    """Refer goes on with its action."""
    lead(sim, '<Refer action="/away"><Sip>sip:a@b.example</Sip></Refer>', url=far_side.url + "/voice")
    await sim.clock.settle()
    assert far_side.at("/away")[0].form["ReferCallStatus"] == "completed"
