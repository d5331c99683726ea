"""A person writes: the message is kept, the carrier's keywords act, the gate hears of it and may reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialgate.simulator.faults import MESSAGE_KINDS, Occasion
from dialgate.simulator.keywords import Intent, intent_of, obey
from dialgate.simulator.media import add_media
from dialgate.simulator.messages import send
from dialgate.simulator.records import Message
from dialgate.simulator.rooms import Address
from dialgate.simulator.shapes import message_json, resource_path, segments
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, Verb, parse_twiml
from dialgate.simulator.webhook_holders import number_called
from dialgate.simulator.webhooks import Reply
from dialgate.simulator.wire import API_VERSION, Form, Pairs


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a person sends. `keywords` False stands for a sender on which the carrier obeys no words;
    an `opt_out_type` for one whose messaging service has obeyed and answered already (Advanced Opt-Out).
    """

    sender: str
    to: str
    body: str
    date_sent: datetime | None = None
    message_sid: str = ""
    opt_out_type: Intent | None = None
    messaging_service_sid: str | None = None
    keywords: bool = True
    media: int = 0


async def receive(sim: Simulator, inbound: Inbound) -> dict[str, object]:
    """Deliver it to the gate; the gate's answer and the messages sent because of it.

    A `message_sid` that is known already is a repeated delivery: nothing is kept or obeyed twice.
    """
    known = sim.messages.get(inbound.message_sid)
    message = known or _keep(sim, inbound)
    if known is None:
        _obey(sim, message, inbound)
    url, method = _address(sim, message)
    if sim.faults.strike(MESSAGE_KINDS, Occasion(method, url, message.to)):
        reply = Reply(None, url=url, error="the webhook is dropped")
    else:
        reply = await sim.webhooks.ask(url, webhook_pairs(sim, message, inbound.opt_out_type), method)
    message.note(sim.clock.now(), webhook=url, answered=reply.status, error=reply.error)
    replies = _send_replies(sim, message, reply)
    return {
        "status": reply.status,
        "body": reply.text,
        "content_type": reply.content_type,
        "error": reply.error,
        "message_sid": message.sid,
        "replies": [message_json(sim.config.account_sid, sent) for sent in replies],
    }


def webhook_pairs(sim: Simulator, message: Message, opt_out_type: Intent | None) -> Pairs:
    """The form the carrier posts for an incoming message."""
    pairs = [
        ("ToCountry", ""),
        ("ToState", ""),
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", message.sid),
        ("FromState", ""),
        ("SmsStatus", "received"),
        ("FromCity", ""),
        ("Body", message.body),
        ("FromCountry", ""),
        ("To", message.to),
        ("ToZip", ""),
        ("NumSegments", str(segments(message.body))),
        ("MessageSid", message.sid),
        ("AccountSid", sim.config.account_sid),
        ("From", message.sender),
        ("ApiVersion", API_VERSION),
    ]
    path = resource_path(sim.config.account_sid, "Messages", message.sid)
    for number, medium in enumerate(message.media):
        pairs.append((f"MediaContentType{number}", medium.content_type))
        pairs.append((f"MediaUrl{number}", f"{sim.config.own_url}{path}/Media/{medium.sid}"))
    if message.messaging_service_sid:
        pairs.append(("MessagingServiceSid", message.messaging_service_sid))
    if opt_out_type:
        pairs.append(("OptOutType", opt_out_type))
    return tuple(pairs)


def _keep(sim: Simulator, inbound: Inbound) -> Message:
    now = sim.clock.now()
    message = Message(
        sid=inbound.message_sid or f"SM{sim.config.new_id()}",
        to=inbound.to,
        sender=inbound.sender,
        status="received",
        direction="inbound",
        created_at=now,
        updated_at=now,
        body=inbound.body,
        sent_at=(inbound.date_sent or now).replace(microsecond=0),
        messaging_service_sid=inbound.messaging_service_sid,
    )
    add_media(sim, message, inbound.media)
    message.note(now, status="received")
    sim.messages[message.sid] = message
    return message


def _address(sim: Simulator, message: Message) -> Address:
    """Where the service says, else where the number says, else at the gate's own door."""
    service = sim.holders.get(message.messaging_service_sid or "")
    if service and service.values["InboundRequestUrl"] and service.values["UseInboundWebhookOnNumber"] != "true":
        return service.values["InboundRequestUrl"], service.values["InboundMethod"].upper()
    number = number_called(sim, message.to)
    if number is not None and number.values["SmsUrl"]:
        return number.values["SmsUrl"], number.values["SmsMethod"].upper()
    return f"{sim.config.gate_url.rstrip('/')}/twilio/sms", "POST"


def _obey(sim: Simulator, message: Message, inbound: Inbound) -> None:
    default = intent_of(message.body, message.to) if inbound.keywords else None
    intent = inbound.opt_out_type or default
    text = obey(sim, message, intent) if intent else None
    if text:
        _reply(sim, message.to, message.sender, text, auto_reply=True)


def _send_replies(sim: Simulator, message: Message, reply: Reply) -> list[Message]:
    if not reply.good or not reply.text.strip():
        return []
    if reply.content_type == "text/plain":
        return [_reply(sim, message.to, message.sender, reply.text)]
    try:
        verbs = parse_twiml(reply.text)
    except TwimlError as error:
        message.note(sim.clock.now(), error=str(error), code=error.code)
        return []
    for verb in verbs:
        if verb.name != "Message":
            message.note(sim.clock.now(), verb=verb.name, ignored=True)
    return [_say(sim, message, verb) for verb in verbs if verb.name == "Message"]


def _say(sim: Simulator, message: Message, verb: Verb) -> Message:
    body = next((child.text for child in verb.children if child.name == "Body"), verb.text)
    told = verb.attributes
    to, sender = told.get("to", message.sender), told.get("from", message.to)
    return _reply(sim, sender, to, body, callback=told.get("statusCallback", ""))


def _reply(sim: Simulator, sender: str, to: str, body: str, *, callback: str = "", auto_reply: bool = False) -> Message:
    pairs = (("To", to), ("From", sender), ("Body", body), ("StatusCallback", callback))
    return send(sim, Form(pairs), "outbound-reply", auto_reply=auto_reply)
