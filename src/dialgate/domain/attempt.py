"""An attempt to reach somebody: what the dialer asked, read strictly, before anybody has decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.domain.ids import DecisionId
    from dialgate.domain.numbers import Endpoint, Number, NumberRefusal, OtherDestination


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
    called: Number | Endpoint | NumberRefusal | OtherDestination
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
    connected: bool = False
    """It changes a call that was made already and dials nobody: hours and counts were those of that call."""
    lifetime_s: int = 86_400
    """How long the carrier can still act on it: 24 h for a queued call, a message's validity."""
    due_at: datetime | None = None
    """When the carrier is to act, where the dialer scheduled it."""
    dial_until: datetime | None = None
    """From when on a call that the carrier still has queued must not be dialled any more."""
    other_senders: tuple[str, ...] = ()
    """In whose name it is besides `calling`."""
    also: tuple[Number, ...] = ()
    """Whom digits that are dialled after the answer could reach: none of them may have opted out."""

    @property
    def judged_at(self) -> datetime:
        """The instant at which hours must permit it."""
        return self.due_at or self.received_at
