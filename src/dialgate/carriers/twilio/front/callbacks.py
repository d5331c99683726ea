"""What the carrier tells, as a tenant is to hear it: its own account and names, and links that lead to the gate."""

from __future__ import annotations

import re

from dialgate.app.errors import BadRequestError
from dialgate.app.front import Pairs
from dialgate.app.queries import Tenant
from dialgate.app.settle import StatusReport
from dialgate.carriers.twilio.front.rooms import shown

_API = r"https?://[^\s/\"'\\]+/2010-04-01/Accounts/"
_WORDS = frozenset(
    {
        "Body",
        "ButtonPayload",
        "ButtonText",
        "Digits",
        "ProfileName",
        "SpeechResult",
        "StableSpeechResult",
        "TranscriptionData",
        "TranscriptionText",
        "UnstableSpeechResult",
    }
)
"""What people said or pressed: it stays as it came."""
_STATUS_FIELDS = (frozenset({"CallSid", "CallStatus"}), frozenset({"MessageSid", "MessageStatus"}))
_EVENTS = {
    "queued": "initiated",
    "initiated": "initiated",
    "ringing": "ringing",
    "in-progress": "answered",
    **dict.fromkeys(("completed", "busy", "failed", "no-answer", "canceled"), "completed"),
}
"""Source: Twilio, Call resource, `StatusCallbackEvent` and `CallStatus`; read 2026-11."""


def told(fields: Pairs, carrier_sid: str, tenant: Tenant, public_url: str) -> Pairs:
    """All fields in their order, those that nobody knows yet too. `RecordingUrl`, `RecordingUrls`, `MediaUrl0` and
    whatever else leads to the carrier's API leads to the gate.
    """
    return tuple(
        (name, value if name in _WORDS else shown(tenant.account_sid, swapped(value, carrier_sid, tenant, public_url)))
        for name, value in fields
    )


def told_json(body: bytes, carrier_sid: str, tenant: Tenant, public_url: str) -> bytes:
    """All else byte for byte. Errors: `BadRequestError` for what is not UTF-8."""
    try:
        return swapped(body.decode(), carrier_sid, tenant, public_url).encode()
    except UnicodeDecodeError:
        raise BadRequestError("The body is not UTF-8.") from None


def reports_status(fields: Pairs) -> bool:
    """Of a call or message; other callbacks tell of recordings, rooms or streams."""
    names = {name for name, _ in fields}
    return any(needed <= names for needed in _STATUS_FIELDS)


def event(report: StatusReport) -> str:
    """Of a call, by which a dialer chooses what it hears; empty for a message, of which it hears everything."""
    return _EVENTS.get(report.status, report.status) if report.carrier_sid.startswith("CA") else ""


def swapped(value: str, carrier_sid: str, tenant: Tenant, public_url: str) -> str:
    if not carrier_sid or carrier_sid not in value:
        return value
    own = f"{public_url}/2010-04-01/Accounts/{tenant.account_sid}"
    return re.sub(_API + re.escape(carrier_sid), lambda _: own, value).replace(carrier_sid, tenant.account_sid)
