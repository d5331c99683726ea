"""Who is in which conference, when it starts and ends, and what its status callback is told."""

from __future__ import annotations

from dialgate.simulator.recording_life import end_all, record
from dialgate.simulator.records import Call, Report
from dialgate.simulator.rooms import Conference, Participant
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Pairs, rfc2822

_ENOUGH = 2
"""Participants that a conference needs to start. Source: Twilio, "TwiML: Conference" (start), read 2026-11."""
_TOPICS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
}


def find_room(sim: Simulator, name: str) -> Conference | None:
    """The conference of this name that has not ended."""
    return next((c for c in sim.conferences.values() if c.friendly_name == name and c.status != "completed"), None)


def room(sim: Simulator, name: str) -> Conference:
    """The conference of this name; made if there is none."""
    return find_room(sim, name) or _make(sim, name)


def _make(sim: Simulator, name: str) -> Conference:
    now = sim.clock.now()
    conference = Conference(f"CF{sim.config.new_id()}", name, now, now)
    sim.conferences[conference.sid] = conference
    return conference


def seat(sim: Simulator, conference: Conference, call: Call, label: str = "") -> Participant:
    """A place for a call that is on its way to a conference, or for one that has arrived."""
    now = sim.clock.now()
    participant = Participant(call.sid, call, conference, now, now, label)
    conference.participants[call.sid] = participant
    sim.seats[call.sid] = participant
    return participant


def join(sim: Simulator, participant: Participant) -> None:
    """Be in it; the second one starts it if anybody who may start it is there."""
    conference = participant.conference
    participant.joined_at = sim.clock.now()
    tell(sim, conference, "participant-join", participant)
    present = conference.present()
    if conference.status == "init" and len(present) >= _ENOUGH and any(each.starts for each in present):
        _start(sim, conference)


def _start(sim: Simulator, conference: Conference) -> None:
    conference.status = "in-progress"
    conference.note(sim.clock.now(), status="in-progress")
    tell(sim, conference, "conference-start")
    for participant in conference.present():
        sim.stop_life(music_of(participant.call))
    if conference.recording_report is not None:
        record(sim, conference, "Conference", conference.recording_report)


def leave(sim: Simulator, participant: Participant) -> None:
    """Be out of it; the last one ends it, and so does one who is told to. Nothing happens to one who has left."""
    if participant.left.is_set():
        return
    conference, present = participant.conference, participant.present
    sim.stop_life(music_of(participant.call))
    participant.left.set()
    sim.seats.pop(participant.call.sid, None)
    if present:
        tell(sim, conference, "participant-leave", participant)
    if participant.ends and present:
        by = "kicked" if participant.reason == "participant_updated_via_api" else "left"
        end(sim, conference, f"participant-with-end-conference-on-exit-{by}", participant)
    elif not any(not each.left.is_set() for each in conference.participants.values()):
        end(sim, conference, "last-participant-left", participant)


def end(sim: Simulator, conference: Conference, reason: str, by: Participant | None = None) -> None:
    """Send everybody out. Nothing happens to one that has ended."""
    if conference.status == "completed":
        return
    conference.status, conference.reason_ended = "completed", reason
    conference.ended_by = by.call.sid if by else None
    for participant in list(conference.participants.values()):
        leave(sim, participant)
    end_all(sim, conference)
    conference.note(sim.clock.now(), status="completed", reason=reason)
    ended_by: Pairs = (("CallSidEndingConference", by.call.sid),) if by else ()
    if any(participant.joined_at for participant in conference.participants.values()):
        tell(sim, conference, "conference-end", extra=(("ReasonConferenceEnded", reason), *ended_by))


def listen_for(conference: Conference, report: Report) -> None:
    """Whoever names a status callback first has it."""
    if report.url and not conference.report.url:
        conference.report = report


def music_of(call: Call) -> str:
    """The name of the life that plays to a call which waits, is on hold, or is told something."""
    return f"{call.sid}/music"


def tell(
    sim: Simulator, conference: Conference, event: str, participant: Participant | None = None, extra: Pairs = ()
) -> None:
    """Send a status callback if this event was asked for.

    Source: Twilio, "TwiML: Conference" (statusCallback parameters), read 2026-11.
    """
    now = sim.clock.now()
    conference.note(now, event=event, **({"call": participant.call.sid} if participant else {}))
    report = conference.report
    if not report.url or _TOPICS[event] not in report.events:
        return
    pairs: Pairs = (
        ("ConferenceSid", conference.sid),
        ("FriendlyName", conference.friendly_name),
        ("AccountSid", sim.config.account_sid),
        ("Timestamp", rfc2822(now) or ""),
        ("StatusCallbackEvent", event),
        ("SequenceNumber", str(report.sent + 1)),
        *(_told_of(participant) if participant else ()),
        *extra,
    )
    report.sent += 1
    sim.webhooks.call_back(conference, report.url, pairs, report.method.upper())


def _told_of(participant: Participant) -> Pairs:
    coached = (("CallSidToCoach", participant.call_sid_to_coach),) if participant.coaching else ()
    label = (("ParticipantLabel", participant.label),) if participant.label else ()
    why = (("ReasonParticipantLeft", participant.reason),) if participant.left.is_set() else ()
    return (
        ("CallSid", participant.call.sid),
        ("Muted", _word(participant.muted)),
        ("Hold", _word(participant.hold)),
        ("Coaching", _word(participant.coaching)),
        ("StartConferenceOnEnter", _word(participant.starts)),
        ("EndConferenceOnExit", _word(participant.ends)),
        *coached,
        *label,
        *why,
    )


def _word(value: bool) -> str:  # noqa: FBT001 - it is the value
    return "true" if value else "false"
