"""The way to SQL: transactions with a deadline, on either backend. Knows no table.

Whatever goes wrong with the backend or its driver comes out as `LedgerUnavailableError`: what was asked may have been
committed all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialgate.app.errors import LedgerUnavailableError, UnfitStoreError
from dialgate.stores.sql import postgres, sqlite_file

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

DEADLINE_S = 2.0
"""For whatever an attempt, a webhook or a gate's round waits for."""
LOG_DEADLINE_S = 10.0
"""For reading the log: statistics may have to look at many rows."""


class Database:
    """One backend. `write` and `read` run in a task of their own: a caller is never held longer than the deadline,
    even by a server that was stopped in the middle of a statement.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, failures: tuple[type[Exception], ...]) -> None:
        self._writer = writer
        self._reader = reader
        self._failures: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, *failures)
        self._running: set[asyncio.Task[Any]] = set()
        # SQLite has one writer; in turn they are served in order, where its own waiting is a lottery.
        self._turn = asyncio.Lock() if writer.dialect.name == "sqlite" else nullcontext()

    @property
    def backend(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @property
    def file(self) -> Path | None:
        """Of SQLite; None on PostgreSQL."""
        return Path(self._writer.url.database or "") if self.backend == "sqlite" else None

    async def write(self, work: Work[T], deadline_s: float = DEADLINE_S) -> T:
        """Atomicity: one transaction, rolled back if `work` raises. Errors: `LedgerUnavailableError`, and `work`'s."""
        return await self._bounded(self._write(work), deadline_s)

    async def read(self, work: Work[T], deadline_s: float = DEADLINE_S) -> T:
        """Atomicity: all statements see one state. Errors: as `write`."""
        return await self._bounded(self._read(work), deadline_s)

    async def rows(self, statement: Executable, deadline_s: float = DEADLINE_S) -> Sequence[Row[Any]]:
        """What one SELECT finds. Errors: as `write`."""

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            return (await connection.execute(statement)).all()

        return await self.read(work, deadline_s)

    async def execute(self, statement: Executable) -> int:
        """How many rows one statement changed. Errors: as `write`."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        return await self.write(work)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.wait(self._running, timeout=DEADLINE_S) if self._running else None
        await self._writer.dispose()

    async def _write(self, work: Work[T]) -> T:
        async with self._turn, self._writer.begin() as connection:
            return await work(connection)

    async def _read(self, work: Work[T]) -> T:
        async with self._reader.begin() as connection:
            return await work(connection)

    async def _bounded(self, work: Coroutine[Any, Any, T], deadline_s: float) -> T:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            await asyncio.wait({task}, timeout=deadline_s)
        finally:
            late = not task.done() and task.cancel()
        if late:
            raise LedgerUnavailableError(f"The ledger did not answer within {deadline_s:g} s.")
        try:
            return task.result()
        except self._failures as error:
            raise LedgerUnavailableError("The ledger cannot be reached or refused; its own log says why.") from error

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # an abandoned one has nobody else to look at it


def insert_new(backend: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row of the same primary or unique key as it is."""
    if backend == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


async def open_database(url: str, data_dir: Path) -> Database:
    """`url` as the setting `ledger.url`: empty for the SQLite file in `data_dir`, else `postgresql://`.

    Errors: `UnfitStoreError`; `LedgerUnavailableError` where a server cannot be reached yet.
    """
    scheme = url.partition(":")[0]
    if url == "":
        database = Database(*sqlite_file.engines(data_dir / sqlite_file.NAME), sqlite_file.FAILURES)
        fitness = sqlite_file.unfit
    elif scheme in {"postgresql", "postgres"}:
        database = Database(*postgres.engines(url, DEADLINE_S), postgres.failures())
        fitness = postgres.unfit
    else:
        raise UnfitStoreError(f"ledger.url begins with {scheme[:20]!r}: leave it empty or give a postgresql:// URL.")
    try:
        reason = await database.read(fitness)
    except BaseException:
        await database.close()
        raise
    if reason:
        await database.close()
        raise UnfitStoreError(reason)
    return database
