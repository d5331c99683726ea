"""What a dialer says of an attempt beside the carrier's parameters: by header, by path or by its key's defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.domain.attempt import Purpose
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Route
    from dialgate.web.auth import Caller

_CAMPAIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)
_WORD = re.compile(r"[A-Za-z]{1,32}", re.ASCII)
_TEXT = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?", re.ASCII)
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_FORMS = {
    "X-Dialgate-Campaign": _CAMPAIGN,
    "X-Dialgate-Purpose": _WORD,
    "X-Dialgate-Subject": _TEXT,
    "X-Dialgate-Debt": _TEXT,
    "X-Dialgate-Location": _TEXT,
    "Idempotency-Key": _KEY,
}


@dataclass(frozen=True, slots=True)
class Extras:
    campaign: str
    purpose: Purpose
    subject: str
    debt: str
    location: str
    idempotency_key: str
    found: tuple[Block, ...]
    """One for each header that cannot be read; its value is left out."""


def read(request: web.Request, route: Route, caller: Caller) -> Extras:
    given, found = _headers(request)
    return Extras(
        campaign=given.get("X-Dialgate-Campaign") or route.campaign or caller.campaign,
        purpose=_purpose(given.get("X-Dialgate-Purpose") or route.purpose or caller.purpose),
        subject=given.get("X-Dialgate-Subject", ""),
        debt=given.get("X-Dialgate-Debt", ""),
        location=given.get("X-Dialgate-Location", ""),
        idempotency_key=given.get("Idempotency-Key", ""),
        found=found,
    )


def _headers(request: web.Request) -> tuple[Mapping[str, str], tuple[Block, ...]]:
    given: dict[str, str] = {}
    found: list[Block] = []
    for name, form in _FORMS.items():
        values = request.headers.getall(name, [])
        if len(values) == 1 and form.fullmatch(values[0]):
            given[name] = values[0]
        elif values:
            detail = f"The header {name} must stand once and match {form.pattern}"
            found.append(Block(Reason.BAD_REQUEST, "headers", detail))
    return given, tuple(found)


def _purpose(text: str) -> Purpose:
    """An unknown purpose is the one with the strictest rules."""
    return _PURPOSES.get(text.lower(), Purpose.MARKETING)
