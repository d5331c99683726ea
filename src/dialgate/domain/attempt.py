"""An attempt to reach somebody: what the dialer asked, read strictly, before anybody has decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.domain.ids import DecisionId
    from dialgate.domain.numbers import Number, NumberRefusal, OtherDestination
    from dialgate.domain.policy import TenantPolicy


class Channel(StrEnum):
    VOICE = "voice"
    SMS = "sms"
    """Every text to a number: SMS, MMS, WhatsApp, RCS."""


class Purpose(StrEnum):
    MARKETING = "marketing"
    INFORMATIONAL = "informational"
    TRANSACTIONAL = "transactional"
    COLLECTION = "collection"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Attempt:
    id: DecisionId
    tenant: str
    key: str
    """SID of the API key, or the account SID, that the caller proved to hold."""
    channel: Channel
    called: Number | NumberRefusal | OtherDestination
    called_as_asked: str
    calling: str
    """`From` or the messaging service, as asked."""
    received_at: datetime
    purpose: Purpose = Purpose.MARKETING
    campaign: str = ""
    subject: str = ""
    debt: str = ""
    location: str = ""
    device: str = ""
    content: str = ""
    """Digest of what would be said (body, or Url / Twiml); empty where there is none."""
    parent: DecisionId | None = None
    lifetime_s: int = 86_400
    """How long the carrier can still act on it: 24 h for a queued call, a message's validity."""
    due_at: datetime | None = None
    """When the carrier is to act, where the dialer scheduled it."""
    also: tuple[Number, ...] = ()
    """Whom digits that are dialled after the answer could reach: none of them may have opted out."""

    @property
    def judged_at(self) -> datetime:
        """The instant at which hours must permit it."""
        return self.due_at or self.received_at


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may believe although it may be a second old."""

    policy_version: str
    open_policy: bool = False
    """No duplicate, hours, cap or caller-ID rule; suppression and valid numbers always hold."""
    policy: TenantPolicy | None = None
    """Hours, caps and caller IDs; without it those rules have nothing to say."""
    caller_ids: frozenset[str] = frozenset()
    """The tenant's numbers, short codes and messaging services."""
    own_destinations: frozenset[str] = frozenset()
    """E.164 of agents' phones and transfer lines: exempt from hours, caps, consent, campaign; never from an opt-out."""
