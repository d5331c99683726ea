"""What a store asks SQLite, and how SQLite finds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.stores.sql.database import Database
from dialgate.stores.sql.sqlite_file import NAME
from tests.sql_backends import Place

Statement = tuple[str, tuple[object, ...]]


async def statements(database: Database, ask: Callable[[], Awaitable[object]]) -> list[Statement]:
    """All that are written or read meanwhile."""
    asked: list[Statement] = []

    async def listen(connection: AsyncConnection) -> None:
        def note(_connection: object, _cursor: object, said: str, values: tuple[object, ...], *_rest: object) -> None:
            asked.append((said, values))

        event.listen(connection.engine.sync_engine, "before_cursor_execute", note)

    await database.read(listen)
    await ask()
    return [one for one in asked if one[0].startswith(("SELECT", "INSERT", "UPDATE"))]


def plan(place: Place, statement: Statement) -> list[str]:
    with closing(sqlite3.connect(place.data_dir / NAME)) as raw:
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1])]
