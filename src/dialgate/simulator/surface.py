"""The carrier's paths, and who answers each of them. Creates stand first: routes are tried in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from dialgate.simulator.attachments import starting, stop_attachment
from dialgate.simulator.calls import create_call, delete_call, fetch_call, list_calls, update_call
from dialgate.simulator.conferences import fetch_conference, list_conferences, update_conference
from dialgate.simulator.holders import APPLICATIONS, NUMBERS, SERVICES, Kind
from dialgate.simulator.intake import Endpoint
from dialgate.simulator.media import delete_medium, fetch_medium, give_feedback, list_media, read_medium
from dialgate.simulator.messages import create_message, delete_message, fetch_message, list_messages, update_message
from dialgate.simulator.participants import (
    create_participant,
    delete_participant,
    fetch_participant,
    list_participants,
    update_participant,
)
from dialgate.simulator.queues import (
    create_queue,
    delete_queue,
    fetch_member,
    fetch_queue,
    list_members,
    list_queues,
    update_member,
    update_queue,
)
from dialgate.simulator.recordings import (
    delete_recording,
    fetch_recording,
    list_own_recordings,
    list_recordings,
    read_mp3,
    read_wav,
    start_recording,
    update_recording,
)
from dialgate.simulator.shapes import account_json
from dialgate.simulator.side_streams import PREFIXES
from dialgate.simulator.state import Simulator
from dialgate.simulator.transcripts import delete_transcript, fetch_transcript, list_transcripts, read_transcript
from dialgate.simulator.webhook_holders import creating, deleting, fetching, listing, updating
from dialgate.simulator.wire import API_VERSION, Answer, Asked

Route: TypeAlias = tuple[str, str, str, Endpoint]
"""Method, path, operation (create, update, delete, read or other), and who answers."""
_ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


def routes() -> Iterator[Route]:
    for method, path, operation, endpoint in (*_CALLS, *_MESSAGES, *_ROOMS, *_parts_of_calls()):
        yield method, f"{_ACCOUNT}/{path}", operation, endpoint
    for kind in (APPLICATIONS, NUMBERS):
        yield from _holders(f"{_ACCOUNT}/{kind.name}", ".json", kind)
    yield from _holders("/v1/Services", "", SERVICES)
    yield "GET", f"{_ACCOUNT}.json", "read", fetch_account
    yield "*", f"/{API_VERSION}/{{rest:.*}}", "other", find_nothing


def fetch_account(sim: Simulator, _: Asked) -> Answer:
    return Answer(200, account_json(sim.config.account_sid, sim.config.auth_token))


def find_nothing(_: Simulator, asked: Asked) -> Answer:
    raise asked.not_found()


_CALLS: tuple[Route, ...] = (
    ("POST", "Calls.json", "create", create_call),
    ("GET", "Calls.json", "read", list_calls),
    ("GET", "Calls/{sid}.json", "read", fetch_call),
    ("POST", "Calls/{sid}.json", "update", update_call),
    ("DELETE", "Calls/{sid}.json", "delete", delete_call),
)
_MESSAGES: tuple[Route, ...] = (
    ("POST", "Messages.json", "create", create_message),
    ("GET", "Messages.json", "read", list_messages),
    ("GET", "Messages/{sid}.json", "read", fetch_message),
    ("POST", "Messages/{sid}.json", "update", update_message),
    ("DELETE", "Messages/{sid}.json", "delete", delete_message),
    ("POST", "Messages/{sid}/Feedback.json", "update", give_feedback),
    ("GET", "Messages/{sid}/Media.json", "read", list_media),
    ("GET", "Messages/{sid}/Media/{part}.json", "read", fetch_medium),
    ("DELETE", "Messages/{sid}/Media/{part}.json", "delete", delete_medium),
    ("GET", "Messages/{sid}/Media/{part}", "read", read_medium),
)
_ROOMS: tuple[Route, ...] = (
    ("POST", "Conferences/{sid}/Participants.json", "create", create_participant),
    ("GET", "Conferences/{sid}/Participants.json", "read", list_participants),
    ("GET", "Conferences/{sid}/Participants/{part}.json", "read", fetch_participant),
    ("POST", "Conferences/{sid}/Participants/{part}.json", "update", update_participant),
    ("DELETE", "Conferences/{sid}/Participants/{part}.json", "delete", delete_participant),
    ("GET", "Conferences.json", "read", list_conferences),
    ("GET", "Conferences/{sid}.json", "read", fetch_conference),
    ("POST", "Conferences/{sid}.json", "update", update_conference),
    ("POST", "Queues.json", "update", create_queue),
    ("GET", "Queues.json", "read", list_queues),
    ("GET", "Queues/{sid}.json", "read", fetch_queue),
    ("POST", "Queues/{sid}.json", "update", update_queue),
    ("DELETE", "Queues/{sid}.json", "delete", delete_queue),
    ("GET", "Queues/{sid}/Members.json", "read", list_members),
    ("GET", "Queues/{sid}/Members/{part}.json", "read", fetch_member),
    ("POST", "Queues/{sid}/Members/{part}.json", "update", update_member),
    ("GET", "Recordings.json", "read", list_recordings),
    ("GET", "Recordings/{sid}.json", "read", fetch_recording),
    ("DELETE", "Recordings/{sid}.json", "delete", delete_recording),
    ("GET", "Recordings/{sid}.mp3", "read", read_mp3),
    ("GET", "Recordings/{sid}.wav", "read", read_wav),
    ("GET", "Recordings/{sid}", "read", read_wav),
    ("GET", "Recordings/{sid}/Transcriptions.json", "read", list_transcripts),
    ("GET", "Recordings/{sid}/Transcriptions/{part}.json", "read", fetch_transcript),
    ("GET", "Recordings/{sid}/Transcriptions/{part}", "read", read_transcript),
    ("GET", "Transcriptions.json", "read", list_transcripts),
    ("GET", "Transcriptions/{sid}.json", "read", fetch_transcript),
    ("GET", "Transcriptions/{sid}.txt", "read", read_transcript),
    ("DELETE", "Transcriptions/{sid}.json", "delete", delete_transcript),
)


def _parts_of_calls() -> Iterator[Route]:
    for kind in PREFIXES:
        yield "POST", f"Calls/{{sid}}/{kind}.json", "update", starting(kind)
        yield "POST", f"Calls/{{sid}}/{kind}/{{part}}.json", "update", stop_attachment
    yield "POST", "Calls/{sid}/Recordings.json", "update", start_recording  # a conference's TwiML has it recorded
    for of in ("Calls", "Conferences"):
        yield "GET", f"{of}/{{sid}}/Recordings.json", "read", list_own_recordings
        yield "GET", f"{of}/{{sid}}/Recordings/{{part}}.json", "read", fetch_recording
        yield "POST", f"{of}/{{sid}}/Recordings/{{part}}.json", "update", update_recording
        yield "DELETE", f"{of}/{{sid}}/Recordings/{{part}}.json", "delete", delete_recording


def _holders(path: str, suffix: str, kind: Kind) -> Iterator[Route]:
    yield "POST", f"{path}{suffix}", "update", creating(kind)
    yield "GET", f"{path}{suffix}", "read", listing(kind)
    yield "GET", f"{path}/{{sid}}{suffix}", "read", fetching(kind)
    yield "POST", f"{path}/{{sid}}{suffix}", "update", updating(kind)
    yield "DELETE", f"{path}/{{sid}}{suffix}", "delete", deleting(kind)
