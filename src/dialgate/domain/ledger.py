"""What the ledger holds, as values. The ledger is the truth; the index is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.domain.ids import OptOutId
    from dialgate.domain.numbers import E164
    from dialgate.domain.scope import Scope, ScopeName


LONGEST_SNOOZE = timedelta(days=400)
"""Whoever wants longer peace than a year and a month wants it for good."""


class Source(StrEnum):
    """Where an opt-out came from."""

    SMS = "sms"
    VOICE = "voice"
    AGENT = "agent"
    FORM = "form"
    EMAIL = "email"
    COMPLAINT = "complaint"
    REGULATOR = "regulator"
    IMPORT = "import"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class OptOut:
    """`occurred_at`: when the person said it, as far as known; `recorded_at`: when the gate heard it. Both UTC."""

    id: OptOutId
    number: E164
    scope: Scope
    source: Source
    actor: str
    """SID of the key that brought it, `carrier` for a webhook, `preferences` for the page."""
    occurred_at: datetime
    recorded_at: datetime
    note: str = ""
    evidence: str = ""
    """SID of the message or call in which it was said, or the digest of the link by which it came."""
    ends_at: datetime | None = None
    """Of a snooze: from when on it may be lifted, and not before. None: it holds until somebody takes it back."""


@dataclass(frozen=True, slots=True)
class Lift:
    """Takes back the opt-outs it names and no other; a number stays suppressed while any opt-out is unnamed."""

    id: OptOutId
    number: E164
    tenant: str
    names: tuple[OptOutId, ...]
    source: Source
    actor: str
    recorded_at: datetime
    note: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of one register of the index."""

    scope: ScopeName
    member: str


@dataclass(frozen=True, slots=True)
class Change:
    """One ledger row as the index sees it.

    `remove` holds only members that no unnamed opt-out up to `seq` suppresses.
    """

    seq: int
    id: str
    add: tuple[Entry, ...] = ()
    remove: tuple[Entry, ...] = ()


def revocation_id(sid: str) -> str:
    """Of the one row by which an API key is revoked, however often that is asked for."""
    return f"revoked-{sid}"


def no_snooze(ends_at: datetime, now: datetime, source: Source) -> str:
    """What is wrong with a snooze that ends then, and the mend; empty if nothing is."""
    if source in {Source.COMPLAINT, Source.REGULATOR}:
        return f"What a {source} asks for does not end by itself: leave ends_at out."
    if ends_at <= now:
        return "ends_at is over already: name a time to come, or leave it out for an opt-out without end."
    if ends_at > now + LONGEST_SNOOZE:
        return f"ends_at is more than {LONGEST_SNOOZE.days} days ahead: leave it out for an opt-out without end."
    return ""
