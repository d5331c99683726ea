"""The Participants of a conference."""

from __future__ import annotations

import pytest

from dialgate.simulator.participants import (
    create_participant,
    delete_participant,
    fetch_participant,
    list_participants,
    update_participant,
)
from dialgate.simulator.state import Script, Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import AGENT, PERSON, SENDER, asked, body, lead, refusal, said


async def make(sim: Simulator, room: str = "r", **more: str) -> tuple[str, str]:
    """The SIDs of the conference and of the call."""
    shown = body(create_participant(sim, asked(room, To=AGENT, From=SENDER, **more)))
    await sim.clock.settle()
    return shown["conference_sid"], shown["call_sid"]


async def test_a_participant_is_dialled_and_joins(sim: Simulator, far_side: FarSide) -> None:
    """By the conference's name or SID; the call is a call like others, with callbacks of its own."""
    lead(sim, "<Dial><Conference>r</Conference></Dial>")
    await sim.clock.settle()
    conference, call = await make(sim, Label="agent", StatusCallback=far_side.url + "/call", Muted="true")
    assert (await make(sim, conference))[0] == conference
    sim.scripts[PERSON] = Script("busy")
    shown = body(fetch_participant(sim, asked("r", "agent")))
    assert [shown[name] for name in ("status", "call_sid", "muted", "label")] == ["connected", call, True, "agent"]
    assert len(body(list_participants(sim, asked(conference)))["participants"]) == 3
    muted = body(list_participants(sim, asked(conference, query="Muted=true")))["participants"]
    assert [row["call_sid"] for row in muted] == [call]
    assert (sim.calls[call].to, sim.calls[call].direction) == (AGENT, "outbound-api")
    delete_participant(sim, asked(conference, call))
    await sim.clock.settle()
    assert [heard.form["CallStatus"] for heard in far_side.at("/call")] == ["completed"]


async def test_hold_and_mute_are_told(sim: Simulator, far_side: FarSide) -> None:
    """The hold music is fetched and stops when the hold ends."""
    music = far_side.twiml("/hold", "<Response><Say>Hold on</Say><Pause length='60'/><Say>Still</Say></Response>")
    told = {"ConferenceStatusCallback": far_side.url + "/room", "ConferenceStatusCallbackEvent": "hold mute modify"}
    conference, call = await make(sim, **told)
    update_participant(sim, asked(conference, call, Hold="true", HoldUrl=music, Muted="true"))
    await sim.clock.advance(5)
    update_participant(sim, asked(conference, call, Hold="false", Muted="false", CallSidToCoach="CAx"))
    await sim.clock.advance(100)
    assert said(sim.calls[call]) == ["Hold on"]
    assert (far_side.at("/hold")[0].method, f"ConferenceSid={conference}" in far_side.at("/hold")[0].url) == (
        "GET",
        True,
    )
    events = [heard.form["StatusCallbackEvent"].removeprefix("participant-") for heard in far_side.at("/room")]
    assert events == ["mute", "hold", "unmute", "unhold", "modify"]


async def test_an_announcement_is_for_one(sim: Simulator, far_side: FarSide) -> None:
    """Only the call that it is meant for hears it."""
    conference, call = await make(sim)
    url = far_side.twiml("/news", "<Response><Say>News</Say></Response>")
    update_participant(sim, asked(conference, call, AnnounceUrl=url, EndConferenceOnExit="true"))
    await sim.clock.settle()
    assert (said(sim.calls[call]), sim.seats[call].ends) == (["News"], True)


async def test_who_is_sent_out_goes_on(sim: Simulator) -> None:
    """A call that came by its own document continues with it."""
    call = lead(sim, "<Dial><Conference>r</Conference></Dial><Say>Out</Say>")
    await sim.clock.settle()
    conference = next(iter(sim.conferences))
    assert delete_participant(sim, asked(conference, call.sid)).status == 204
    await sim.clock.settle()
    assert said(call) == ["Out"]
    assert refusal(delete_participant, sim, asked(conference, call.sid)) == (404, 20404)
    assert refusal(update_participant, sim, asked(conference, call.sid, Hold="true")) == (404, 20404)


@pytest.mark.parametrize(
    ("room", "form", "status", "code"),
    [
        ("r", {"From": SENDER}, 400, 21201),
        ("r", {"To": AGENT}, 400, 21213),
        ("CFnobody", {"To": AGENT, "From": SENDER}, 404, 20404),
    ],
)
async def test_what_cannot_be_dialled_is_refused(
    sim: Simulator, room: str, form: dict[str, str], status: int, code: int
) -> None:
    """With the carrier's codes."""
    assert refusal(create_participant, sim, asked(room, **form)) == (status, code)


async def test_one_who_does_not_answer_is_never_there(sim: Simulator) -> None:
    """The conference that was made for him ends."""
    sim.scripts[AGENT] = Script("no-answer")
    conference, call = await make(sim)
    assert body(fetch_participant(sim, asked(conference, call)))["status"] == "failed"
    assert sim.conferences[conference].status == "completed"
    assert refusal(create_participant, sim, asked(conference, To=AGENT, From=SENDER)) == (400, 20001)
