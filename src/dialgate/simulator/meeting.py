"""`Dial` into a conference: what its TwiML says of the one who joins, and the time spent there."""

from __future__ import annotations

from dialgate.simulator.conference_life import join, leave, listen_for, music_of, room, seat
from dialgate.simulator.documents import Source
from dialgate.simulator.line import Line, says_yes
from dialgate.simulator.records import Report
from dialgate.simulator.rooms import Conference, Participant
from dialgate.simulator.twiml import Verb
from dialgate.simulator.wire import Form, Pairs

# Parameters of a participant that is made by REST, and the attributes of Conference that say the same.
_SAID = {
    "Muted": "muted",
    "Beep": "beep",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "MaxParticipants": "maxParticipants",
    "Label": "participantLabel",
    "CallSidToCoach": "coach",
    "ConferenceRecord": "record",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
    "ConferenceStatusCallbackEvent": "statusCallbackEvent",
    "ConferenceRecordingStatusCallback": "recordingStatusCallback",
    "ConferenceRecordingStatusCallbackMethod": "recordingStatusCallbackMethod",
    "ConferenceRecordingStatusCallbackEvent": "recordingStatusCallbackEvent",
}


def into_conference(form: Form, name: str) -> Source:
    """The instructions of a call that is dialled for a conference."""
    attributes = {told: " ".join(form.all(asked)) for asked, told in _SAID.items() if asked in form}
    return Source(verbs=(Verb("Dial", {}, "", (Verb("Conference", attributes, name, ()),)),))


async def meet(line: Line, noun: Verb) -> Pairs:
    """Be in the conference until its end, or until the call is sent out of it, led elsewhere or ended."""
    conference = room(line.sim, noun.text)
    participant = conference.participants.get(line.call.sid) or seat(line.sim, conference, line.call)
    if participant.left.is_set():  # here before
        participant = seat(line.sim, conference, line.call)
    _set_up(participant, noun)
    _report(conference, noun)
    join(line.sim, participant)
    try:
        _wait_with_music(line, conference, noun)
        await line.sim.clock.wait(participant.left)
    finally:
        if not line.call.ended.is_set():
            participant.reason = "participant_updated_via_api"
        leave(line.sim, participant)
    return (("DialCallStatus", "answered"),)


def _set_up(participant: Participant, noun: Verb) -> None:
    coached = noun.attributes.get("coach", "")
    participant.label = noun.attributes.get("participantLabel", participant.label)
    participant.muted = says_yes(noun, "muted")
    participant.coaching, participant.call_sid_to_coach = bool(coached), coached
    participant.starts = says_yes(noun, "startConferenceOnEnter", default=True)
    participant.ends = says_yes(noun, "endConferenceOnExit")


def _report(conference: Conference, noun: Verb) -> None:
    told = noun.attributes
    events = frozenset(told.get("statusCallbackEvent", "").split())
    listen_for(conference, Report(told.get("statusCallback", ""), told.get("statusCallbackMethod", "POST"), events))
    if told.get("record", "") in {"record-from-start", "true"} and conference.recording_report is None:
        recorded = frozenset(told.get("recordingStatusCallbackEvent", "").split())
        url, method = told.get("recordingStatusCallback", ""), told.get("recordingStatusCallbackMethod", "POST")
        conference.recording_report = Report(url, method, recorded)


def _wait_with_music(line: Line, conference: Conference, noun: Verb) -> None:
    """One round of what the waitUrl says; the carrier would begin again at its end."""
    url = noun.attributes.get("waitUrl", "")
    if conference.status == "init" and url:
        music = Source(url=url, method=noun.attributes.get("waitMethod", "POST"))
        line.sim.start_life(music_of(line.call), line.listen(music, (("ConferenceSid", conference.sid),)))
