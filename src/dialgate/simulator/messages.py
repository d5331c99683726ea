"""The Messages resource: create, fetch, list, redact, cancel, delete."""

from __future__ import annotations

from datetime import datetime

from dialgate.simulator.checks import check_message, send_at, validity_s
from dialgate.simulator.lists import matches_text, page, within
from dialgate.simulator.media import add_media
from dialgate.simulator.message_life import STOPPED, is_stopped, live, settle, stop
from dialgate.simulator.records import MESSAGE_ENDED, Message
from dialgate.simulator.shapes import message_json
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form

_CANCELABLE = frozenset({"accepted", "scheduled", "queued"})
_BLOCKED = "Attempt to send to unsubscribed recipient"


def create_message(sim: Simulator, asked: Asked) -> Answer:
    form = asked.form
    check_message(form, sim.clock.now())
    blocked = sim.is_blocked(form.get("To"), form.get("From"), form.get("MessagingServiceSid"))
    if blocked or sim.fault("21610", form.get("To")) is not None:
        raise CarrierError(400, STOPPED, _BLOCKED)
    message = send(sim, form, "outbound-api")
    return Answer(201, message_json(sim.config.account_sid, message), message.sid)


def send(sim: Simulator, form: Form, direction: str, *, auto_reply: bool = False) -> Message:
    """Put a message on its way, whoever asked for it; one to a person who said STOP fails, except the carrier's own."""
    now, service = sim.clock.now(), form.get("MessagingServiceSid")
    due = send_at(form, now)
    message = Message(
        sid=("MM" if form.all("MediaUrl") else "SM") + sim.config.new_id(),
        to=form.get("To"),
        sender=form.get("From"),
        status="scheduled" if due else "accepted" if service else "queued",
        direction=direction,
        created_at=now,
        updated_at=now,
        params=form,
        body=form.get("Body"),
        send_at=due,
        validity_s=validity_s(form),
        messaging_service_sid=service or None,
        status_callback=form.get("StatusCallback") or _service_callback(sim, service),
        auto_reply=auto_reply,
    )
    add_media(sim, message, len(form.all("MediaUrl")))
    message.note(now, status=message.status)
    sim.messages[message.sid] = message
    if due is None and is_stopped(sim, message):
        stop(sim, message)
    else:
        sim.start_life(message.sid, live(sim, message))
    return message


def fetch_message(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, message_json(sim.config.account_sid, _find(sim, asked)))


def list_messages(sim: Simulator, asked: Asked) -> Answer:
    sent, filtered = within(asked.query, "DateSent"), "To" in asked.query or "From" in asked.query
    rows = [
        message
        for message in sim.messages.values()
        if sent(message.sent_at) and (not filtered or matches_text(asked.query, To=message.to, From=message.sender))
    ]
    newest_first = sorted(rows, key=_listed_at)[::-1]
    return Answer(200, page(asked, "messages", newest_first, lambda row: message_json(sim.config.account_sid, row)))


def _listed_at(message: Message) -> datetime:
    return message.sent_at or message.created_at


def update_message(sim: Simulator, asked: Asked) -> Answer:
    message = _find(sim, asked)
    if "Status" in asked.form:
        _cancel(sim, message, asked.form.get("Status"))
    if "Body" in asked.form:
        _redact(sim, message, asked.form.get("Body"))
    return Answer(200, message_json(sim.config.account_sid, message), message.sid)


def delete_message(sim: Simulator, asked: Asked) -> Answer:
    message = _find(sim, asked)
    if message.status not in MESSAGE_ENDED:
        raise CarrierError(409, 20009, "Resource not complete")
    del sim.messages[message.sid]
    return Answer(204, sid=message.sid)


def _service_callback(sim: Simulator, service: str) -> str:
    holder = sim.holders.get(service)
    return holder.values["StatusCallback"] if holder else ""


def _find(sim: Simulator, asked: Asked) -> Message:
    message = sim.messages.get(asked.sid)
    if message is None:
        raise asked.not_found()
    return message


def _cancel(sim: Simulator, message: Message, status: str) -> None:
    if status != "canceled":
        raise CarrierError(400, 20001, "Status can only be set to canceled")
    if message.status not in _CANCELABLE:
        raise CarrierError(400, 30409, "Message cannot be canceled: it is no longer waiting to be sent")
    sim.stop_life(message.sid)
    settle(sim, message, "canceled")


def _redact(sim: Simulator, message: Message, body: str) -> None:
    if body:
        raise CarrierError(400, 20001, "Body can only be set to an empty string")
    if message.status not in MESSAGE_ENDED:
        raise CarrierError(409, 20009, "Resource not complete")
    message.body = ""
    message.note(sim.clock.now(), redacted=True)
