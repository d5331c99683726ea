"""The Calls resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dialgate.simulator.calls import create_call, delete_call, fetch_call, list_calls, update_call
from dialgate.simulator.config import SimulatorConfig, Timing
from dialgate.simulator.records import Call
from dialgate.simulator.state import Script, Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form
from tests.unit.simulator.far_side import FarSide

PERSON, SENDER = "+15551230001", "+15550006000"
LONG = '<Response><Pause length="600"/></Response>'


@pytest.fixture
def config(config: SimulatorConfig) -> SimulatorConfig:
    """Ten seconds in the queue and ten ringing."""
    return replace(config, timing=replace(Timing.instant(), queue_s=10, ring_s=10))


def asked(sid: str = "", **form: str) -> Asked:
    return Asked(sid, "/x.json", form=Form(tuple(form.items())))


def create(sim: Simulator, **form: str) -> Call:
    given = {"To": PERSON, "From": SENDER, "Twiml": LONG} | form
    return sim.calls[str(create_call(sim, asked(**given)).sid)]


def refusal(ask: Callable[[Simulator, Asked], Answer], sim: Simulator, given: Asked) -> tuple[int, int]:
    with pytest.raises(CarrierError) as caught:
        ask(sim, given)
    return caught.value.status, caught.value.code


async def test_every_parameter_is_kept(sim: Simulator) -> None:
    """Known or not, repeated or not, parameters are accepted and shown again."""
    pairs = (
        ("To", PERSON),
        ("From", SENDER),
        ("Twiml", LONG),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "answered"),
        ("MachineDetection", "Enable"),
        ("Novel", "x"),
    )
    call = sim.calls[str(create_call(sim, Asked(form=Form(pairs))).sid)]
    assert (call.params.pairs, call.status_callback_events) == (pairs, frozenset({"initiated", "answered"}))


@pytest.mark.parametrize(("waited_s", "status"), [(0, "queued"), (10, "ringing")])
async def test_cancel_works_until_the_answer(sim: Simulator, waited_s: float, status: str) -> None:
    """Queued or ringing, the call never happens."""
    call = create(sim)
    await sim.clock.advance(waited_s)
    assert call.status == status
    answer = update_call(sim, asked(call.sid, Status="canceled"))
    await sim.clock.advance(100)
    assert (answer.status, call.status, call.answered_at) == (200, "canceled", None)


async def test_a_live_call_is_completed_not_canceled(sim: Simulator) -> None:
    """`canceled` comes too late for it, `completed` ends it, and an ended call takes neither."""
    call = create(sim)
    await sim.clock.advance(20)
    assert refusal(update_call, sim, asked(call.sid, Status="canceled")) == (400, 21220)
    update_call(sim, asked(call.sid, Status="completed"))
    assert call.status == "completed"
    assert refusal(update_call, sim, asked(call.sid, Status="completed")) == (400, 21220)
    assert refusal(update_call, sim, asked(call.sid, Status="busy")) == (400, 21218)


async def test_completing_a_queued_call_cancels_it(sim: Simulator) -> None:
    """Nobody is dialled afterwards."""
    call = create(sim)
    update_call(sim, asked(call.sid, Status="completed"))
    await sim.clock.advance(100)
    assert call.status == "canceled"


async def test_a_live_call_takes_new_instructions(sim: Simulator, far_side: FarSide) -> None:
    """The new document replaces the running one; before the answer it is refused."""
    call = create(sim)
    assert refusal(update_call, sim, asked(call.sid, Twiml="<Response/>")) == (400, 21220)
    await sim.clock.advance(20)
    url = far_side.twiml("/new", "<Response><Say>New</Say></Response>")
    update_call(sim, asked(call.sid, Url=url, StatusCallback=far_side.url + "/status"))
    await sim.clock.settle()
    assert ([event["text"] for event in call.events if event.get("verb") == "Say"], call.status) == (
        ["New"],
        "completed",
    )
    assert [heard.form["CallStatus"] for heard in far_side.at("/status")] == ["completed"]


async def test_only_an_ended_call_is_deleted(sim: Simulator) -> None:
    """And is gone then."""
    call = create(sim)
    assert refusal(delete_call, sim, asked(call.sid)) == (409, 20009)
    update_call(sim, asked(call.sid, Status="canceled"))
    assert delete_call(sim, asked(call.sid)) == Answer(204, sid=call.sid)
    assert refusal(fetch_call, sim, asked(call.sid)) == (404, 20404)


async def test_lists_filter_by_number_status_and_day(sim: Simulator) -> None:
    """Newest first, and only what matches."""
    sim.scripts["+15551230002"] = Script("busy")
    first, second = create(sim), create(sim, To="+15551230002")
    await sim.clock.advance(20)

    def sids(query: str) -> list[str]:
        body = list_calls(sim, replace(asked(), query=Form.parse(query))).body
        assert body is not None
        rows = body["calls"]
        assert isinstance(rows, list)
        return [row["sid"] for row in rows]

    assert sids("") == [second.sid, first.sid]
    assert sids("Status=in-progress&To=%2B15551230001&StartTime=2026-11-21") == [first.sid]
    assert sids("Status=busy") == [second.sid]
    assert sids("EndTime%3C=2026-11-21") == [second.sid]
    assert sids("ParentCallSid=CA1") == []
