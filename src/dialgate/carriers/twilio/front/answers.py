"""The carrier's answers, in the tenant's own account name, without a secret, and without what others made."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from dialgate.app.front import Answer, Row
from dialgate.app.ports import CarrierAnswer
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio.front.wording import JSON, OPTED_OUT_MESSAGE, failure
from dialgate.domain.reasons import Reason

SECRETS = frozenset({"auth_token", "authtoken", "secondary_auth_token", "secret", "token", "api_key_secret"})
"""Keys that never leave the gate, in any spelling of case and dashes."""
_TEXTS = frozenset({"body", "friendly_name"})
_LISTS = ("calls", "messages")
_PASSING = ("Retry-After",)


def passed_on(answer: CarrierAnswer, carrier_sid: str, tenant: Tenant) -> Answer:
    document = _document(answer)
    return _unreadable(answer) if document is None else _answer(answer, _swapped(document, carrier_sid, tenant))


def refused_for_opt_out(answer: CarrierAnswer) -> bool:
    """Source: Twilio, error 21610, "attempt to send to unsubscribed recipient"; read 2026-11."""
    return (_document(answer) or {}).get("code") == OPTED_OUT_MESSAGE


def rows(answer: CarrierAnswer) -> tuple[Row, ...]:
    return tuple(Row(str(row["sid"]), _created(row)) for row in _rows(_document(answer)))


def page(answer: CarrierAnswer, carrier_sid: str, tenant: Tenant, keep: Collection[str]) -> Answer:
    document = _document(answer)
    if document is None:
        return _unreadable(answer)
    for name in _LISTS:
        if name in document:
            document[name] = [row for row in _rows(document) if row["sid"] in keep]
    return _answer(answer, _swapped(document, carrier_sid, tenant))


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
        "subresource_uris": {"calls": f"{base}/Calls.json", "messages": f"{base}/Messages.json"},
    }
    return Answer(200, json.dumps(document).encode(), JSON)


def _document(answer: CarrierAnswer) -> dict[str, Any] | None:
    if answer.content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        document = json.loads(answer.body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _rows(document: dict[str, Any] | None) -> list[dict[str, Any]]:
    lists = [(document or {}).get(name) for name in _LISTS]
    found = next((rows for rows in lists if isinstance(rows, list)), [])
    return [row for row in found if isinstance(row, dict) and isinstance(row.get("sid"), str)]


def _created(row: dict[str, Any]) -> datetime | None:
    try:
        return parsedate_to_datetime(row["date_created"])
    except (KeyError, TypeError, ValueError):
        return None


def _swapped(value: Any, carrier_sid: str, tenant: Tenant, key: str = "") -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {
                name: _swapped(inner, carrier_sid, tenant, name)
                for name, inner in value.items()
                if name.lower().replace("-", "_") not in SECRETS
            }
        case list():
            return [_swapped(inner, carrier_sid, tenant, key) for inner in value]
        case str() if key not in _TEXTS:
            return value.replace(carrier_sid, tenant.account_sid) if carrier_sid else value
        case _:
            return value


def _answer(answer: CarrierAnswer, document: dict[str, Any]) -> Answer:
    body = json.dumps(document).encode()
    headers = tuple((name, value) for name, value in answer.headers if name in _PASSING)
    return Answer(answer.status, body, JSON, headers)


def _unreadable(answer: CarrierAnswer) -> Answer:
    status = answer.status if 400 <= answer.status < 500 else 409  # noqa: PLR2004 - the class of client errors
    message = f"The carrier answered with status {answer.status} and no JSON."
    return failure(status, Reason.OUTCOME_UNKNOWN if status == 409 else None, message)  # noqa: PLR2004 - Conflict
