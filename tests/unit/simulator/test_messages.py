"""The Messages resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.simulator.faults import parse_fault
from dialgate.simulator.inbound import Inbound, receive
from dialgate.simulator.messages import (
    create_message,
    delete_message,
    fetch_message,
    list_messages,
    send,
    update_message,
)
from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form, rfc2822
from tests.unit.simulator.conftest import START

PERSON, SENDER = "+15551230001", "+15550006000"
LATER = (START + timedelta(hours=1)).isoformat()


def asked(sid: str = "", **form: str) -> Asked:
    return Asked(sid, "/x.json", form=Form(tuple(form.items())))


def create(sim: Simulator, **form: str) -> Message:
    given = {"To": PERSON, "From": SENDER, "Body": "hi"} | form
    return sim.messages[str(create_message(sim, asked(**given)).sid)]


def refusal(ask: Callable[[Simulator, Asked], Answer], sim: Simulator, given: Asked) -> tuple[int, int]:
    with pytest.raises(CarrierError) as caught:
        ask(sim, given)
    return caught.value.status, caught.value.code


async def test_the_first_status_depends_on_how_it_is_sent(sim: Simulator) -> None:
    """Queued from a number, accepted by a service, scheduled for later."""
    service = {"MessagingServiceSid": "MG1"}
    made = [
        create(sim),
        create(sim, **service),
        create(sim, **service, ScheduleType="fixed", SendAt=LATER),
    ]
    assert [message.status for message in made] == ["queued", "accepted", "scheduled"]


async def test_media_make_it_an_mms(sim: Simulator) -> None:
    """The SID says so, and the media are counted."""
    form = Form((("To", PERSON), ("From", SENDER), ("MediaUrl", "https://a/1"), ("MediaUrl", "https://a/2")))
    answer = create_message(sim, replace(asked(), form=form))
    assert answer.body is not None
    assert (str(answer.sid)[:2], answer.body["num_media"], answer.status) == ("MM", "2", 201)


async def test_a_blocked_pair_is_refused_with_21610(sim: Simulator) -> None:
    """A person who said STOP to a sender gets nothing from it; the fault does the same once for anybody."""
    given = asked(To=PERSON, From=SENDER, Body="hi")
    sim.faults.add(parse_fault({"kind": "21610"}))
    assert refusal(create_message, sim, given) == (400, 21610)
    sim.blocked.add((PERSON, SENDER))
    assert refusal(create_message, sim, given) == (400, 21610)
    assert create(sim, From="+15550007000").status == "queued"


async def test_a_reply_to_a_blocked_person_fails_except_the_carriers_own(sim: Simulator) -> None:
    """A gate that answers a STOP the carrier has answered already is seen to fail."""
    sim.blocked.add((PERSON, SENDER))
    form = Form((("To", PERSON), ("From", SENDER), ("Body", "bye")))
    assert send(sim, form, "outbound-reply").error_code == 21610
    own = send(sim, form, "outbound-reply", auto_reply=True)
    await sim.clock.settle()
    assert own.status == "delivered"


async def test_what_was_stopped_is_listed_by_the_time_at_which_it_was_to_leave(sim: Simulator) -> None:
    """With its error, as what people sent is listed by the time at which they did."""
    long_ago = START - timedelta(days=40)
    sim.blocked.add((PERSON, SENDER))
    stopped = send(sim, Form((("To", PERSON), ("From", SENDER), ("Body", "bye"))), "outbound-reply")
    await receive(sim, Inbound(PERSON, SENDER, "TD", date_sent=long_ago))
    query = Form((("DateSent>", "2026-10-01T00:00:00Z"), ("DateSent<", "2026-11-22")))
    body = list_messages(sim, replace(asked(), query=query)).body
    assert body is not None
    rows = body["messages"]
    assert isinstance(rows, list)
    expected = [("outbound-reply", 21610, rfc2822(stopped.sent_at)), ("inbound", None, rfc2822(long_ago))]
    assert expected == [(row["direction"], row["error_code"], row["date_sent"]) for row in rows]


async def test_only_a_waiting_message_can_be_canceled(sim: Simulator) -> None:
    """Scheduled works, delivered does not, and canceled is the only status to set."""
    message = create(sim, MessagingServiceSid="MG1", ScheduleType="fixed", SendAt=LATER)
    assert refusal(update_message, sim, asked(message.sid, Status="sent")) == (400, 20001)
    answer = update_message(sim, asked(message.sid, Status="canceled"))
    assert answer.body is not None
    assert answer.body["status"] == "canceled"
    await sim.clock.advance(7200)
    assert message.status == "canceled"
    assert refusal(update_message, sim, asked(message.sid, Status="canceled")) == (400, 30409)


async def test_redaction_and_deletion_wait_for_the_end(sim: Simulator) -> None:
    """While a message moves it can neither be emptied nor deleted; afterwards both work."""
    message = create(sim)
    assert refusal(update_message, sim, asked(message.sid, Body="")) == (409, 20009)
    assert refusal(delete_message, sim, asked(message.sid)) == (409, 20009)
    await sim.clock.settle()
    assert refusal(update_message, sim, asked(message.sid, Body="new")) == (400, 20001)
    update_message(sim, asked(message.sid, Body=""))
    assert message.body == ""
    assert delete_message(sim, asked(message.sid)).status == 204
    assert refusal(fetch_message, sim, asked(message.sid)) == (404, 20404)


async def test_lists_filter_by_number_and_day(sim: Simulator) -> None:
    """Newest first, and only what matches."""
    first, second = create(sim), create(sim, To="+15551230002")
    await sim.clock.settle()

    def sids(query: str) -> list[str]:
        body = list_messages(sim, replace(asked(), query=Form.parse(query))).body
        assert body is not None
        rows = body["messages"]
        assert isinstance(rows, list)
        return [row["sid"] for row in rows]

    assert sids("") == [second.sid, first.sid]
    assert sids("To=%2B15551230001&DateSent=2026-11-21") == [first.sid]
    assert sids("DateSent%3E=2026-11-22") == []
    assert sids("From=%2B1") == []
