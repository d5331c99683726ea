"""What the carrier keeps of calls, messages and the requests that reached it. Plain state, no behaviour of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from dialgate.simulator.wire import Form

CALL_ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
MESSAGE_ENDED = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


class Noted:
    """What has a name and a life that is told in order in `events`."""

    sid: str
    updated_at: datetime
    events: list[dict[str, object]]

    def note(self, at: datetime, **facts: object) -> None:
        self.updated_at = at
        self.events.append({"at": at.isoformat(), **facts})


@dataclass(slots=True)
class Report:
    """Where something is told, and which events of it; `sent` counts what was told."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset()
    sent: int = 0


@dataclass(slots=True)
class Recording(Noted):
    """Of a call or of a conference. `heard_s` is what was recorded before the last pause."""

    sid: str
    source: str
    created_at: datetime
    updated_at: datetime
    call_sid: str = ""
    conference_sid: str = ""
    status: str = "in-progress"
    channels: int = 1
    track: str = "both"
    report: Report = field(default_factory=Report)
    since: datetime | None = None
    heard_s: float = 0.0
    duration_s: int | None = None
    events: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Transcript(Noted):
    """A recording in writing."""

    sid: str
    recording_sid: str
    text: str
    created_at: datetime
    updated_at: datetime
    duration_s: int
    events: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Medium(Noted):
    """A picture or sound that came or went with a message."""

    sid: str
    message_sid: str
    created_at: datetime
    updated_at: datetime
    content_type: str
    content: bytes
    events: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Resource(Noted):
    """What calls and messages share."""

    sid: str
    to: str
    sender: str
    status: str
    direction: str
    created_at: datetime
    updated_at: datetime
    params: Form = field(default_factory=Form)
    events: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Message(Resource):
    body: str = ""
    sent_at: datetime | None = None
    send_at: datetime | None = None
    validity_s: int = 36_000
    messaging_service_sid: str | None = None
    media: list[Medium] = field(default_factory=list)
    feedback: str = ""
    error_code: int | None = None
    error_message: str | None = None
    status_callback: str = ""
    auto_reply: bool = False


@dataclass(slots=True)
class Call(Resource):
    parent_call_sid: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    answered_at: datetime | None = None
    error_code: int | None = None
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: frozenset[str] = frozenset()
    callbacks_sent: int = 0
    key_presses: list[str] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    answered_by: str = ""
    legs: list[Call] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    pressed: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class WireRequest:
    """A writing request exactly as it arrived, and what became of it (`status` None: never answered)."""

    number: int
    received_at: datetime
    operation: str
    method: str
    path: str
    query_string: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int | None = None
    code: int | None = None
    sid: str | None = None
