"""The Queues resource and the Members who wait in them."""

from __future__ import annotations

from dialgate.simulator.lists import page
from dialgate.simulator.queue_life import make_queue, send_on
from dialgate.simulator.room_shapes import member_json, queue_json
from dialgate.simulator.rooms import Member, Queue
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form

_MOST = 5000


def create_queue(sim: Simulator, asked: Asked) -> Answer:
    name = asked.form.get("FriendlyName")
    if not name:
        raise CarrierError(400, 20001, "FriendlyName is required")
    queue = make_queue(sim, name, _size(asked.form, 100))
    return Answer(201, queue_json(sim, queue), queue.sid)


def list_queues(sim: Simulator, asked: Asked) -> Answer:
    rows = list(reversed(sim.queues.values()))
    return Answer(200, page(asked, "queues", rows, lambda row: queue_json(sim, row)))


def fetch_queue(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, queue_json(sim, _find(sim, asked)))


def update_queue(sim: Simulator, asked: Asked) -> Answer:
    queue = _find(sim, asked)
    queue.friendly_name = asked.form.get("FriendlyName") or queue.friendly_name
    queue.max_size = _size(asked.form, queue.max_size)
    return Answer(200, queue_json(sim, queue), queue.sid)


def delete_queue(sim: Simulator, asked: Asked) -> Answer:
    queue = _find(sim, asked)
    if queue.members:
        raise CarrierError(400, 22002, "The queue is not empty")
    del sim.queues[queue.sid]
    return Answer(204, sid=queue.sid)


def list_members(sim: Simulator, asked: Asked) -> Answer:
    queue = _find(sim, asked)
    rows = [_Row(member, position) for position, member in enumerate(queue.members, start=1)]
    return Answer(200, page(asked, "queue_members", rows, lambda row: member_json(sim, row.member, row.position)))


def fetch_member(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, _shown(sim, _member(sim, asked)))


def update_member(sim: Simulator, asked: Asked) -> Answer:
    """Take a call out of the queue and lead it on by another document."""
    member, url = _member(sim, asked), asked.form.get("Url")
    if not url:
        raise CarrierError(400, 21205, "Url parameter is required.")
    shown = _shown(sim, member)
    send_on(sim, member, (url, asked.form.get("Method", "POST")))
    return Answer(200, shown, member.call.sid)


class _Row:
    """A member with its place, as lists want it."""

    def __init__(self, member: Member, position: int) -> None:
        self.member = member
        self.position = position

    @property
    def sid(self) -> str:
        return self.member.call.sid


def _shown(sim: Simulator, member: Member) -> dict[str, object]:
    return member_json(sim, member, member.queue.members.index(member) + 1)


def _find(sim: Simulator, asked: Asked) -> Queue:
    queue = sim.queues.get(asked.sid)
    if queue is None:
        raise asked.not_found()
    return queue


def _member(sim: Simulator, asked: Asked) -> Member:
    """By the call's SID; `Front` is the one who waits longest."""
    members = _find(sim, asked).members
    if asked.part == "Front" and members:
        return members[0]
    member = next((member for member in members if member.call.sid == asked.part), None)
    if member is None:
        raise asked.not_found()
    return member


def _size(form: Form, default: int) -> int:
    text = form.get("MaxSize", str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise CarrierError(400, 20001, f"MaxSize must be between 1 and {_MOST}")
    return int(text)
