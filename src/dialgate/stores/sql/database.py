"""The way to SQL: transactions with a deadline, on either backend. Knows no table.

Whatever goes wrong with the backend or its driver comes out as `LedgerUnavailableError`: what was asked may have been
committed all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialgate.app.errors import LedgerUnavailableError, UnfitStoreError
from dialgate.stores.sql import postgres, sqlite_file
from dialgate.stores.sql.backend import Backend

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

DEADLINE_S = 2.0
"""For whatever an attempt, a webhook or a gate's round waits for."""
LOG_DEADLINE_S = 10.0
"""For reading the log: statistics may have to look at many rows."""


class _Hold:
    """The driver's connection that a piece of work is using, if it has one yet, and whether it is too late."""

    driver: Any = None
    late = False


class Database:
    """One backend. `write` and `read` run in a task of their own: a caller is never held longer than the deadline,
    even by a server that was stopped in the middle of a statement. Late work is never cancelled, which would leave
    connections that nobody can close or use: its statement is made to fail, and it ends by its own error.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._alone = backend.reader.execution_options(alone=True)
        self._failures: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, *backend.failures)
        self._running: dict[asyncio.Task[Any], _Hold] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(backend.writers)

    @property
    def backend(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._backend.writer.dialect.name

    @property
    def file(self) -> Path | None:
        """Of SQLite; None on PostgreSQL."""
        return Path(self._backend.writer.url.database or "") if self.backend == "sqlite" else None

    async def write(self, work: Work[T], deadline_s: float = DEADLINE_S) -> T:
        """Atomicity: one transaction, rolled back if `work` raises. Errors: `LedgerUnavailableError`, and `work`'s."""
        hold = _Hold()
        return await self._bounded(self._write(work, hold, deadline_s), hold, deadline_s)

    async def read(self, work: Work[T], deadline_s: float = DEADLINE_S) -> T:
        """Atomicity: all statements see one state. Errors: as `write`."""
        hold = _Hold()
        return await self._bounded(self._transact(self._backend.reader, work, hold), hold, deadline_s)

    async def rows(self, statement: Executable, deadline_s: float = DEADLINE_S) -> Sequence[Row[Any]]:
        """What one SELECT finds. Errors: as `write`."""

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            return (await connection.execute(statement)).all()

        hold = _Hold()
        return await self._bounded(self._transact(self._alone, work, hold), hold, deadline_s)

    async def execute(self, statement: Executable) -> int:
        """How many rows one statement changed. Errors: as `write`."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        return await self.write(work)

    @asynccontextmanager
    async def turn(self, deadline_s: float = DEADLINE_S) -> AsyncIterator[None]:
        """In order, where SQLite's own waiting for its one writer is a lottery; also for a writer of another process
        that this one sends. Errors: `TimeoutError`.
        """
        async with asyncio.timeout(deadline_s):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def close(self) -> None:
        for hold in self._running.values():
            self._end(hold)
        if self._running:
            await asyncio.wait(self._running, timeout=DEADLINE_S)
        await self._backend.writer.dispose()

    async def _write(self, work: Work[T], hold: _Hold, deadline_s: float) -> T:
        async with self.turn(deadline_s):
            return await self._transact(self._backend.writer, work, hold)

    async def _transact(self, engine: AsyncEngine, work: Work[T], hold: _Hold) -> T:
        try:
            async with engine.begin() as connection:
                hold.driver = (await connection.get_raw_connection()).driver_connection
                if hold.late:
                    raise TimeoutError
                return await work(connection)
        finally:
            hold.driver = None

    async def _bounded(self, work: Coroutine[Any, Any, T], hold: _Hold, deadline_s: float) -> T:
        task = asyncio.create_task(work)
        self._running[task] = hold
        late = asyncio.get_running_loop().call_later(deadline_s, self._end, hold)
        task.add_done_callback(lambda _: late.cancel())
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=deadline_s)
        if not task.done():
            raise LedgerUnavailableError(f"The ledger did not answer within {deadline_s:g} s.")
        try:
            return task.result()
        except self._failures as error:
            raise LedgerUnavailableError("The ledger cannot be reached or refused; its own log says why.") from error

    def _end(self, hold: _Hold) -> None:
        hold.late = True
        if hold.driver is not None:
            ending = asyncio.ensure_future(self._backend.end(hold.driver))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.pop(task)
        if not task.cancelled():
            task.exception()  # an abandoned one has nobody else to look at it


def insert_new(backend: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row of the same primary or unique key as it is."""
    if backend == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(
    backend: str, table: Table, row: Mapping[str, Any], change: Sequence[str]
) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that changes no more than these columns of a row of the same primary key."""
    key, values = list(table.primary_key.columns), {name: row[name] for name in change}
    if backend == "sqlite":
        return sqlite.insert(table).values(row).on_conflict_do_update(index_elements=key, set_=values)
    return postgresql.insert(table).values(row).on_conflict_do_update(index_elements=key, set_=values)


async def open_database(url: str, data_dir: Path) -> Database:
    """`url` as the setting `ledger.url`: empty for the SQLite file in `data_dir`, else `postgresql://`.

    Errors: `UnfitStoreError`; `LedgerUnavailableError` where a server cannot be reached yet.
    """
    scheme = url.partition(":")[0]
    if url == "":
        backend = sqlite_file.backend(data_dir / sqlite_file.NAME)
    elif scheme in {"postgresql", "postgres"}:
        backend = postgres.backend(url, DEADLINE_S)
    else:
        raise UnfitStoreError(f"ledger.url begins with {scheme[:20]!r}: leave it empty or give a postgresql:// URL.")
    database = Database(backend)
    try:
        reason = await database.read(backend.unfit)
    except BaseException:
        await database.close()
        raise
    if reason:
        await database.close()
        raise UnfitStoreError(reason)
    return database
