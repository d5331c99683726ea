"""What the port of attempts in doubt does beneath its promises."""

from __future__ import annotations

import sqlite3

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.stores.sql.doubts import SqlDoubts
from dialgate.stores.sql.sqlite_file import NAME
from tests.decision_records import NOON
from tests.sql_backends import Place


async def test_doubts_are_found_by_their_own_index(sqlite_place: Place) -> None:
    """However much has happened, only what is in doubt is read: this is asked every two seconds."""
    database = await sqlite_place.open()
    asked: list[tuple[str, tuple[object, ...]]] = []

    async def listen(connection: AsyncConnection) -> None:
        def note(_connection: object, _cursor: object, said: str, values: tuple[object, ...], *_rest: object) -> None:
            asked.append((said, values))

        event.listen(connection.engine.sync_engine, "before_cursor_execute", note)

    await database.read(listen)
    await SqlDoubts(database).unknown(NOON, 50)
    said, values = next(pair for pair in asked if pair[0].startswith("SELECT"))
    raw = sqlite3.connect(sqlite_place.data_dir / NAME)
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {said}", values)]
    raw.close()
    assert "SEARCH doubt USING INDEX ix_decision_event_happened_at (happened_at>?)" == plan[0]
