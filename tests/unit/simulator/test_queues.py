"""The Queues resource and its members."""

from __future__ import annotations

from dialgate.simulator.queues import (
    create_queue,
    delete_queue,
    fetch_member,
    fetch_queue,
    list_members,
    list_queues,
    update_member,
    update_queue,
)
from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import asked, body, lead, refusal, said


async def test_queues_are_made_changed_and_removed(sim: Simulator) -> None:
    """A size out of range and a missing name are refused."""
    sid = body(create_queue(sim, asked(FriendlyName="line", MaxSize="7")))["sid"]
    changed = body(update_queue(sim, asked(sid, FriendlyName="other")))
    assert (changed["friendly_name"], changed["max_size"]) == ("other", 7)
    assert [row["sid"] for row in body(list_queues(sim, asked()))["queues"]] == [sid]
    assert refusal(create_queue, sim, asked()) == (400, 20001)
    assert refusal(update_queue, sim, asked(sid, MaxSize="0")) == (400, 20001)
    assert delete_queue(sim, asked(sid)).status == 204
    assert refusal(fetch_queue, sim, asked(sid)) == (404, 20404)


async def test_members_are_listed_and_sent_on(sim: Simulator, far_side: FarSide) -> None:
    """In the order they came; the front one is led by another document."""
    url = far_side.twiml("/desk", "<Response><Say>The desk</Say></Response>")
    calls = [lead(sim, "<Enqueue>line</Enqueue><Say>Never</Say>", sid=sid) for sid in ("CA1", "CA2")]
    await sim.clock.settle()
    queue = next(iter(sim.queues))
    members = body(list_members(sim, asked(queue)))["queue_members"]
    assert [(row["call_sid"], row["position"]) for row in members] == [("CA1", 1), ("CA2", 2)]
    assert refusal(delete_queue, sim, asked(queue)) == (400, 22002)
    assert refusal(update_member, sim, asked(queue, "Front")) == (400, 21205)
    assert body(update_member(sim, asked(queue, "Front", Url=url)))["call_sid"] == "CA1"
    await sim.clock.settle()
    assert (said(calls[0]), body(fetch_member(sim, asked(queue, "CA2")))["position"]) == (["The desk"], 1)
    assert refusal(fetch_member, sim, asked(queue, "CA1")) == (404, 20404)
