"""The one way to the carrier: HTTP with the carrier's own credentials, which exist here and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlsplit

import aiohttp
from yarl import URL

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.ports import CarrierAnswer, CarrierRequest, CarrierStream
from dialgate.carriers.twilio.media import stream
from dialgate.carriers.twilio.posting import MAX_ANSWER_BYTES, BrokenAnswerError, Posting
from dialgate.domain.attempt import Channel

CONNECT_TIMEOUT_S = 2.0
TOTAL_TIMEOUT_S = 10.0
CONNECTIONS = 256
_FORM = "application/x-www-form-urlencoded"
_NAME = r"[0-9A-Za-z][0-9A-Za-z._~-]{0,127}"
CARRIER_PATH = re.compile(
    rf"(?:Applications|Calls|Conferences|IncomingPhoneNumbers|Messages|Queues|Recordings|Transcriptions)"
    rf"(?:/{_NAME}(?:/(?:Feedback|Media|Members|Participants|Recordings|Siprec|Streams|Transcriptions)(?:/{_NAME})?)?)?"
    r"\.json|v1/Services(?:/MG[0-9a-f]{32})?",
    re.ASCII,
)
"""What the gate may ask of the carrier at all; a name never has a slash, an escape or a dot in front."""
_MESSAGING = "v1/"
_SID = re.compile(r"(?:CA|SM|MM)[0-9a-f]{32}", re.ASCII)
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII)
_OK = range(200, 300)
_PASSING = ("Retry-After",)
_NOT_FOUND = 404
_CONFLICT = 409


class TwilioCarrier:
    """Implements `ports.Carrier` for one carrier account. `user` and `secret`: an API key, or account SID and token.

    Made inside the running loop. No cookie is kept and no redirect followed.
    """

    def __init__(
        self, base_url: str, account_sid: str, user: str, secret: str, total_timeout_s: float = TOTAL_TIMEOUT_S
    ) -> None:
        self._root = f"{base_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/"
        headers = {
            "Authorization": aiohttp.encode_basic_auth(user, secret),
            "Accept": "application/json",
            "User-Agent": "dialgate",
        }
        self._messaging = messaging(base_url)
        self._posting = _posting(self._root, headers, total_timeout_s)
        self._posting_to_messaging = _posting(self._messaging, headers, total_timeout_s)
        self._session = aiohttp.ClientSession(
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=total_timeout_s, connect=CONNECT_TIMEOUT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        )

    async def close(self) -> None:
        self._posting.close()
        self._posting_to_messaging.close()
        await self._session.close()

    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        return _usable(await self._post(request, begin))

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        answer = await self._ask("GET", path, query)
        if answer.status >= 500 or 300 <= answer.status < 400:  # noqa: PLR2004 - the HTTP classes
            raise CarrierUnreachableError(f"The carrier answered with status {answer.status}. Try again.")
        return answer

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        if request.method == "POST":
            return _meant(await self._post(request, _allow))
        return _meant(await self._ask(request.method, request.path))

    def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AbstractAsyncContextManager[CarrierStream | CarrierAnswer]:
        return stream(self._session, self._root, path, query, byte_range)

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        if channel == Channel.VOICE or carrier_sid.startswith("CA"):  # a message that a call sends ends with it
            return await self._end(f"Calls/{carrier_sid}.json", "completed")
        return await self._end(f"Messages/{carrier_sid}.json", "canceled")

    async def cancel_queued(self, call_sid: str) -> CarrierAnswer:
        answer = await self._end(f"Calls/{call_sid}.json", "canceled")
        answered = answer.status in _OK and _document(answer.body).get("status") == "in-progress"
        return replace(answer, status=_CONFLICT) if answered else answer

    async def date_sent(self, message_sid: str) -> datetime | None:
        if _MESSAGE_SID.fullmatch(message_sid) is None:
            return None
        answer = await self.read(f"Messages/{message_sid}.json", ())
        if answer.status == _NOT_FOUND:
            return None
        return _date_sent(answer)

    async def _end(self, path: str, status: str) -> CarrierAnswer:
        """May be repeated, so every failure is the same failure."""
        try:
            return await self._post(CarrierRequest(path, (("Status", status),)), _allow)
        except OutcomeUnknownError as error:
            raise CarrierUnreachableError(f"The carrier gave no answer: {error}. Try again.") from None

    async def _post(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        """Errors: `CarrierUnreachableError` before the first byte, `OutcomeUnknownError` after it, and `begin`'s."""
        begun = False

        def first_byte() -> None:
            nonlocal begun
            begin()
            begun = True

        path = _used(request.path)
        posting = self._posting_to_messaging if path.startswith(_MESSAGING) else self._posting
        try:
            posted = await posting.post(path, _form(request.fields), first_byte)
        except OSError as error:
            raise (_unknown(error) if begun else _unreachable(error)) from None
        headers = tuple((name, posted.headers[name.lower()]) for name in _PASSING if name.lower() in posted.headers)
        content_type = posted.headers.get("content-type", "")
        return CarrierAnswer(posted.status, posted.body, content_type, headers, _sid(posted.body))

    async def _ask(self, method: str, path: str, query: Sequence[tuple[str, str]] = ()) -> CarrierAnswer:
        """For what may be repeated. Errors: `CarrierUnreachableError`, whatever fails."""
        url = (self._messaging if path.startswith(_MESSAGING) else self._root) + _used(path)
        try:
            async with self._session.request(method, url, params=query, allow_redirects=False) as response:
                content = await _limited(response.content)
        except (aiohttp.ClientError, OSError) as error:
            raise _unreachable(error) from None
        headers = tuple((name, response.headers[name]) for name in _PASSING if name in response.headers)
        return CarrierAnswer(response.status, content, response.headers.get("Content-Type", ""), headers)


def _used(path: str) -> str:
    if CARRIER_PATH.fullmatch(path) is None:
        raise ValueError(f"not a path of the carrier that the gate uses: {path!r}")
    return path


def messaging(base_url: str) -> str:
    """The host of messaging services; a stand-in is all hosts in one. Source: Twilio, Messaging API, base URL, with
    edge and region as for the other; read 2026-11.
    """
    url = urlsplit(base_url)
    host = url.netloc
    if host.startswith("api.") and host.endswith(".twilio.com"):
        host = f"messaging{host.removeprefix('api')}"
    return f"{url.scheme}://{host}/"


def _posting(url: str, headers: Mapping[str, str], total_timeout_s: float) -> Posting:
    return Posting(
        URL(url),
        {**headers, "Content-Type": _FORM},
        connections=CONNECTIONS,
        connect_s=CONNECT_TIMEOUT_S,
        total_s=total_timeout_s,
    )


async def _limited(content: aiohttp.StreamReader) -> bytes:
    """Errors: `BrokenAnswerError`."""
    read = bytearray()
    while not content.at_eof():
        read += await content.read(MAX_ANSWER_BYTES)
        if len(read) > MAX_ANSWER_BYTES:
            raise BrokenAnswerError
    return bytes(read)


def _form(fields: Sequence[tuple[str, str]]) -> bytes:
    return "&".join([f"{_quoted_name(name)}={quote_plus(value)}" for name, value in fields]).encode()


_quoted_name = lru_cache(1024)(quote_plus)
"""The names of parameters are few, and the same on each request."""


def _allow() -> None:
    """Ending something needs no leave."""


def _usable(answer: CarrierAnswer) -> CarrierAnswer:
    if answer.status in _OK and not answer.sid:
        raise OutcomeUnknownError("the carrier said yes without naming what it made")
    return _meant(answer)


def _meant(answer: CarrierAnswer) -> CarrierAnswer:
    """A yes or a no; anything else leaves open what the carrier did."""
    if answer.status not in _OK and not 400 <= answer.status < 500:  # noqa: PLR2004 - the class of client errors
        raise OutcomeUnknownError(f"the carrier answered with status {answer.status}")
    return answer


def _unknown(error: Exception) -> OutcomeUnknownError:
    return OutcomeUnknownError(f"no usable answer after the request was written ({type(error).__name__})")


def _unreachable(error: Exception) -> CarrierUnreachableError:
    return CarrierUnreachableError(f"The carrier could not be reached ({type(error).__name__}). Try again.")


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _sid(content: bytes) -> str:
    """A participant of a conference is named by its call."""
    document = _document(content)
    sid = document.get("sid", document.get("call_sid"))
    return sid if isinstance(sid, str) and _SID.fullmatch(sid) else ""


def _date_sent(answer: CarrierAnswer) -> datetime | None:
    """Errors: `CarrierUnreachableError` for an answer that is no message."""
    document = _document(answer.body)
    if answer.status not in _OK or "date_sent" not in document:
        raise CarrierUnreachableError(f"The carrier did not say when a message was sent (status {answer.status}).")
    try:
        sent = parsedate_to_datetime(document["date_sent"] or "")
    except (TypeError, ValueError):
        return None
    return sent.astimezone(UTC) if sent.tzinfo else sent.replace(tzinfo=UTC)
