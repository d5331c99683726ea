"""The Participants of a conference: dialled into it, muted, held, told something, sent out."""

from __future__ import annotations

from dialgate.simulator.call_life import finish, line_of, live
from dialgate.simulator.calls import make_call
from dialgate.simulator.checks import check_participant
from dialgate.simulator.conference_life import find_room, leave, music_of, room, seat, tell
from dialgate.simulator.conferences import find_conference
from dialgate.simulator.documents import Source
from dialgate.simulator.lists import page
from dialgate.simulator.meeting import into_conference
from dialgate.simulator.records import CALL_ENDED
from dialgate.simulator.room_shapes import participant_json
from dialgate.simulator.rooms import Participant
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Form


def create_participant(sim: Simulator, asked: Asked) -> Answer:
    """The conference may be named by its SID or by its name, and is made if it is not there."""
    form = asked.form
    check_participant(form)
    known = sim.conferences.get(asked.sid)
    if known is None and asked.sid.startswith("CF"):
        raise asked.not_found()
    conference = known or room(sim, asked.sid)
    if conference.status == "completed":
        raise CarrierError(400, 20001, "The conference has ended")
    call = make_call(sim, form)
    participant = seat(sim, conference, call, form.get("Label"))
    sim.start_life(call.sid, live(sim, call, into_conference(form, conference.friendly_name)))
    return Answer(201, participant_json(sim, participant), call.sid)


def list_participants(sim: Simulator, asked: Asked) -> Answer:
    """Those who are there."""
    query = asked.query
    rows = [
        participant
        for participant in find_conference(sim, asked).present()
        if query.get("Muted", str(participant.muted)).lower() == str(participant.muted).lower()
        and query.get("Hold", str(participant.hold)).lower() == str(participant.hold).lower()
        and query.get("Coaching", str(participant.coaching)).lower() == str(participant.coaching).lower()
    ]
    return Answer(200, page(asked, "participants", rows, lambda row: participant_json(sim, row)))


def fetch_participant(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, participant_json(sim, _find(sim, asked)))


def update_participant(sim: Simulator, asked: Asked) -> Answer:
    participant, form = _find(sim, asked), asked.form
    if not participant.present:
        raise asked.not_found()
    if "Muted" in form:
        participant.muted = _yes(form, "Muted")
        tell(sim, participant.conference, _event(participant.muted, "mute"), participant)
    if "Hold" in form:
        _hold(sim, participant, form)
    if "EndConferenceOnExit" in form:
        participant.ends = _yes(form, "EndConferenceOnExit")
    if "Coaching" in form or "CallSidToCoach" in form:
        participant.coaching = _yes(form, "Coaching") or bool(form.get("CallSidToCoach"))
        participant.call_sid_to_coach = form.get("CallSidToCoach", participant.call_sid_to_coach)
        tell(sim, participant.conference, "participant-modify", participant)
    if form.get("AnnounceUrl"):
        _play(sim, participant, form, "Announce", "POST")
    participant.note(sim.clock.now(), updated=dict(form.pairs))
    return Answer(200, participant_json(sim, participant), participant.call.sid)


def delete_participant(sim: Simulator, asked: Asked) -> Answer:
    """Out of the conference; a call that was dialled for it ends, another goes on with its document."""
    participant = _find(sim, asked)
    if participant.left.is_set():
        raise asked.not_found()
    participant.reason = "participant_updated_via_api"
    leave(sim, participant)
    if participant.joined_at is None and participant.call.status not in CALL_ENDED:
        finish(sim, participant.call, "canceled")
    return Answer(204, sid=participant.call.sid)


def _hold(sim: Simulator, participant: Participant, form: Form) -> None:
    participant.hold = _yes(form, "Hold")
    tell(sim, participant.conference, _event(participant.hold, "hold"), participant)
    if participant.hold and form.get("HoldUrl"):
        _play(sim, participant, form, "Hold", "GET")
    if not participant.hold:
        sim.stop_life(music_of(participant.call))


def _play(sim: Simulator, participant: Participant, form: Form, what: str, method: str) -> None:
    """Source: Twilio, "Participant resource" (HoldMethod is GET unless told otherwise), read 2026-11."""
    source = Source(url=form.get(f"{what}Url"), method=form.get(f"{what}Method", method))
    extra = (("ConferenceSid", participant.conference.sid),)
    sim.start_life(music_of(participant.call), line_of(sim, participant.call).listen(source, extra))


def _find(sim: Simulator, asked: Asked) -> Participant:
    """By the call's SID or by the participant's label."""
    conference = sim.conferences.get(asked.sid) or find_room(sim, asked.sid)
    if conference is None:
        raise asked.not_found()
    named = (each for each in conference.participants.values() if each.label == asked.part and each.label)
    participant = conference.participants.get(asked.part) or next(named, None)
    if participant is None:
        raise asked.not_found()
    return participant


def _yes(form: Form, name: str) -> bool:
    return form.get(name).lower() == "true"


def _event(on: bool, what: str) -> str:  # noqa: FBT001 - it is the value
    return f"participant-{what}" if on else f"participant-un{what}"
