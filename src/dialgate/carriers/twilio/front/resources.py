"""Whose a resource of the carrier is: what its path and its document tell. Who made a call or message, the decision log
knows; a conference or queue is the tenant's by its name; all else belongs to one of these.
"""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from dialgate.app.front import Proof, Route, Row
from dialgate.app.ports import CarrierAnswer
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio.front.rooms import is_own

LISTS = ("calls", "messages", "conferences", "recordings", "queues", "transcriptions")
"""Names of the rows in lists of the whole account."""
_RESOURCES = {
    "CA": "Calls",
    "CF": "Conferences",
    "RE": "Recordings",
    "QU": "Queues",
    "TR": "Transcriptions",
}
_ATTEMPTS = frozenset({"CA", "SM", "MM"})
_OWNED = frozenset({"call", "message", "conference", "recording", "running", "queue", "transcription", "room"})
_PARENTS = ("parent_call_sid", "call_sid", "conference_sid", "recording_sid", "parent_sid")
_SID_LENGTH = 34
_OK = range(200, 300)


def proofs(route: Route) -> tuple[Proof, ...]:
    """A participant, member, stream or siprec is looked for by the carrier within what the path names before it."""
    found = [proof(value) for name, value in route.names if name in _OWNED and _is_sid(value)]
    parent = route.names[0][1] if route.names else ""
    found += [Proof(v, f"Messages/{parent}/Media/{v}.json") for name, v in route.names if name == "media"]
    return tuple(found)


def proof(sid: str) -> Proof:
    resource = _RESOURCES.get(sid[:2])
    return Proof(sid, f"{resource}/{sid}.json" if resource else "", attempt=sid[:2] in _ATTEMPTS)


def row(answer: CarrierAnswer, tenant: Tenant) -> Row | None:
    document = _document(answer)
    return None if document is None or answer.status not in _OK else _row(document, tenant)


def rows(answer: CarrierAnswer, tenant: Tenant) -> tuple[Row, ...]:
    return tuple(_row(one, tenant) for one in rows_of(_document(answer)))


def rows_of(document: dict[str, Any] | None) -> list[dict[str, Any]]:
    lists = [(document or {}).get(name) for name in LISTS]
    found = next((rows for rows in lists if isinstance(rows, list)), [])
    return [row for row in found if isinstance(row, dict) and isinstance(row.get("sid"), str)]


def _is_sid(value: str) -> bool:
    """Not a name, and not what is running at the moment."""
    return value[:2] in {*_RESOURCES, *_ATTEMPTS} and len(value) == _SID_LENGTH


def _row(document: dict[str, Any], tenant: Tenant) -> Row:
    sid, name = document.get("sid"), document.get("friendly_name")
    named = isinstance(sid, str) and sid[:2] in {"CF", "QU"} and isinstance(name, str)
    return Row(
        sid=sid if isinstance(sid, str) else "",
        created_at=_created(document),
        own=named and is_own(tenant.account_sid, str(name)),
        parents=tuple(value for key in _PARENTS if isinstance(value := document.get(key), str) and value),
        called=str(document.get("to") or ""),
    )


def _created(document: dict[str, Any]) -> datetime | None:
    try:
        return parsedate_to_datetime(document["date_created"])
    except (KeyError, TypeError, ValueError):
        return None


def _document(answer: CarrierAnswer) -> dict[str, Any] | None:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
