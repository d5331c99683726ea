"""Calls that wait in queues, and those who take the next one out."""

from __future__ import annotations

from dialgate.simulator.conference_life import music_of
from dialgate.simulator.documents import Document, Source, load
from dialgate.simulator.line import Line
from dialgate.simulator.rooms import Address, Member, Queue
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, Verb
from dialgate.simulator.wire import CarrierError, Pairs

_NO_VERBS = Document(())


def queue_of(sim: Simulator, name: str) -> Queue:
    """The queue of this name; made if there is none."""
    known = next((queue for queue in sim.queues.values() if queue.friendly_name == name), None)
    return known or make_queue(sim, name)


def make_queue(sim: Simulator, name: str, max_size: int = 100) -> Queue:
    """Errors: CarrierError if the name is taken."""
    if any(queue.friendly_name == name for queue in sim.queues.values()):
        raise CarrierError(400, 22003, f"A queue named {name} exists already")
    now = sim.clock.now()
    queue = Queue(f"QU{sim.config.new_id()}", name, now, now, max_size)
    sim.queues[queue.sid] = queue
    return queue


async def enqueue(line: Line, document: Document, verb: Verb) -> Document | None:
    """Wait until somebody takes the call, or it leaves, or it is sent elsewhere.

    Source: Twilio, "TwiML: Enqueue" (QueueResult, QueueSid, QueueTime), read 2026-11.
    """
    queue = queue_of(line.sim, verb.text)
    if len(queue.members) >= queue.max_size:
        return await line.go_on(document, verb, (("QueueResult", "queue-full"), ("QueueSid", queue.sid)))
    member = Member(line.call, queue, line.sim.clock.now())
    queue.members.append(member)
    queue.arrived.set()
    line.sim.waiting[line.call.sid] = member
    queue.note(line.sim.clock.now(), joined=line.call.sid)
    try:
        _play(line, member, verb)
        await line.sim.clock.wait(member.out)
        if member.result == "bridged":
            await line.sim.clock.wait(member.over)
    finally:
        member.over.set()
        let_out(line.sim, member, member.result)
    if member.onward is not None:
        return await load(line.sim, line.call, Source(url=member.onward[0], method=member.onward[1]))
    return await line.go_on(document, verb, (("QueueResult", member.result), *member_pairs(line.sim, member)))


async def leave_queue(line: Line, _document: Document, _verb: Verb) -> Document | None:
    """`Leave`, which stands in what is played to one who waits."""
    member = line.sim.waiting.get(line.call.sid)
    if member is not None:
        let_out(line.sim, member, "leave")
    return _NO_VERBS


async def take_next(line: Line, noun: Verb, talk_s: float) -> Pairs:
    """`Dial` a queue: wait for the first of it, let it hear the noun's document, talk."""
    queue = queue_of(line.sim, noun.text)
    while not queue.members:
        queue.arrived.clear()
        await line.sim.clock.wait(queue.arrived)
    member = queue.members[0]
    let_out(line.sim, member, "bridged")
    try:
        await _announce(line, member, noun)
        await line.sim.clock.wait(member.over, within_s=talk_s)
    finally:
        member.over.set()
    return (("DialCallStatus", "answered"), ("DialCallSid", member.call.sid), ("DialBridged", "true"))


def send_on(sim: Simulator, member: Member, onward: Address) -> None:
    """Taken out by REST, to be led by another document."""
    member.onward = onward
    let_out(sim, member, "redirected")


def let_out(sim: Simulator, member: Member, result: str) -> None:
    """Nothing happens to one who is out."""
    if member.out.is_set():
        return
    sim.stop_life(music_of(member.call))
    sim.waiting.pop(member.call.sid, None)
    member.queue.members.remove(member)
    member.queue.note(sim.clock.now(), left=member.call.sid, result=result)
    member.result = result
    member.out.set()


def waited_s(sim: Simulator, member: Member) -> int:
    return round((sim.clock.now() - member.enqueued_at).total_seconds())


def member_pairs(sim: Simulator, member: Member) -> Pairs:
    return (("QueueSid", member.queue.sid), ("QueueTime", str(waited_s(sim, member))))


def _play(line: Line, member: Member, verb: Verb) -> None:
    url = verb.attributes.get("waitUrl", "")
    if url:
        queue = member.queue
        extra = (
            ("QueuePosition", str(queue.members.index(member) + 1)),
            ("CurrentQueueSize", str(len(queue.members))),
            ("MaxQueueSize", str(queue.max_size)),
            *member_pairs(line.sim, member),
        )
        music = Source(url=url, method=verb.attributes.get("waitUrlMethod", "POST"))
        line.sim.start_life(music_of(line.call), line.listen(music, extra))


async def _announce(line: Line, member: Member, noun: Verb) -> None:
    url = noun.attributes.get("url", "")
    if not url:
        return
    extra = (("DequeingCallSid", line.call.sid), *member_pairs(line.sim, member))
    waiting = line.of(member.call)
    try:
        source = Source(url=url, method=noun.attributes.get("method", "POST"))
        await waiting.execute(await load(line.sim, member.call, source, extra))
    except TwimlError as error:
        waiting.note(error=str(error), code=error.code)
