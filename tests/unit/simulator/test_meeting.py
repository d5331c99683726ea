"""Dialling into a conference."""

from __future__ import annotations

from dialgate.simulator.call_life import finish
from dialgate.simulator.meeting import into_conference
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Form
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import lead, said, verbs


async def test_who_waits_hears_music_until_it_starts(sim: Simulator, far_side: FarSide) -> None:
    """The waitUrl is played to the first; it stops when the conference starts."""
    music = far_side.twiml("/music", "<Response><Pause length='9'/><Say>Still waiting</Say></Response>")
    first = lead(sim, f'<Dial><Conference waitUrl="{music}">r</Conference></Dial>')
    await sim.clock.advance(5)
    second = lead(sim, f'<Dial><Conference waitUrl="{music}">r</Conference></Dial>', sid="CA2")
    await sim.clock.advance(9)
    assert (len(far_side.at("/music")), verbs(first), said(second)) == (1, ["Dial", "Conference", "Pause"], [])


async def test_the_conference_may_be_recorded(sim: Simulator, far_side: FarSide) -> None:
    """From its start to its end; the callback names the conference."""
    told = f'record="record-from-start" recordingStatusCallback="{far_side.url}/rec"'
    calls = [lead(sim, f"<Dial><Conference {told}>r</Conference></Dial>", sid=sid) for sid in ("CA1", "CA2")]
    await sim.clock.advance(30)
    for call in calls:
        finish(sim, call, "completed")
    await sim.clock.settle()
    form = far_side.at("/rec")[0].form
    conference = next(iter(sim.conferences.values()))
    assert (form["ConferenceSid"], form["RecordingStatus"], form["RecordingDuration"]) == (
        conference.sid,
        "completed",
        "30",
    )


async def test_after_the_conference_the_document_goes_on(sim: Simulator, far_side: FarSide) -> None:
    """Whoever is left behind by the one who ends it goes on to the action."""
    stays = lead(sim, '<Dial action="/next"><Conference>r</Conference></Dial>', url=far_side.url + "/voice")
    ends = lead(sim, '<Dial><Conference endConferenceOnExit="true">r</Conference></Dial>', sid="CA2")
    await sim.clock.settle()
    finish(sim, ends, "completed")
    await sim.clock.settle()
    assert (far_side.at("/next")[0].form["DialCallStatus"], far_side.at("/next")[0].form["CallSid"]) == (
        "answered",
        stays.sid,
    )


async def test_a_call_that_is_led_elsewhere_is_out(sim: Simulator) -> None:
    """Replacing the document takes the call out of the conference, and it may come back."""
    lead(sim, "<Dial><Conference>r</Conference></Dial>")
    await sim.clock.settle()
    conference = next(iter(sim.conferences.values()))
    lead(sim, "<Say>Elsewhere</Say>")
    await sim.clock.settle()
    assert (conference.present(), conference.status) == ([], "completed")


def test_parameters_of_a_participant_say_what_attributes_say() -> None:
    """Those that are given, under their names in TwiML."""
    form = Form(
        (
            ("To", "+1"),
            ("Muted", "true"),
            ("ConferenceStatusCallbackEvent", "start"),
            ("ConferenceStatusCallbackEvent", "end"),
        )
    )
    verb = into_conference(form, "r").verbs[0].children[0]
    assert (verb.name, verb.text, verb.attributes) == (
        "Conference",
        "r",
        {"muted": "true", "statusCallbackEvent": "start end"},
    )
