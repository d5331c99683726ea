"""What the carrier lists as made to a number: for attempts whose answer was lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer
from dialgate.app.reconcile import Listed, Placed
from dialgate.domain.attempt import Channel

PAGE_SIZE = 1_000
PAGES = 10
"""Of one address; longer lists are not complete."""
_SCHEMES = {Channel.VOICE: ("",), Channel.SMS: ("", "whatsapp:", "rcs:")}
_RESOURCES = {Channel.VOICE: "Calls", Channel.SMS: "Messages"}
_BY_REST = "outbound-api"
_OK = 200

Query = tuple[tuple[str, str], ...]


class Reading(Protocol):
    async def read(self, path: str, query: Query) -> CarrierAnswer: ...


class TwilioLists:
    """Implements `reconcile.CarrierLists`.

    Filtered by `To` alone: `StartTime` and `DateSent` leave out whatever is still queued. Source: Twilio, Calls and
    Messages resource, list parameters; read 2026-11.
    """

    def __init__(self, carrier: Reading) -> None:
        self._carrier = carrier

    async def placed(self, channel: str, number: str) -> Listed:
        found: list[Placed] = []
        complete = True
        for scheme in _SCHEMES[Channel(channel)]:
            rows, whole = await self._rows(_RESOURCES[Channel(channel)], scheme + number)
            found += [_placed(row) for row in rows if row.get("direction") == _BY_REST]
            complete = complete and whole
        return Listed(tuple(found), complete)

    async def _rows(self, resource: str, address: str) -> tuple[list[dict[str, Any]], bool]:
        query: Query = (("To", address), ("PageSize", str(PAGE_SIZE)))
        rows: list[dict[str, Any]] = []
        for _ in range(PAGES):
            document = _document(await self._carrier.read(f"{resource}.json", query))
            rows += _shown(document, resource.lower())
            query = _next(document)
            if not query:
                return rows, True
        return rows, False


def _document(answer: CarrierAnswer) -> dict[str, Any]:
    """Errors: `CarrierUnreachableError` for whatever is no list: nothing may be concluded from it."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if answer.status != _OK or not isinstance(document, dict):
        raise CarrierUnreachableError(f"The carrier gave no list (status {answer.status}).")
    return document


def _shown(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Errors: as `_document`."""
    rows = document.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("sid"), str) for row in rows):
        raise CarrierUnreachableError(f"The carrier gave a list without {name}.")
    return rows


def _next(document: dict[str, Any]) -> Query:
    """Only what follows the question mark is used: where the next page is asked for is not the answer's to say."""
    uri = document.get("next_page_uri")
    return tuple(parse_qsl(urlsplit(uri).query)) if isinstance(uri, str) else ()


def _placed(row: dict[str, Any]) -> Placed:
    senders = {row.get("from"), row.get("messaging_service_sid")}
    return Placed(
        sid=row["sid"],
        senders=frozenset(sender for sender in senders if isinstance(sender, str)),
        status=str(row.get("status") or ""),
        created_at=_time(row.get("date_created")),
        error_code=str(row.get("error_code") or ""),
    )


def _time(written: object) -> datetime | None:
    try:
        read = parsedate_to_datetime(written if isinstance(written, str) else "")
    except (TypeError, ValueError):
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
