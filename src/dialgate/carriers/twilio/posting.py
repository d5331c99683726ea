"""POST below one address, each request written at most once: HTTP/1.1 over kept-alive connections.

For creates alone, where the moment of the first byte decides. Whatever may be repeated goes by aiohttp's client, which
costs an attempt more than all else that the gate does for it. No cookie is kept, no redirect followed, no answer
decompressed. The bytes of answers are read by llhttp.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from yarl import URL

IDLE_S = 15.0
"""A connection that was not used for longer may be about to be closed by the other side: it is not used again."""
MAX_HEAD_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
_FINAL = 200
_AT_ONCE_MS = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer that came whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; of a repeated one, the last."""
    body: bytes


class BrokenAnswerError(ConnectionError):
    """What came is no answer, or larger than any answer of a carrier."""


class Posting:
    """Belongs to one event loop. `connections`: at most so many at once; who finds none free waits for one. `tls`: of
    an https address, in place of what the system trusts. Errors: `ValueError` for a base without a host.
    """

    def __init__(
        self,
        base: URL,
        headers: Mapping[str, str],
        *,
        connections: int,
        connect_s: float,
        total_s: float,
        idle_s: float = IDLE_S,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if base.host is None or base.port is None:
            raise ValueError("an address has a host and a port")
        self._host, self._port, self._below = base.host, base.port, base.raw_path
        self._tls = (tls or _tls()) if base.scheme == "https" else None
        given = {"Host": base.host_port_subcomponent or "", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self._free = asyncio.Semaphore(connections)
        self._connect_s = connect_s
        self._total_s = total_s
        self._idle_s = idle_s
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()

    async def post(self, path: str, body: bytes, begin: Callable[[], None]) -> Posted:
        """`path` is written as it is, behind the base. `begin` is called once, after connecting, as the last act
        before the first byte; what it raises comes out, and nothing is written. Errors: `OSError`, time that has run
        out included.
        """
        request = (
            f"POST {self._below}{path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n".encode("ascii")
            + body
        )
        async with asyncio.timeout(self._total_s):
            connection = await self._take()
            try:
                return await connection.ask(request, begin)
            finally:
                self._give_back(connection)

    def close(self) -> None:
        for connection in tuple(self._open):
            connection.drop()

    async def _take(self) -> _Connection:
        if not self._free.locked() and (quiet := self._quiet()) is not None:
            await self._free.acquire()  # at once, so that no time needs to be kept
            return quiet
        async with asyncio.timeout(self._connect_s):
            await self._free.acquire()
            try:
                return self._quiet() or await self._connected()
            except BaseException:
                self._free.release()
                raise

    def _give_back(self, connection: _Connection) -> None:
        self._free.release()
        connection.idle_since_s = asyncio.get_running_loop().time()
        self._idle.append(connection)

    def _quiet(self) -> _Connection | None:
        """The one used last that the other side has neither ended nor spoken on without being asked."""
        youngest_s = asyncio.get_running_loop().time() - self._idle_s
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since_s > youngest_s and connection.is_quiet():
                return connection
            connection.drop()
        return None

    async def _connected(self) -> _Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(_Connection, self._open), self._host, self._port, ssl=self._tls
        )
        if not connection.is_quiet():
            connection.drop()
            raise BrokenAnswerError("an answer before the request")
        return connection


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Connection(asyncio.Protocol):
    """One question at a time. Once anything odd was seen on it, it is closed."""

    def __init__(self, opened: set[_Connection]) -> None:
        self._opened = opened
        self._transport: asyncio.Transport
        self._poll = select.poll()
        self._reading = _Reading()
        self._answer: asyncio.Future[Posted] | None = None
        self.idle_since_s = 0.0

    async def ask(self, request: bytes, begin: Callable[[], None]) -> Posted:
        answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        begin()
        self._transport.write(request)
        self._reading, self._answer = _Reading(), answer
        try:
            return await answer
        except BaseException:
            self.drop()
            raise
        finally:
            self._answer = None

    def is_quiet(self) -> bool:
        """Asked of the socket itself: the loop may not have looked yet."""
        return not self._transport.is_closing() and not self._poll.poll(_AT_ONCE_MS)

    def drop(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
        self._opened.add(self)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.drop()
            return
        try:
            self._reading.feed(data)
        except BrokenAnswerError as error:
            self._answer.set_exception(error)
            return
        if self._reading.answer is not None:
            if not self._reading.keeps_alive:
                self.drop()
            self._answer.set_result(self._reading.answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._opened.discard(self)
        if self._answer is None or self._answer.done():
            return
        whole = self._reading.ended() if exc is None else None
        if whole is not None:
            self._answer.set_result(whole)
        else:
            self._answer.set_exception(exc or ConnectionResetError("the connection ended without a whole answer"))


class _Reading:
    """One answer as it comes in; what llhttp calls while it reads. Interim answers (1xx) are passed over."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._in_body = False
        self._fed_bytes = 0
        self.answer: Posted | None = None
        self.keeps_alive = False

    def feed(self, data: bytes) -> None:
        """Errors: `BrokenAnswerError`."""
        self._fed_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if self.answer is None:
                raise BrokenAnswerError("the bytes are no HTTP answer") from error
            self.keeps_alive = False  # more came than the answer
        if self._fed_bytes > (MAX_ANSWER_BYTES if self._in_body or self.answer else MAX_HEAD_BYTES):
            raise BrokenAnswerError("the answer is larger than any answer of the carrier")

    def ended(self) -> Posted | None:
        """The other side has ended the connection: an answer that names no length ends with it."""
        if not self._in_body or not self._headers.keys().isdisjoint({"content-length", "transfer-encoding"}):
            return None
        return self._whole()

    def on_message_begin(self) -> None:
        if self.answer is not None:
            raise BrokenAnswerError("a second answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._in_body = self._parser.get_status_code() >= _FINAL

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        if self._in_body:
            self.answer = self._whole()
            self.keeps_alive = self._parser.should_keep_alive()
        else:
            self._headers = {}

    def _whole(self) -> Posted:
        return Posted(self._parser.get_status_code(), self._headers, b"".join(self._parts))
