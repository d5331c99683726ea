"""The embedded ledger: one SQLite file whose commits are on the disk when they return."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.backend import Backend

NAME = "dialgate.sqlite3"
CONNECTIONS = 8
BUSY_MS = 1_500
"""Below the deadline: another process that holds the file is named as the reason, not as silence."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",  # first: the others may have to wait
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
_FULL = 2
_MAGIC = b"SQLite format 3\x00"


def backend(path: Path) -> Backend:
    """The file is made, readable by its owner alone, if there is none. Errors: `UnfitStoreError`."""
    try:
        path.touch(mode=0o600)
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except OSError as error:
        raise UnfitStoreError(f"The ledger's file {path} cannot be opened: {error.strerror}.") from error
    if begins not in {b"", _MAGIC}:
        raise UnfitStoreError(f"The ledger's file {path} is not an SQLite database: put it back from a copy.")
    url = URL.create("sqlite+aiosqlite", database=str(path))
    writer = create_async_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=BUSY_MS / 1000, hide_parameters=True
    )
    event.listen(writer.sync_engine, "connect", _configure)
    event.listen(writer.sync_engine, "begin", _begin)
    return Backend(writer, writer.execution_options(reader=True), 1, (sqlite3.Error,), _end, _unfit)


def _configure(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: one that first reads and then writes could not, if another wrote in between. A
    statement that stands alone sees one state without a word.
    """
    options = connection.get_execution_options()
    if not options.get("alone"):
        connection.exec_driver_sql("BEGIN" if options.get("reader") else "BEGIN IMMEDIATE")


async def _end(connection: aiosqlite.Connection) -> None:
    with suppress(ValueError):  # closed meanwhile
        await connection.interrupt()


async def _unfit(connection: AsyncConnection) -> str:
    journal = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one()
    if journal != "wal":
        return f"SQLite keeps journal_mode {journal} in data.dir: it needs WAL, so a local file system."
    if (await connection.exec_driver_sql("PRAGMA synchronous")).scalar_one() != _FULL:
        return "SQLite does not take synchronous=FULL: this build would lose commits on power loss; use another one."
    return ""
