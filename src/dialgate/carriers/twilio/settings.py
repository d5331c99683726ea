"""What holds webhooks in the carrier account: numbers, messaging services, applications. Inbound messages only.

Status callbacks are named by each create that goes through the gate, and the documents of calls are an application's:
neither has to be changed here. Source: Twilio, IncomingPhoneNumber, Service and Application resources; read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from dialgate.app.adopting import Held
from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import Carrier, CarrierRequest

PAGES = 100
INBOUND = "/twilio/sms"
NUMBERS, SERVICES, APPLICATIONS = "IncomingPhoneNumbers.json", "v1/Services", "Applications.json"
_KEYS = {NUMBERS: "incoming_phone_numbers", SERVICES: "services", APPLICATIONS: "applications"}
_OF_KIND = {"number": NUMBERS, "service": SERVICES, "application": APPLICATIONS}
_OK = range(200, 300)

Row = dict[str, Any]


class TwilioSettings:
    """Implements `adopting.CarrierSettings`."""

    def __init__(self, carrier: Carrier, public_url: str) -> None:
        self._carrier = carrier
        self._url = public_url.rstrip("/") + INBOUND

    async def held(self) -> Sequence[Held]:
        numbers = await self._rows(NUMBERS)
        applications = {_text(row, "sms_application_sid") for row in numbers}
        found = [self._number(row) for row in numbers if _takes_messages(row)]
        found += [self._service(row) for row in await self._rows(SERVICES)]
        for row in await self._rows(APPLICATIONS):
            used = row["sid"] in applications or bool(_text(row, "sms_url"))
            found.append(self._sms("application", row, _text(row, "friendly_name"), "", used=used))
        return found

    async def write(self, held: Held, values: Mapping[str, str]) -> None:
        collection, dot, suffix = _OF_KIND[held.kind].partition(".")
        request = CarrierRequest(f"{collection}/{held.sid}{dot}{suffix}", tuple(values.items()))
        answer = await self._carrier.control(request)
        if answer.status not in _OK:
            raise CarrierUnreachableError(
                f"The carrier did not change {held.sid} (status {answer.status}). Has the gate's key the right to?"
            )

    def _number(self, row: Row) -> Held:
        """One that belongs to an application is told by that."""
        number = _text(row, "phone_number")
        return self._sms("number", row, number, number, used=not _text(row, "sms_application_sid"))

    def _service(self, row: Row) -> Held:
        """Unless it leaves inbound messages to its numbers."""
        wanted = {"InboundRequestUrl": self._url, "InboundMethod": "POST"}
        now = {"InboundRequestUrl": _text(row, "inbound_request_url"), "InboundMethod": _text(row, "inbound_method")}
        own = not row.get("use_inbound_webhook_on_number")
        return Held("service", row["sid"], _text(row, "friendly_name"), row["sid"], now, wanted if own else {})

    def _sms(self, kind: str, row: Row, name: str, sender: str, *, used: bool) -> Held:
        now = {"SmsUrl": _text(row, "sms_url"), "SmsMethod": _text(row, "sms_method")}
        return Held(kind, row["sid"], name, sender, now, {"SmsUrl": self._url, "SmsMethod": "POST"} if used else {})

    async def _rows(self, path: str) -> list[Row]:
        """Errors: `CarrierUnreachableError` for what is no list, or has no end: a part of it would look like all."""
        rows: list[Row] = []
        query: tuple[tuple[str, str], ...] = (("PageSize", "1000"),)
        for _ in range(PAGES):
            answer = await self._carrier.read(path, query)
            document = _document(answer.body) if answer.status in _OK else None
            shown = document.get(_KEYS[path]) if document else None
            if not isinstance(shown, list) or not all(_is_row(row) for row in shown):
                raise CarrierUnreachableError(f"The carrier gave no list of {_KEYS[path]} (status {answer.status}).")
            rows += shown
            query = _next(document or {})
            if not query:
                return rows
        raise CarrierUnreachableError(f"The carrier's list of {_KEYS[path]} has no end.")


def _document(body: bytes) -> Row | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("sid"), str)


def _next(document: Row) -> tuple[tuple[str, str], ...]:
    meta = document.get("meta")
    uri = meta.get("next_page_url") if isinstance(meta, dict) else document.get("next_page_uri")
    return tuple(parse_qsl(urlsplit(uri).query)) if isinstance(uri, str) else ()


def _takes_messages(row: Row) -> bool:
    able = row.get("capabilities")
    return not isinstance(able, dict) or able.get("sms", able.get("SMS")) is not False


def _text(row: Row, name: str) -> str:
    return str(row.get(name) or "")
