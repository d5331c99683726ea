"""Where calls meet: conferences with participants, queues with members; and what is attached to a call.

Plain state, no behaviour of its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from dialgate.simulator.records import Call, Noted, Recording, Report

Address: TypeAlias = tuple[str, str]
"""A URL and the method to ask it with."""


@dataclass(slots=True, eq=False)
class Participant(Noted):
    """One call in one conference, from the moment it was dialled for it; `joined_at` None = not in it yet."""

    sid: str
    call: Call
    conference: Conference
    created_at: datetime
    updated_at: datetime
    label: str = ""
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    call_sid_to_coach: str = ""
    starts: bool = True
    ends: bool = False
    joined_at: datetime | None = None
    left: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = "participant_hung_up"
    events: list[dict[str, object]] = field(default_factory=list)

    @property
    def present(self) -> bool:
        return self.joined_at is not None and not self.left.is_set()


@dataclass(slots=True, eq=False)
class Conference(Noted):
    """`init` until it starts, then `in-progress`, then `completed`; its name is free again then."""

    sid: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    status: str = "init"
    participants: dict[str, Participant] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    recordings: list[Recording] = field(default_factory=list)
    recording_report: Report | None = None
    reason_ended: str | None = None
    ended_by: str | None = None
    events: list[dict[str, object]] = field(default_factory=list)

    def present(self) -> list[Participant]:
        return [participant for participant in self.participants.values() if participant.present]


@dataclass(slots=True, eq=False)
class Member:
    """A call that waits in a queue. `result` and, where it is sent on, `onward` are set before `out`."""

    call: Call
    queue: Queue
    enqueued_at: datetime
    out: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    result: str = "hangup"
    onward: Address | None = None


@dataclass(slots=True, eq=False)
class Queue(Noted):
    """`members` in the order they came; `arrived` is set while somebody may be waiting for the next one."""

    sid: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    max_size: int = 100
    members: list[Member] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Attachment(Noted):
    """A stream, a SIPREC session or a live transcription of a call; `kind` is its part of the path."""

    sid: str
    kind: str
    call_sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    report: Report
    status: str = "in-progress"
    events: list[dict[str, object]] = field(default_factory=list)
