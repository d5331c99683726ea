"""A carrier whose list of messages a test writes, and bookmarks in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dialgate.app.errors import DialgateError
from dialgate.app.read_back import Listed, MessagePage
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, SENDER


@dataclass(slots=True)
class ToldMessages:
    """Pages of `size` rows, the newest first. `errors`: raised in turn, before anything is told."""

    rows: list[Listed] = field(default_factory=list)
    size: int = 100
    errors: list[DialgateError] = field(default_factory=list)
    asked: list[tuple[datetime, datetime, str]] = field(default_factory=list)

    async def page(self, since: datetime, until: datetime, place: str) -> MessagePage:
        self.asked.append((since, until, place))
        if self.errors:
            raise self.errors.pop(0)
        start = int(place or 0)
        listed = sorted((row for row in self.rows if row.sent_at >= since), key=lambda row: row.sent_at, reverse=True)
        shown = listed[start : start + self.size]
        more = start + self.size < len(listed)
        oldest = min((row.sent_at for row in shown), default=None)
        return MessagePage(tuple(shown), len(shown), oldest, str(start + self.size) if more else "")


@dataclass(slots=True)
class MemoryBookmarks:
    places: dict[str, str] = field(default_factory=dict)
    error: DialgateError | None = None

    async def place(self, name: str) -> str:
        if self.error is not None:
            raise self.error
        return self.places.get(name, "")

    async def keep(self, name: str, place: str) -> None:
        if self.error is not None:
            raise self.error
        self.places[name] = place

    async def forget(self, name: str) -> None:
        self.places.pop(name, None)


def said(sid: str, body: str, at: datetime = AT, *, sender: str = NUMBER, receiver: str = SENDER) -> Listed:
    """What a person wrote."""
    return Listed(sid, at, sender, receiver, "", body, refused=False)


def refused(sid: str, at: datetime = AT, *, sender: str = SENDER, receiver: str = NUMBER, service: str = "") -> Listed:
    """What the carrier did not let out to a person who has opted out."""
    return Listed(sid, at, sender, receiver, service, "Your offer", refused=True)
