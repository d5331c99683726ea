"""Media of messages, and what senders report of a message's effect.

Nothing is fetched from a MediaUrl: what came with it is the same small picture always.
"""

from __future__ import annotations

import base64

from dialgate.simulator.lists import page
from dialgate.simulator.records import Medium, Message
from dialgate.simulator.shapes import feedback_json, medium_json
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Content

_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_OUTCOMES = frozenset({"confirmed", "unconfirmed"})


def add_media(sim: Simulator, message: Message, number: int) -> None:
    now = sim.clock.now()
    for _ in range(number):
        sid = f"ME{sim.config.new_id()}"
        message.media.append(Medium(sid, message.sid, now, now, "image/gif", _PICTURE))


def list_media(sim: Simulator, asked: Asked) -> Answer:
    message = _message(sim, asked)
    account = sim.config.account_sid
    return Answer(200, page(asked, "media_list", message.media, lambda row: medium_json(account, row)))


def fetch_medium(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, medium_json(sim.config.account_sid, _medium(sim, asked)))


def read_medium(sim: Simulator, asked: Asked) -> Answer:
    """The bytes themselves, at the address without `.json`."""
    medium = _medium(sim, asked)
    return Answer(200, content=Content(medium.content_type, medium.content))


def delete_medium(sim: Simulator, asked: Asked) -> Answer:
    medium = _medium(sim, asked)
    _message(sim, asked).media.remove(medium)
    return Answer(204, sid=medium.sid)


def give_feedback(sim: Simulator, asked: Asked) -> Answer:
    message, outcome = _message(sim, asked), asked.form.get("Outcome", "confirmed")
    if outcome not in _OUTCOMES:
        raise CarrierError(400, 20001, "Outcome must be confirmed or unconfirmed")
    message.feedback = outcome
    message.note(sim.clock.now(), feedback=outcome)
    return Answer(201, feedback_json(sim.config.account_sid, message), message.sid)


def _message(sim: Simulator, asked: Asked) -> Message:
    message = sim.messages.get(asked.sid)
    if message is None:
        raise asked.not_found()
    return message


def _medium(sim: Simulator, asked: Asked) -> Medium:
    medium = next((medium for medium in _message(sim, asked).media if medium.sid == asked.part), None)
    if medium is None:
        raise asked.not_found()
    return medium
