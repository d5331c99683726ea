"""The carrier's list of messages of a span of time, as far as it tells of opt-outs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.read_back import Listed, MessagePage

if TYPE_CHECKING:
    from dialgate.carriers.twilio.lists import Query, Reading

PATH = "Messages.json"
PAGE_SIZE = 500
"""The carrier would give 1,000: whose texts could be longer than the longest answer that the client takes."""
_OK = 200
_STOPPED = "21610"
_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII)


class TwilioMessages:
    """Implements `read_back.CarrierMessages`.

    The carrier documents its filters by date. Where the list begins is asked by the second all the same, as the
    official libraries do: if it heeds the date alone, it lists more. Where it ends is asked by the date of the next
    day, so that it never lists less. What has no `date_sent` is listed by neither: inbound messages have one. Source:
    Twilio, Message resource, "Read multiple Message resources"; read 2026-11.
    """

    def __init__(self, carrier: Reading) -> None:
        self._carrier = carrier

    async def page(self, since: datetime, until: datetime, place: str) -> MessagePage:
        answer = await self._carrier.read(PATH, _first(since, until) if place == "" else _query(place))
        try:
            document = json.loads(answer.body)
        except ValueError:
            document = None
        rows = document.get("messages") if isinstance(document, dict) else None
        if answer.status != _OK or not isinstance(rows, list) or not all(_is_message(row) for row in rows):
            raise CarrierUnreachableError(f"The carrier gave no list of messages (status {answer.status}).")
        times = [at for row in rows if (at := _time(row)) is not None]
        uri = document.get("next_page_uri")
        return MessagePage(
            rows=tuple(listed for row in rows if (listed := _listed(row, until)) is not None),
            listed=len(rows),
            oldest=min(times, default=None),
            next=urlsplit(uri).query if isinstance(uri, str) else "",
        )


def _first(since: datetime, until: datetime) -> Query:
    day_after = until.astimezone(UTC).date() + timedelta(days=1)
    begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (("DateSent>", begin), ("DateSent<", day_after.isoformat()), ("PageSize", str(PAGE_SIZE)))


def _query(place: str) -> Query:
    """Only what follows the question mark is used: where the next page is asked for is not the answer's to say."""
    return tuple(parse_qsl(place))


def _is_message(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("sid"), str) and _SID.fullmatch(row["sid"]) is not None


def _listed(row: dict[str, Any], until: datetime) -> Listed | None:
    """None for what tells of no opt-out. One whose time cannot be read counts as of the end of what was asked for."""
    refused = str(row.get("error_code") or "") == _STOPPED
    if not refused and row.get("direction") != "inbound":
        return None
    return Listed(
        sid=row["sid"],
        sent_at=_time(row) or until,
        sender=_text(row, "from"),
        receiver=_text(row, "to"),
        messaging_service=_text(row, "messaging_service_sid"),
        body=_text(row, "body"),
        refused=refused,
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _time(row: dict[str, Any]) -> datetime | None:
    """When it was sent, else when it was made."""
    for name in ("date_sent", "date_created"):
        try:
            read = parsedate_to_datetime(_text(row, name))
        except (TypeError, ValueError):
            continue
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    return None
