"""What an address of the gate stands for while the carrier works on a call or message: all that any gate needs to serve
it after a deploy or a flush. Sealed by whoever holds the keys; this module knows neither keys nor stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dialgate.app.front import Wanted

Cookie = tuple[str, str, str]
"""Host, name, value."""


@dataclass(frozen=True, slots=True)
class Made:
    """The attempt that the call or message began with: whatever is reached in its course is an attempt of the same
    kind, with this one as `parent`.
    """

    decision_id: str
    tenant: str
    key: str
    channel: str
    number: str
    """E.164 of the called party."""
    calling: str
    purpose: str
    campaign: str = ""
    subject: str = ""
    debt: str = ""
    location: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class CallState:
    made: Made
    wanted: Wanted
    url: str
    """The dialer's own address, with its fragment; empty where `twiml` holds the document."""
    method: str
    """How the dialer is asked: GET or POST."""
    expires_at_s: int
    """Unix seconds: no address of the gate is served for longer."""
    fallback_url: str = ""
    fallback_method: str = "POST"
    twiml: str = ""
    events: tuple[str, ...] = ()
    """For `STATUS`: which the dialer asked for; empty: all that come."""
    cookies: tuple[Cookie, ...] = ()
    """Set by the dialer's servers in the course of this call."""


class Addresses(Protocol):
    """Addresses of the gate, each of which carries a state. Forged, foreign and expired ones are nobody's.

    Errors of both: `LedgerUnavailableError`, only where the state is too long for an address and lies in the ledger.
    """

    async def address(self, state: CallState) -> str:
        """Absolute, below `server.public_url`: `/twilio/voice/...` for a document, `/twilio/callback/...` otherwise."""
        ...

    async def state(self, token: str) -> CallState | None:
        """`token`: the last part of the path."""
        ...
