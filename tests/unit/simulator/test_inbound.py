"""A person writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from twilio.request_validator import RequestValidator

from dialgate.simulator.faults import parse_fault
from dialgate.simulator.holders import NUMBERS, SERVICES, Holder
from dialgate.simulator.inbound import Inbound, receive
from dialgate.simulator.records import Message
from dialgate.simulator.signature import SIGNATURE
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT, START, TOKEN
from tests.unit.simulator.far_side import FarSide

PERSON, SENDER = "+15551230001", "+15550006000"
HOOK = "/twilio/sms"


def outbound(sim: Simulator) -> list[Message]:
    return [message for message in sim.messages.values() if message.direction != "inbound"]


async def test_the_gate_gets_a_signed_webhook_with_all_fields(sim: Simulator, far_side: FarSide) -> None:
    """The official validator accepts it, and every field the carrier documents is there."""
    told = await receive(sim, Inbound(PERSON, SENDER, "退订"))
    heard = far_side.heard[0]
    assert (heard.path, RequestValidator(TOKEN).validate(heard.url, heard.form, heard.headers[SIGNATURE])) == (
        HOOK,
        True,
    )
    expected = {
        "MessageSid": told["message_sid"],
        "SmsSid": told["message_sid"],
        "AccountSid": ACCOUNT,
        "From": PERSON,
        "To": SENDER,
        "Body": "退订",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    assert {name: heard.form.get(name) for name in expected} == expected


async def test_the_message_is_kept_with_its_time(sim: Simulator) -> None:
    """What the gate reads back by SID carries date_sent in whole seconds."""
    sent = START - timedelta(days=1, milliseconds=-300)
    told = await receive(sim, Inbound(PERSON, SENDER, "hi", date_sent=sent))
    kept = sim.messages[str(told["message_sid"])]
    assert (kept.direction, kept.status, kept.sent_at) == ("inbound", "received", START - timedelta(days=1))


async def test_the_gates_message_goes_out(sim: Simulator, far_side: FarSide) -> None:
    """A Message in the gate's TwiML is sent from the sender the person wrote to."""
    far_side.twiml(HOOK, "<Response><Message>You are out.</Message><Message><Body>Bye</Body></Message></Response>")
    told = await receive(sim, Inbound(PERSON, SENDER, "TD"))
    assert (told["status"], [(m.sender, m.to, m.body, m.direction) for m in outbound(sim)]) == (
        200,
        [(SENDER, PERSON, "You are out.", "outbound-reply"), (SENDER, PERSON, "Bye", "outbound-reply")],
    )
    replies = told["replies"]
    assert isinstance(replies, list)
    assert [reply["body"] for reply in replies] == ["You are out.", "Bye"]


async def test_stop_is_answered_by_the_carrier_itself(sim: Simulator, far_side: FarSide) -> None:
    """Its reply is recorded as its own, the pair is blocked, and a second answer by the gate fails visibly."""
    far_side.twiml(HOOK, "<Response><Message>You are out.</Message></Response>")
    told = await receive(sim, Inbound(PERSON, SENDER, "Stop"))
    own, late = outbound(sim)
    assert (own.auto_reply, late.auto_reply, late.error_code) == (True, False, 21610)
    assert "OptOutType" not in far_side.heard[0].form
    replies = told["replies"]
    assert isinstance(replies, list)
    assert [reply["status"] for reply in replies] == ["failed"]


async def test_a_sender_without_keywords_leaves_all_to_the_gate(sim: Simulator) -> None:
    """No block and no reply by the carrier."""
    await receive(sim, Inbound(PERSON, SENDER, "STOP", keywords=False))
    assert (sim.blocked, outbound(sim)) == (set(), [])


async def test_advanced_opt_out_says_what_it_did(sim: Simulator, far_side: FarSide) -> None:
    """The service's own words count, for the whole service, and the webhook names the type."""
    await receive(sim, Inbound(PERSON, SENDER, "no mas", opt_out_type="STOP", messaging_service_sid="MG1"))
    assert sim.blocked == {(PERSON, SENDER), (PERSON, "MG1")}
    form = far_side.heard[0].form
    assert (form["OptOutType"], form["MessagingServiceSid"]) == ("STOP", "MG1")


async def test_a_known_sid_is_a_repeated_delivery(sim: Simulator, far_side: FarSide) -> None:
    """The same webhook again; nothing is kept or obeyed a second time."""
    first = await receive(sim, Inbound(PERSON, SENDER, "STOP"))
    sim.blocked.clear()
    again = await receive(sim, Inbound(PERSON, SENDER, "STOP", message_sid=str(first["message_sid"])))
    assert (again["message_sid"], sim.blocked, len(outbound(sim))) == (first["message_sid"], set(), 1)
    one, other = far_side.heard
    assert one.pairs == other.pairs


@pytest.mark.parametrize(
    ("text", "content_type", "status"),
    [
        ("<Response><Message>x</Message></Response>", "text/xml", 500),
        ("<Broken", "text/xml", 200),
        ("", "text/xml", 204),
        ("<Response/>", "text/xml", 200),
        ("<Response><Redirect>/x</Redirect></Response>", "text/xml", 200),
    ],
)
async def test_nothing_is_sent_for_anything_but_a_message(
    sim: Simulator, far_side: FarSide, text: str, content_type: str, status: int
) -> None:
    """Errors, broken and empty documents send nothing and are told as they are."""
    far_side.text(HOOK, text, content_type, status)
    told = await receive(sim, Inbound(PERSON, SENDER, "hello"))
    assert (told["status"], told["body"], told["replies"], outbound(sim)) == (status, text, [], [])


async def test_plain_text_is_a_reply_too(sim: Simulator, far_side: FarSide) -> None:
    """As with the carrier, a text answer is sent as it is."""
    far_side.text(HOOK, "Thanks", "text/plain")
    await receive(sim, Inbound(PERSON, SENDER, "hello"))
    assert [message.body for message in outbound(sim)] == ["Thanks"]


async def test_pictures_come_with_an_address(sim: Simulator, far_side: FarSide) -> None:
    """One for each, at the carrier."""
    told = await receive(sim, Inbound(PERSON, SENDER, "look", media=2))
    form, message = far_side.heard[0].form, sim.messages[str(told["message_sid"])]
    assert (form["NumMedia"], form["MediaContentType1"]) == ("2", "image/gif")
    assert form["MediaUrl1"].endswith(f"/Messages/{message.sid}/Media/{message.media[1].sid}")


async def test_a_number_and_a_service_say_where_their_messages_go(sim: Simulator, far_side: FarSide) -> None:
    """The service unless it leaves that to the number; without either, the gate's own door."""
    for sid, kind, values in (
        ("PN1", NUMBERS, {"PhoneNumber": SENDER, "SmsUrl": far_side.url + "/number", "SmsMethod": "GET"}),
        ("MG1", SERVICES, {"InboundRequestUrl": far_side.url + "/service"}),
        ("MG2", SERVICES, {"InboundRequestUrl": far_side.url + "/no", "UseInboundWebhookOnNumber": "true"}),
    ):
        sim.holders[sid] = Holder(sid, kind, START, START, {**kind.fields, **values})
    for service in (None, "MG1", "MG2"):
        await receive(sim, Inbound(PERSON, SENDER, "hi", messaging_service_sid=service))
    await receive(sim, Inbound(PERSON, "+15550009999", "hi"))
    assert [(heard.method, heard.path) for heard in far_side.heard] == [
        ("GET", "/number"),
        ("POST", "/service"),
        ("GET", "/number"),
        ("POST", HOOK),
    ]


async def test_a_webhook_that_is_dropped_leaves_the_message(sim: Simulator, far_side: FarSide) -> None:
    """Nobody is told; the list has it, and the carrier's own words have acted."""
    sim.faults.add(parse_fault({"kind": "drop_webhook", "match": {"to": SENDER}}))
    told = await receive(sim, Inbound(PERSON, SENDER, "STOP"))
    kept = sim.messages[str(told["message_sid"])]
    assert (None, [], "inbound", True) == (
        told["status"],
        far_side.heard,
        kept.direction,
        sim.is_blocked(PERSON, SENDER),
    )
    await receive(sim, Inbound(PERSON, SENDER, "hello"))
    assert 1 == len(far_side.heard)
