"""The carrier's own validation of a create, with its codes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dialgate.simulator.wire import CarrierError, Form, parse_moment

_E164 = re.compile(r"\+[1-9][0-9]{5,14}", re.ASCII)
_ADDRESS = re.compile(r"(?:sip|sips|client|app|messenger):.+|(?:whatsapp|rcs):\+?[\w.:-]+", re.ASCII)
_SENDER = re.compile(r"[0-9]{3,8}|[A-Za-z0-9 &_+-]{1,11}|(?:whatsapp|rcs|messenger):.+", re.ASCII)
_MAX_BODY = 1600
# Source: Twilio, error pages 35114, 35115 and 35117, read 2026-11. Older pages say 900 s at least.
_SEND_AT_LEAST = timedelta(seconds=300)
_SEND_AT_MOST = timedelta(days=35)
_MAX_VALIDITY_S = 36_000


def check_call(form: Form) -> None:
    """Errors: CarrierError."""
    check_participant(form)
    if not any(form.get(name) for name in ("Url", "Twiml", "ApplicationSid")):
        raise CarrierError(400, 21205, "Url, Twiml or ApplicationSid parameter is required.")


def check_participant(form: Form) -> None:
    """Errors: CarrierError."""
    if not form.get("To"):
        raise CarrierError(400, 21201, "No 'To' number is specified")
    if not form.get("From"):
        raise CarrierError(400, 21213, "No 'From' number is specified")
    _check_called(form.get("To"))
    if not (_E164.fullmatch(form.get("From")) or _ADDRESS.fullmatch(form.get("From"))):
        raise CarrierError(400, 21212, f"The 'From' number {form.get('From')} is not a valid phone number.")


def check_message(form: Form, now: datetime) -> None:
    """Errors: CarrierError."""
    if not form.get("To"):
        raise CarrierError(400, 21604, "A 'To' phone number is required.")
    _check_called(form.get("To"))
    if not form.get("From") and not form.get("MessagingServiceSid"):
        raise CarrierError(400, 21603, "A 'From' phone number is required.")
    if form.get("From") and not (_E164.fullmatch(form.get("From")) or _SENDER.fullmatch(form.get("From"))):
        raise CarrierError(400, 21212, f"The 'From' number {form.get('From')} is not a valid phone number.")
    if not any(form.get(name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise CarrierError(400, 21602, "Message body is required.")
    if len(form.get("Body")) > _MAX_BODY:
        raise CarrierError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    validity_s(form)
    send_at(form, now)


def validity_s(form: Form) -> int:
    """Seconds a message may wait in the carrier's queue."""
    text = form.get("ValidityPeriod", str(_MAX_VALIDITY_S))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MAX_VALIDITY_S):
        raise CarrierError(400, 21623, f"ValidityPeriod must be between 1 and {_MAX_VALIDITY_S} seconds.")
    return int(text)


def send_at(form: Form, now: datetime) -> datetime | None:
    """When a scheduled message goes out, or None for one that goes out now."""
    if form.get("ScheduleType") != "fixed":
        return None
    if not form.get("MessagingServiceSid"):
        raise CarrierError(400, 35118, "MessagingServiceSid is required to schedule a message.")
    try:
        moment = parse_moment(form.get("SendAt"))
    except ValueError:
        raise CarrierError(400, 35114, "SendAt is not a valid ISO 8601 time.") from None
    if not now + _SEND_AT_LEAST < moment <= now + _SEND_AT_MOST:
        raise CarrierError(400, 35114, "SendAt must be more than 300 seconds and at most 35 days ahead.")
    return moment


def _check_called(number: str) -> None:
    if not (_E164.fullmatch(number) or _ADDRESS.fullmatch(number)):
        raise CarrierError(400, 21211, f"The 'To' number {number} is not a valid phone number.")
