"""Scripts over one Redis-protocol server, those of concurrent coroutines in one write. Knows no script's meaning.

All that is asked while answers are on their way is one write as soon as they are here: a few large batches cost both
sides, and the store's disk, far less than many small ones. Answers are read in the order of the questions. A caller
that gives up leaves its question alone, so nobody reads another's answer; the echo in each answer proves it. A
connection on which anybody waited in vain gets no further question until it answers, and is closed when nobody waits on
it any more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

from hiredis import HiredisError, Reader, ReplyError, pack_command
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from dialgate.app.errors import StoreUnavailableError
from dialgate.stores.guards.scripts import Call

CONNECTIONS = 2
"""One, and another beside it while nobody knows whether the first will ever answer."""
CONNECT_S = 2.0

Answer = list[Any]
Command = tuple[str | bytes | int, ...]
_pack: Callable[[Command], bytes] = pack_command  # type: ignore[assignment]  # its stub means tuples of one
_NOTHING = object()


@dataclass(slots=True, eq=False)
class _Waiting:
    call: Call
    echo: str
    answer: asyncio.Future[Answer]
    on: _Line | None = None
    """Where it was asked."""
    with_body: bool = False
    """The server did not have the script, which therefore has not run."""

    @property
    def command(self) -> Command:
        script, rest = self.call.script, (len(self.call.keys), *self.call.keys, self.echo, *self.call.args)
        return ("EVAL", script.body, *rest) if self.with_body else ("EVALSHA", script.sha, *rest)


class Wire:
    def __init__(self, url: str) -> None:
        # RESP2: the scripts answer with plain arrays, and the protocol knows no pushes that could come between them.
        # No retry of any kind: a command whose answer is missing may have run.
        self._pool = BlockingConnectionPool.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,
            socket_connect_timeout=None,
            max_connections=1,
            timeout=None,
            driver_info=None,
        )
        self._waiting: deque[_Waiting] = deque()
        self._lines: list[_Line] = []
        self._connecting: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._due = False
        self._numbers = count(1)

    async def run(self, call: Call, deadline_s: float) -> Answer:
        """What the script answers, behind the echo. `deadline_s`: for everything, connecting and waiting included.

        Errors: `StoreUnavailableError`; the script may have run, or run yet.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(call, f"{call.subject}#{next(self._numbers)}", loop.create_future())
        self._waiting.append(waiting)
        if not self._due:
            self._due = True
            loop.call_soon(self._write)
        timer = loop.call_later(deadline_s, _give_up, waiting, deadline_s)
        try:
            return await waiting.answer
        except asyncio.CancelledError:
            if waiting.on is not None:  # or nobody would ever notice that this connection is silent
                waiting.on.waited_in_vain()
            raise
        finally:
            timer.cancel()

    async def command(self, *args: str, deadline_s: float) -> Any:  # noqa: ANN401 - each command has its own answer
        """One plain command, outside the batches: only for the checks at start.

        Errors: as `run`, and `ResponseError` where the server answers that it will not.
        """
        try:
            async with asyncio.timeout(deadline_s):
                connection = await self._pool.get_connection()
                try:
                    await connection.send_command(*args)
                    return await connection.read_response()
                finally:
                    await self._pool.release(connection)
        except ResponseError:
            raise
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailableError(_words(error)) from error

    async def close(self) -> None:
        closed = StoreUnavailableError("The guard store's connection is closed.")
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        _fail(self._waiting, closed)
        lines, self._lines = self._lines, []
        for line in lines:
            line.drop(closed)
        await asyncio.gather(*(line.connection.disconnect(nowait=True) for line in lines), *self._ending)
        await self._pool.disconnect()

    def _write(self) -> None:
        self._due = False
        line = next((line for line in self._lines if line.is_prompt), None)
        if line is not None and line.is_free:
            batch = [waiting for waiting in self._waiting if not waiting.answer.done()]
            self._waiting.clear()
            if batch:
                line.ask(batch)
        elif line is None and self._connecting is None and len(self._lines) < CONNECTIONS:
            self._connecting = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        """redis-py knows addresses, TLS and names; what is asked then goes past it."""
        connection = self._pool.make_connection()
        try:
            async with asyncio.timeout(CONNECT_S):
                await connection.connect()
            self._lines.append(_Line(connection, self._write, self._lost))
        except BaseException as error:
            await connection.disconnect(nowait=True)
            if not isinstance(error, (RedisError, OSError)):
                raise
            _fail(self._waiting, StoreUnavailableError(_words(error)))
            self._waiting.clear()
        finally:
            self._connecting = None
        if self._waiting:
            self._write()

    def _lost(self, line: _Line) -> None:
        if line not in self._lines:
            return
        self._lines.remove(line)
        ending = asyncio.create_task(line.connection.disconnect(nowait=True))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        if self._waiting:
            self._write()


class _Line(asyncio.Protocol):
    """A connection that is ready for questions."""

    def __init__(
        self, connection: AbstractConnection, changed: Callable[[], None], lost: Callable[[_Line], None]
    ) -> None:
        """`changed`: it has become free, or late."""
        self.connection = connection
        self._changed = changed
        self._lost = lost
        self._transport = cast("asyncio.StreamWriter", connection._writer).transport  # noqa: SLF001 - it has no name for it
        self._transport.set_protocol(self)
        self._reader = Reader(notEnoughData=_NOTHING)
        self._asked: deque[_Waiting] = deque()
        self._late = False

    @property
    def is_prompt(self) -> bool:
        return not self._late and not self._transport.is_closing()

    @property
    def is_free(self) -> bool:
        """Nothing that was asked is without answer."""
        return not self._asked

    def ask(self, batch: Sequence[_Waiting]) -> None:
        for waiting in batch:
            waiting.on = self
        self._asked.extend(batch)
        self._transport.write(b"".join([_pack(waiting.command) for waiting in batch]))

    def waited_in_vain(self) -> None:
        self._late = True
        if all(waiting.answer.done() for waiting in self._asked):
            self._transport.abort()
        self._changed()

    def drop(self, error: StoreUnavailableError) -> None:
        _fail(self._asked, error)
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._late = False
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _NOTHING:
                self._answered(answer)
        except HiredisError as error:
            self.drop(StoreUnavailableError(_words(error)))
        except StoreUnavailableError as error:
            self.drop(error)
        else:
            if self.is_free:
                self._changed()

    def connection_lost(self, exc: Exception | None) -> None:
        _fail(self._asked, StoreUnavailableError(_words(exc or ConnectionResetError("the connection has ended"))))
        self._lost(self)

    def _answered(self, answer: object) -> None:
        waiting = self._asked[0] if self._asked else None
        if waiting is not None and isinstance(answer, ReplyError):
            self._asked.popleft()
            self._refused(waiting, answer)
        elif waiting is None or not isinstance(answer, list) or answer[:1] != [waiting.echo.encode()]:
            raise StoreUnavailableError("The guard store answered another question; the connection is closed.")
        else:
            self._asked.popleft()
            if not waiting.answer.done():
                waiting.answer.set_result(answer[1:])

    def _refused(self, waiting: _Waiting, error: ReplyError) -> None:
        """A script that the server does not have has not run, so that alone is sent again, with its body."""
        if waiting.with_body or not str(error).startswith("NOSCRIPT"):
            _fail([waiting], StoreUnavailableError(_words(error)))
        elif not waiting.answer.done():
            waiting.with_body = True
            self.ask([waiting])


def _give_up(waiting: _Waiting, deadline_s: float) -> None:
    sentence = f"The guard store did not answer within {deadline_s:g} s. What was asked may still take place."
    _fail([waiting], StoreUnavailableError(sentence))
    if waiting.on is not None:
        waiting.on.waited_in_vain()


def _fail(batch: Iterable[_Waiting], error: StoreUnavailableError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


def _words(error: Exception) -> str:
    """The server's own words name settings and keys; keys hold hashes only."""
    said = str(error).strip() or type(error).__name__
    if isinstance(error, (ReplyError, ResponseError)):
        return f"The guard store refused a script: {said}"
    return f"The guard store cannot be reached: {said}"
