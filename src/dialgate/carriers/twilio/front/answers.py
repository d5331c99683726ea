"""The carrier's answers, in the tenant's own account name, without a secret, and without what others made."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

import orjson

from dialgate.app.front import Answer
from dialgate.app.ports import CarrierAnswer
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio.front.callbacks import swapped
from dialgate.carriers.twilio.front.resources import LISTS, rows_of
from dialgate.carriers.twilio.front.rooms import shown
from dialgate.carriers.twilio.front.wording import JSON, OPTED_OUT_MESSAGE, failure
from dialgate.domain.reasons import Reason

SECRETS = frozenset({"auth_token", "authtoken", "secondary_auth_token", "secret", "token", "api_key_secret"})
"""Keys that never leave the gate, in any spelling of case and dashes."""
_TEXTS = frozenset({"body", "transcription_text"})
"""What people wrote or said: it stays as it came."""
_NAME = "friendly_name"
_PASSING = ("Retry-After",)
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Swap:
    """What is never shown to a dialer, and what stands in its place."""

    carrier_sid: str
    public_url: str
    """Where links to the carrier's API lead instead."""


def passed_on(answer: CarrierAnswer, swap: Swap, tenant: Tenant) -> Answer:
    if answer.status == HTTPStatus.NO_CONTENT:
        return Answer(answer.status, b"", JSON)
    document = _document(answer)
    return _unreadable(answer) if document is None else _answer(answer, _swapped(document, swap, tenant))


def refused_for_opt_out(answer: CarrierAnswer) -> bool:
    """Source: Twilio, error 21610, "attempt to send to unsubscribed recipient"; read 2026-11."""
    return answer.status not in _OK and (_document(answer) or {}).get("code") == OPTED_OUT_MESSAGE


def page(answer: CarrierAnswer, swap: Swap, tenant: Tenant, keep: Collection[str]) -> Answer:
    document = _document(answer)
    if document is None:
        return _unreadable(answer)
    for name in LISTS:
        if name in document:
            rows = rows_of(document)
            document[name] = [row for row in rows if row["sid"] in keep]
            start = document.get("start")
            if isinstance(start, int) and len(document[name]) < len(rows):  # `end` would count what others made
                document["end"] = start + max(len(document[name]) - 1, 0)
    return _answer(answer, _swapped(document, swap, tenant))


def account(tenant: Tenant) -> Answer:
    """The gate's own answer; what the carrier says of its account is nobody else's business."""
    base = f"/2010-04-01/Accounts/{tenant.account_sid}"
    created = format_datetime(tenant.created_at.astimezone(UTC))
    document = {
        "sid": tenant.account_sid,
        "owner_account_sid": tenant.account_sid,
        "friendly_name": tenant.name,
        "status": "active",
        "type": "Full",
        "date_created": created,
        "date_updated": created,
        "uri": f"{base}.json",
        "subresource_uris": {
            name: f"{base}/{name.capitalize()}.json"
            for name in ("calls", "conferences", "messages", "queues", "recordings", "transcriptions")
        },
    }
    return Answer(200, json.dumps(document).encode(), JSON)


def _document(answer: CarrierAnswer) -> dict[str, Any] | None:
    if answer.content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        document = _read(answer.body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _swapped(value: Any, swap: Swap, tenant: Tenant, key: str = "") -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {
                name: _swapped(inner, swap, tenant, name)
                for name, inner in value.items()
                if name.lower().replace("-", "_") not in SECRETS
            }
        case list():
            return [_swapped(inner, swap, tenant, key) for inner in value]
        case str() if key == _NAME:
            return shown(tenant.account_sid, value)
        case str() if key not in _TEXTS:
            return swapped(value, swap.carrier_sid, tenant, swap.public_url)
        case _:
            return value


def _answer(answer: CarrierAnswer, document: dict[str, Any]) -> Answer:
    headers = tuple((name, value) for name, value in answer.headers if name in _PASSING)
    return Answer(answer.status, _written(document), JSON, headers)


def _read(body: bytes) -> object:
    """Errors: `ValueError`."""
    try:
        return orjson.loads(body)
    except ValueError:
        return json.loads(body)  # half a character, as a text that was cut may end with


def _written(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError:  # as above
        return json.dumps(document).encode()


def _unreadable(answer: CarrierAnswer) -> Answer:
    status = answer.status if 400 <= answer.status < 500 else 409  # noqa: PLR2004 - the class of client errors
    message = f"The carrier answered with status {answer.status} and no JSON."
    return failure(status, Reason.OUTCOME_UNKNOWN if status == 409 else None, message)  # noqa: PLR2004 - Conflict
