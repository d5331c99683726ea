"""The addresses of an application that stands at the carrier: read there, because the carrier would ask them itself."""

from __future__ import annotations

import json
import re
from typing import Any

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.front import UrlUse, Wanted
from dialgate.app.ports import Carrier

_SID = re.compile(r"AP[0-9a-f]{32}", re.ASCII)
_OK = 200
_NOT_FOUND = 404
_FIELDS = (
    ("Url", "voice_url", "voice_method", Wanted.DOCUMENT),
    ("FallbackUrl", "voice_fallback_url", "voice_fallback_method", Wanted.DOCUMENT),
    ("StatusCallback", "status_callback", "status_callback_method", Wanted.STATUS),
)
"""Source: Twilio, Application resource; read 2026-11."""


class TwilioApplications:
    """Implements `taking_over.Applications`."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def addresses(self, sid: str) -> tuple[UrlUse, ...] | None:
        if _SID.fullmatch(sid) is None:
            return None
        answer = await self._carrier.read(f"Applications/{sid}.json", ())
        if answer.status == _NOT_FOUND:
            return None
        if answer.status != _OK:
            raise CarrierUnreachableError(f"The carrier did not show the application (status {answer.status}).")
        return tuple(_uses(_document(answer.body)))


def _uses(application: dict[str, Any]) -> list[UrlUse]:
    return [
        UrlUse(place, url, "GET" if str(application.get(method)).upper() == "GET" else "POST", wanted)
        for place, name, method, wanted in _FIELDS
        if isinstance(url := application.get(name), str) and url
    ]


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CarrierUnreachableError("The carrier's answer is no application.")
    return found
