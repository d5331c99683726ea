"""The gate's own client and the simulated carrier on a stopped clock: what becomes of calls when their hours end."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer

from dialgate.app.forward import Forwarded
from dialgate.app.ports import CarrierRequest
from dialgate.app.records import Kind
from dialgate.carriers.twilio.client import TwilioCarrier
from dialgate.simulator import SIMULATOR, SimulatorConfig, make_app
from dialgate.simulator.state import Simulator
from tests.carrier_process import ACCOUNT, TOKEN
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, NUMBER, SENDER, OneGate, attempt

CLOSES = AT + timedelta(minutes=1)
_numbers = itertools.count(1)


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    server = TestServer(make_app(SimulatorConfig(ACCOUNT, TOKEN, ticking=False)))
    async with server:
        yield server


@pytest.fixture
def sim(server: TestServer) -> Simulator:
    return server.app[SIMULATOR]


@pytest.fixture
async def gate(server: TestServer) -> AsyncIterator[OneGate]:
    """Its carrier is the simulator, over HTTP."""
    gate = OneGate()
    carrier = TwilioCarrier(str(server.make_url("")), ACCOUNT, ACCOUNT, TOKEN)
    gate.carrier = carrier  # type: ignore[assignment]  # what it is told goes over the wire here
    gate._make_use_cases()  # noqa: SLF001 - made anew around that carrier
    yield gate
    await carrier.close()


async def placed(gate: OneGate) -> str:
    """The carrier's name of a call that must not be dialled after `CLOSES`."""
    number = next(_numbers)
    call = replace(attempt(number), dial_until=CLOSES)
    twiml = '<Response><Pause length="3600"/></Response>'
    request = CarrierRequest("Calls.json", (("To", NUMBER), ("From", SENDER), ("Twiml", twiml)))
    answer = await gate.forwarding.place(call, FACTS, replace(CLAIM, key=f"request-{number}"), request)
    assert isinstance(answer, Forwarded)
    return answer.answer.sid


async def test_only_what_is_still_queued_is_cancelled_when_the_hours_end(gate: OneGate, sim: Simulator) -> None:
    """Of three calls one was answered, one is over, and one still waits: that one alone is cancelled, on record."""
    live, over = await placed(gate), await placed(gate)
    await sim.clock.advance(30)
    await gate.carrier.cancel("voice", over)
    waiting = await placed(gate)
    gate.pass_s(60)
    await gate.closing.sweep()
    statuses = {sid: call.status for sid, call in sim.calls.items()}
    assert {live: "in-progress", over: "completed", waiting: "canceled"} == statuses
    assert [waiting] == [record.body["carrier_sid"] for record in gate.journal.of(Kind.WINDOW_CLOSED)]
    assert () == await gate.store.overdue()


async def test_a_call_whose_hours_go_on_is_left_in_the_queue(gate: OneGate, sim: Simulator) -> None:
    """A minute early is a minute too early."""
    waiting = await placed(gate)
    gate.pass_s(59)
    await gate.closing.sweep()
    assert "queued" == sim.calls[waiting].status
