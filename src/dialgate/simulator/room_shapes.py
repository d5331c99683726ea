"""Conferences, participants, queues, recordings and attachments as the carrier shows them in JSON."""

from __future__ import annotations

from dialgate.simulator.queue_life import waited_s
from dialgate.simulator.records import CALL_ENDED, Recording, Transcript
from dialgate.simulator.rooms import Attachment, Conference, Member, Participant, Queue
from dialgate.simulator.shapes import resource_path
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import API_VERSION, rfc2822

_ON_THE_WAY = {"queued": "queued", "ringing": "ringing", "in-progress": "connecting", "completed": "complete"}


def conference_json(sim: Simulator, conference: Conference) -> dict[str, object]:
    path = resource_path(sim.config.account_sid, "Conferences", conference.sid)
    return {
        "account_sid": sim.config.account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": conference.ended_by,
        "date_created": rfc2822(conference.created_at),
        "date_updated": rfc2822(conference.updated_at),
        "friendly_name": conference.friendly_name,
        "reason_conference_ended": conference.reason_ended,
        "region": "us1",
        "sid": conference.sid,
        "status": conference.status,
        "subresource_uris": {
            "participants": f"{path}/Participants.json",
            "recordings": f"{path}/Recordings.json",
        },
        "uri": f"{path}.json",
    }


def participant_json(sim: Simulator, participant: Participant) -> dict[str, object]:
    path = resource_path(sim.config.account_sid, "Conferences", participant.conference.sid)
    return {
        "account_sid": sim.config.account_sid,
        "call_sid": participant.call.sid,
        "call_sid_to_coach": participant.call_sid_to_coach or None,
        "coaching": participant.coaching,
        "conference_sid": participant.conference.sid,
        "date_created": rfc2822(participant.created_at),
        "date_updated": rfc2822(participant.updated_at),
        "end_conference_on_exit": participant.ends,
        "hold": participant.hold,
        "label": participant.label or None,
        "muted": participant.muted,
        "queue_time": "0",
        "start_conference_on_enter": participant.starts,
        "status": _status(participant),
        "uri": f"{path}/Participants/{participant.call.sid}.json",
    }


def _status(participant: Participant) -> str:
    if participant.present:
        return "connected"
    if participant.call.status in CALL_ENDED - {"completed"}:
        return "failed"
    return "complete" if participant.left.is_set() else _ON_THE_WAY[participant.call.status]


def recording_json(sim: Simulator, recording: Recording) -> dict[str, object]:
    account = sim.config.account_sid
    path = resource_path(account, "Recordings", recording.sid)
    parts = {"add_on_results": "AddOnResults", "transcriptions": "Transcriptions"}
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid or None,
        "channels": recording.channels,
        "conference_sid": recording.conference_sid or None,
        "date_created": rfc2822(recording.created_at),
        "date_updated": rfc2822(recording.updated_at),
        "duration": None if recording.duration_s is None else str(recording.duration_s),
        "encryption_details": None,
        "error_code": None,
        "media_url": sim.recording_url(recording.sid),
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source,
        "start_time": rfc2822(recording.created_at),
        "status": recording.status,
        "subresource_uris": {name: f"{path}/{part}.json" for name, part in parts.items()},
        "track": recording.track,
        "uri": f"{path}.json",
    }


def transcript_json(sim: Simulator, transcript: Transcript) -> dict[str, object]:
    return {
        "account_sid": sim.config.account_sid,
        "api_version": API_VERSION,
        "date_created": rfc2822(transcript.created_at),
        "date_updated": rfc2822(transcript.updated_at),
        "duration": str(transcript.duration_s),
        "price": None,
        "price_unit": "USD",
        "recording_sid": transcript.recording_sid,
        "sid": transcript.sid,
        "status": "completed",
        "transcription_text": transcript.text,
        "type": "fast",
        "uri": f"{resource_path(sim.config.account_sid, 'Transcriptions', transcript.sid)}.json",
    }


def queue_json(sim: Simulator, queue: Queue) -> dict[str, object]:
    path = resource_path(sim.config.account_sid, "Queues", queue.sid)
    waits = [waited_s(sim, member) for member in queue.members]
    return {
        "account_sid": sim.config.account_sid,
        "average_wait_time": sum(waits) // len(waits) if waits else 0,
        "current_size": len(queue.members),
        "date_created": rfc2822(queue.created_at),
        "date_updated": rfc2822(queue.updated_at),
        "friendly_name": queue.friendly_name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "subresource_uris": {"members": f"{path}/Members.json"},
        "uri": f"{path}.json",
    }


def member_json(sim: Simulator, member: Member, position: int) -> dict[str, object]:
    path = resource_path(sim.config.account_sid, "Queues", member.queue.sid)
    return {
        "call_sid": member.call.sid,
        "date_enqueued": rfc2822(member.enqueued_at),
        "position": position,
        "queue_sid": member.queue.sid,
        "uri": f"{path}/Members/{member.call.sid}.json",
        "wait_time": waited_s(sim, member),
    }


def attachment_json(sim: Simulator, attachment: Attachment) -> dict[str, object]:
    path = resource_path(sim.config.account_sid, "Calls", attachment.call_sid)
    return {
        "account_sid": sim.config.account_sid,
        "call_sid": attachment.call_sid,
        "date_updated": rfc2822(attachment.updated_at),
        "name": attachment.name or None,
        "sid": attachment.sid,
        "status": attachment.status,
        "uri": f"{path}/{attachment.kind}/{attachment.sid}.json",
    }
