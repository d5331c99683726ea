"""What the carrier keeps: calls, messages and the requests that reached it. Plain state, no behaviour of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from dialgate.simulator.wire import Form

CALL_ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
MESSAGE_ENDED = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


@dataclass(slots=True)
class Resource:
    """What calls and messages share. `events` tells the resource's life in order."""

    sid: str
    to: str
    sender: str
    status: str
    direction: str
    created_at: datetime
    updated_at: datetime
    params: Form = field(default_factory=Form)
    events: list[dict[str, object]] = field(default_factory=list)

    def note(self, at: datetime, **facts: object) -> None:
        self.updated_at = at
        self.events.append({"at": at.isoformat(), **facts})


@dataclass(slots=True)
class Message(Resource):
    body: str = ""
    sent_at: datetime | None = None
    send_at: datetime | None = None
    validity_s: int = 36_000
    messaging_service_sid: str | None = None
    media_urls: tuple[str, ...] = ()
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
