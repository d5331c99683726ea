"""What an address of the gate stands for while the carrier works on a call or message: all that any gate needs to serve
it after a deploy or a flush. Sealed by whoever holds the keys; this module knows neither keys nor stores.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, fields
from typing import Any, Protocol

from dialgate.app.front import Pairs, Wanted

ALIVE_S = 3 * 86_400
"""How long an address is served once the attempt can no longer begin: a call lasts at most 24 h, and what is told
afterwards (recordings, transcriptions) follows within hours.
Source: Twilio, Call resource, `TimeLimit`; read 2026-11."""

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


TONES_KEPT = 32
"""More than the longest number with its prefixes and pauses."""


@dataclass(frozen=True, slots=True)
class CallState:
    made: Made
    wanted: Wanted
    url: str
    """The dialer's own address, with its fragment. Where `twiml` holds the document: the address that it came from,
    empty for one that was given inline.
    """
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
    told: Pairs = ()
    """What the dialer is told beside what the carrier says: the end of what the gate refused in its place."""
    tones: str = ""
    """What whoever is on the call was sent last, at most `TONES_KEPT` characters: behind a switchboard a number may
    come in pieces, from one document to the next.
    """


def packed(state: CallState) -> bytes:
    """As small as it easily gets; what is left at its default is left out."""
    whole = {"made": _given(state.made), **_given(state)}
    return zlib.compress(json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode())


def unpacked(content: bytes) -> CallState:
    """Errors: `ValueError` for what `packed` of this version or an older one did not write."""
    try:
        whole = json.loads(zlib.decompress(content))
        made = Made(**whole.pop("made"))
        wanted = Wanted(whole.pop("wanted"))
        cookies = tuple((host, name, value) for host, name, value in whole.pop("cookies", ()))
        told = tuple((name, value) for name, value in whole.pop("told", ()))
        events = tuple(whole.pop("events", ()))
        return CallState(made=made, wanted=wanted, cookies=cookies, told=told, events=events, **whole)
    except (zlib.error, AttributeError, KeyError, TypeError) as error:
        raise ValueError("no state of a call") from error


def _given(value: Made | CallState) -> dict[str, Any]:
    parts = ((name, getattr(value, name), default) for name, default in _DEFAULTS[type(value)])
    return {name: part for name, part, default in parts if part != default}


_DEFAULTS: dict[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple((field.name, field.default) for field in fields(kind) if field.name != "made")
    for kind in (Made, CallState)
}
"""Fields without a default are equal to none."""


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

    async def sweep(self) -> None:
        """Forget what is kept of addresses that have expired. Errors: `LedgerUnavailableError`."""
        ...
