"""The one way to the carrier: HTTP with the carrier's own credentials, which exist here and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.ports import CarrierAnswer, CarrierRequest, CarrierStream
from dialgate.carriers.twilio.media import stream
from dialgate.domain.attempt import Channel

CONNECT_TIMEOUT_S = 2.0
TOTAL_TIMEOUT_S = 10.0
CONNECTIONS = 256
MAX_ANSWER_BYTES = 8 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_NAME = r"[0-9A-Za-z][0-9A-Za-z._~-]{0,127}"
_PATH = re.compile(
    rf"(?:Applications|Calls|Conferences|Messages|Queues|Recordings|Transcriptions)"
    rf"(?:/{_NAME}(?:/(?:Feedback|Media|Members|Participants|Recordings|Siprec|Streams|Transcriptions)(?:/{_NAME})?)?)?"
    r"\.json",
    re.ASCII,
)
"""What the gate may ask of the carrier at all; a name never has a slash, an escape or a dot in front."""
_SID = re.compile(r"(?:CA|SM|MM)[0-9a-f]{32}", re.ASCII)
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII)
_OK = range(200, 300)
_PASSING = ("Retry-After",)
_NOT_FOUND = 404


class TwilioCarrier:
    """Implements `ports.Carrier` for one carrier account. `user` and `secret`: an API key, or account SID and token.

    Made inside the running loop. No cookie is kept and no redirect followed.
    """

    def __init__(
        self, base_url: str, account_sid: str, user: str, secret: str, total_timeout_s: float = TOTAL_TIMEOUT_S
    ) -> None:
        self._root = f"{base_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/"
        self._session = aiohttp.ClientSession(
            headers={
                "Authorization": aiohttp.encode_basic_auth(user, secret),
                "Accept": "application/json",
                "User-Agent": "dialgate",
            },
            timeout=aiohttp.ClientTimeout(total=total_timeout_s, connect=CONNECT_TIMEOUT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        body = _Body(urlencode(request.fields).encode(), begin)
        try:
            answer = await self._ask("POST", request.path, body=body)
        except (aiohttp.ClientError, TimeoutError, OSError, _BrokenError) as error:
            body.withdraw()
            if body.stopped_by is not None:
                raise body.stopped_by from None
            raise (_unknown(error) if body.begun else _unreachable(error)) from None
        except BaseException:
            body.withdraw()
            raise
        if not body.begun:
            body.withdraw()
            raise CarrierUnreachableError("The carrier answered before it was asked. Try again.")
        return _usable(answer)

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        answer = await self._ask_again("GET", path, query=query)
        if answer.status >= 500 or 300 <= answer.status < 400:  # noqa: PLR2004 - the HTTP classes
            raise CarrierUnreachableError(f"The carrier answered with status {answer.status}. Try again.")
        return answer

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        body = _Body(urlencode(request.fields).encode(), _allow) if request.method == "POST" else None
        try:
            answer = await self._ask(request.method, request.path, body=body)
        except (aiohttp.ClientError, TimeoutError, OSError, _BrokenError) as error:
            raise (_unknown(error) if body is not None and body.begun else _unreachable(error)) from None
        return _meant(answer)

    def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AbstractAsyncContextManager[CarrierStream | CarrierAnswer]:
        return stream(self._session, self._root, path, query, byte_range)

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        if channel == Channel.VOICE or carrier_sid.startswith("CA"):  # a message that a call sends ends with it
            return await self._end(f"Calls/{carrier_sid}.json", "completed")
        return await self._end(f"Messages/{carrier_sid}.json", "canceled")

    async def cancel_queued(self, call_sid: str) -> CarrierAnswer:
        return await self._end(f"Calls/{call_sid}.json", "canceled")

    async def date_sent(self, message_sid: str) -> datetime | None:
        if _MESSAGE_SID.fullmatch(message_sid) is None:
            return None
        answer = await self.read(f"Messages/{message_sid}.json", ())
        if answer.status == _NOT_FOUND:
            return None
        return _date_sent(answer)

    async def _end(self, path: str, status: str) -> CarrierAnswer:
        return await self._ask_again("POST", path, body=_Body(urlencode({"Status": status}).encode(), _allow))

    async def _ask_again(
        self, method: str, path: str, query: Sequence[tuple[str, str]] = (), body: _Body | None = None
    ) -> CarrierAnswer:
        """For what may be repeated: every failure is the same failure."""
        try:
            return await self._ask(method, path, query, body)
        except (aiohttp.ClientError, TimeoutError, OSError, _BrokenError) as error:
            raise _unreachable(error) from None

    async def _ask(
        self, method: str, path: str, query: Sequence[tuple[str, str]] = (), body: _Body | None = None
    ) -> CarrierAnswer:
        if _PATH.fullmatch(path) is None:
            raise ValueError(f"not a path of the carrier that the gate uses: {path!r}")
        url = self._root + path
        async with self._session.request(method, url, params=query, data=body, allow_redirects=False) as response:
            content = await response.content.read(MAX_ANSWER_BYTES + 1)
            while not response.content.at_eof() and len(content) <= MAX_ANSWER_BYTES:
                content += await response.content.read(MAX_ANSWER_BYTES)
            if len(content) > MAX_ANSWER_BYTES:
                raise _BrokenError
            headers = tuple((name, response.headers[name]) for name in _PASSING if name in response.headers)
            content_type = response.headers.get("Content-Type", "")
            return CarrierAnswer(response.status, content, content_type, headers, _sid(content) if body else "")


class _BrokenError(Exception):
    """The answer is larger than any answer of the carrier."""


class _Body(aiohttp.payload.Payload):
    """A form that asks for leave as the last act before the first byte of its request leaves.

    aiohttp 3.14 holds the request's headers back until the body is written, and writes the body once the connection
    stands; so what is raised here leaves the wire untouched.
    """

    def __init__(self, form: bytes, begin: Callable[[], None]) -> None:
        super().__init__(form, content_type=_FORM)
        self._size = len(form)
        self._form = form
        self._begin = begin
        self._withdrawn = False
        self.begun = False
        self.stopped_by: Exception | None = None

    def withdraw(self) -> None:
        """Nobody waits for it any more."""
        self._withdrawn = True

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._form.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        if self._withdrawn or self.begun:
            raise ConnectionError("the request was withdrawn, or written before")
        try:
            self._begin()
        except Exception as error:
            self.stopped_by = error
            raise
        self.begun = True
        await writer.write(self._form)


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
