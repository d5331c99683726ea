"""Scripts over one Redis-protocol server, those of concurrent coroutines in one write. Knows no script's meaning.

Whatever waits when a connection is free is written as one batch, and its answers are read in order. A caller that gives
up leaves its batch alone, so nobody reads another's answer; the echo in each answer proves it. A batch that breaks off
takes its connection with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from hiredis import pack_command
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from dialgate.app.errors import StoreUnavailableError
from dialgate.stores.guards.scripts import Call

CONNECTIONS = 2
"""Batches under way at once; more would only make them smaller."""
BATCH = 128

Answer = list[Any]
Command = tuple[str | bytes | int, ...]
_pack: Callable[[Command], bytes] = pack_command  # type: ignore[assignment]  # its stub means tuples of one


@dataclass(slots=True, eq=False)
class _Waiting:
    call: Call
    echo: str
    until: float
    """Loop time."""
    answer: asyncio.Future[Answer]

    @property
    def by_sha(self) -> Command:
        return ("EVALSHA", self.call.script.sha, *self._rest)

    @property
    def by_body(self) -> Command:
        return ("EVAL", self.call.script.body, *self._rest)

    @property
    def _rest(self) -> Command:
        return (len(self.call.keys), *self.call.keys, self.echo, *self.call.args)


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
            max_connections=CONNECTIONS + 1,
            timeout=None,
            driver_info=None,
        )
        self._waiting: deque[_Waiting] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._due = False
        self._numbers = count(1)

    async def run(self, call: Call, deadline_s: float) -> Answer:
        """What the script answers, behind the echo. `deadline_s`: for everything, connecting and waiting included.

        Errors: `StoreUnavailableError`; the script may have run, or run yet.
        """
        loop = asyncio.get_running_loop()
        echo = f"{call.subject}#{next(self._numbers)}"
        waiting = _Waiting(call, echo, loop.time() + deadline_s, loop.create_future())
        self._waiting.append(waiting)
        if not self._due:
            self._due = True
            loop.call_soon(self._start)
        timer = loop.call_at(waiting.until, _give_up, waiting, deadline_s)
        try:
            return await waiting.answer
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
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        _fail(self._waiting, StoreUnavailableError("The guard store's connection is closed."))
        await self._pool.disconnect()

    def _start(self) -> None:
        self._due = False
        while self._waiting and len(self._running) < CONNECTIONS:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            batch = [waiting for waiting in batch if not waiting.answer.done()]
            if batch:
                task = asyncio.create_task(self._run(batch))
                self._running.add(task)
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start()

    async def _run(self, batch: list[_Waiting]) -> None:
        try:
            async with asyncio.timeout_at(max(waiting.until for waiting in batch)):
                connection = await self._pool.get_connection()
                try:
                    await _exchange(connection, batch)
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                finally:
                    await self._pool.release(connection)
        except (RedisError, OSError, TimeoutError) as error:
            _fail(batch, StoreUnavailableError(_words(error)))
        except StoreUnavailableError as error:
            _fail(batch, error)
        finally:
            _fail(batch, StoreUnavailableError("The guard store's connection is closed."))


async def _exchange(connection: AbstractConnection, batch: Sequence[_Waiting]) -> None:
    """A script that the server does not have has not run, so that alone is sent again, with its body."""
    unknown = await _round(connection, batch, [waiting.by_sha for waiting in batch])
    if unknown:
        await _round(connection, unknown, [waiting.by_body for waiting in unknown])


async def _round(
    connection: AbstractConnection, batch: Sequence[_Waiting], commands: Sequence[Command]
) -> list[_Waiting]:
    """Those whose script the server does not have."""
    unknown = []
    await connection.send_packed_command([_pack(command) for command in commands])
    for waiting in batch:
        try:
            answer = await connection.read_response()
        except NoScriptError:
            unknown.append(waiting)
        except ResponseError as error:
            _fail([waiting], StoreUnavailableError(_words(error)))
        else:
            if not isinstance(answer, list) or answer[:1] != [waiting.echo.encode()]:
                raise StoreUnavailableError("The guard store answered another question; the connection is closed.")
            if not waiting.answer.done():
                waiting.answer.set_result(answer[1:])
    return unknown


def _give_up(waiting: _Waiting, deadline_s: float) -> None:
    sentence = f"The guard store did not answer within {deadline_s:g} s. What was asked may still take place."
    _fail([waiting], StoreUnavailableError(sentence))


def _fail(batch: Sequence[_Waiting] | deque[_Waiting], error: StoreUnavailableError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


def _words(error: Exception) -> str:
    """The server's own words name settings and keys; keys hold hashes only."""
    said = str(error).strip() or type(error).__name__
    if isinstance(error, ResponseError):
        return f"The guard store refused a script: {said}"
    return f"The guard store cannot be reached: {said}"
