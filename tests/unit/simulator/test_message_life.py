"""What becomes of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.simulator.config import SimulatorConfig, Timing
from dialgate.simulator.faults import parse_fault
from dialgate.simulator.messages import send
from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Form
from tests.unit.simulator.conftest import START
from tests.unit.simulator.far_side import FarSide

PERSON, SENDER = "+15551230001", "+15550006000"


@pytest.fixture
def config(config: SimulatorConfig) -> SimulatorConfig:
    """Each state lasts ten seconds."""
    return replace(config, timing=Timing(queue_s=10, send_s=10, deliver_s=10))


def sent(sim: Simulator, **form: str) -> Message:
    return send(sim, Form(tuple(({"To": PERSON, "From": SENDER, "Body": "hi"} | form).items())), "outbound-api")


def statuses(message: Message) -> list[object]:
    return [event["status"] for event in message.events if "status" in event]


async def test_a_message_moves_through_its_states(sim: Simulator, far_side: FarSide) -> None:
    """Each status in its time, each but the first told to the status callback."""
    message = sent(sim, StatusCallback=far_side.url + "/status")
    seen = [message.status]
    for _ in range(3):
        await sim.clock.advance(10)
        seen.append(message.status)
    assert seen == ["queued", "sending", "sent", "delivered"]
    assert message.sent_at == START + timedelta(seconds=20)
    told = [heard.form for heard in far_side.heard]
    assert [form["MessageStatus"] for form in told] == ["sending", "sent", "delivered"]
    assert {form["MessageSid"] for form in told} == {message.sid}
    assert (told[0]["From"], told[0]["To"], told[0]["SmsSid"]) == (SENDER, PERSON, message.sid)


async def test_a_scheduled_message_waits_and_is_judged_at_its_time(sim: Simulator) -> None:
    """A STOP that comes while it waits makes it fail when it is due."""
    later = {
        "MessagingServiceSid": "MG1",
        "ScheduleType": "fixed",
        "SendAt": (START + timedelta(seconds=400)).isoformat(),
    }
    kept, stopped = sent(sim, **later), sent(sim, **later, To="+15551230002")
    await sim.clock.advance(399)
    assert [kept.status, stopped.status] == ["scheduled", "scheduled"]
    sim.blocked.add(("+15551230002", "MG1"))
    await sim.clock.advance(31)
    assert statuses(kept) == ["scheduled", "queued", "sending", "sent", "delivered"]
    assert (statuses(stopped), stopped.error_code) == (["scheduled", "queued", "failed"], 21610)


async def test_a_message_that_waits_too_long_expires(sim: Simulator) -> None:
    """ValidityPeriod bounds the time in the queue."""
    message = sent(sim, ValidityPeriod="5")
    await sim.clock.advance(60)
    assert (statuses(message), message.error_code) == (["queued", "failed"], 30036)


async def test_a_message_can_be_made_undeliverable(sim: Simulator, far_side: FarSide) -> None:
    """The callback then names the error."""
    sim.faults.add(parse_fault({"kind": "undelivered", "code": 30005, "match": {"to": PERSON}}))
    message = sent(sim, StatusCallback=far_side.url + "/status", MessagingServiceSid="MG1")
    await sim.clock.advance(60)
    assert (message.status, message.error_code) == ("undelivered", 30005)
    last = far_side.heard[-1].form
    assert (last["ErrorCode"], last["MessagingServiceSid"]) == ("30005", "MG1")
