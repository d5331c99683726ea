"""The Conferences resource."""

from __future__ import annotations

from dialgate.simulator.conferences import fetch_conference, find_conference, list_conferences, update_conference
from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import asked, body, lead, refusal, said


async def meet(sim: Simulator, name: str = "r") -> str:
    """Two calls in a conference; its SID."""
    for number in (1, 2):
        lead(sim, f"<Dial><Conference>{name}</Conference></Dial><Say>Out</Say>", sid=f"CA{name}{number}")
    await sim.clock.settle()
    return next(sid for sid, c in sim.conferences.items() if c.friendly_name == name and c.status != "completed")


async def test_conferences_are_found_by_name_and_status(sim: Simulator) -> None:
    """Newest first; an ended one keeps its name in the list."""
    first, second = await meet(sim, "a"), await meet(sim, "b")
    update_conference(sim, asked(first, Status="completed"))

    def listed(query: str) -> list[str]:
        return [row["sid"] for row in body(list_conferences(sim, asked(query=query)))["conferences"]]

    assert [listed(""), listed("FriendlyName=a"), listed("Status=in-progress")] == [[second, first], [first], [second]]
    assert body(fetch_conference(sim, asked(first)))["reason_conference_ended"] == "conference-ended-via-api"


async def test_ending_one_lets_its_calls_go_on(sim: Simulator) -> None:
    """And it ends once."""
    sid = await meet(sim)
    update_conference(sim, asked(sid, Status="completed"))
    await sim.clock.settle()
    assert [said(call) for call in sim.calls.values()] == [["Out"], ["Out"]]
    assert refusal(update_conference, sim, asked(sid, Status="completed")) == (400, 20001)
    assert refusal(fetch_conference, sim, asked("CFx")) == (404, 20404)
    assert find_conference(sim, asked(sid)).status == "completed"
    assert refusal(update_conference, sim, asked(await meet(sim, "b"), Status="init")) == (400, 20001)


async def test_an_announcement_is_played_to_all(sim: Simulator, far_side: FarSide) -> None:
    """Its document is fetched once, in the name of one of them."""
    sid = await meet(sim)
    url = far_side.twiml("/news", "<Response><Say>News</Say></Response>")
    update_conference(sim, asked(sid, AnnounceUrl=url))
    await sim.clock.settle()
    assert [heard.form["ConferenceSid"] for heard in far_side.at("/news")] == [sid]
    assert sim.conferences[sid].events[-1]["event"] == "announcement-end"
