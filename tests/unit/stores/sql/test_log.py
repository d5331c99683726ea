"""What the decision log does beneath its port."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.queries import Filter
from dialgate.stores.sql.log import SqlDecisionLog
from dialgate.stores.sql.sqlite_file import NAME
from tests.decision_records import NOON
from tests.sql_backends import Place

ORDERED = {
    "all": Filter(),
    "tenant": Filter(tenant="acme"),
    "number": Filter(to="+12025550101"),
    "reason": Filter(reason="suppressed", since=NOON),
    "campaign": Filter(campaign="spring", until=NOON),
}


@pytest.mark.parametrize("wanted", ORDERED.values(), ids=ORDERED)
async def test_a_listing_reads_no_more_than_it_shows(sqlite_place: Place, wanted: Filter) -> None:
    """The newest rows are found through an index in their order: nothing is sorted, no table is read through."""
    database = await sqlite_place.open()
    asked: list[tuple[str, tuple[object, ...]]] = []

    async def listen(connection: AsyncConnection) -> None:
        def note(_connection: object, _cursor: object, said: str, values: tuple[object, ...], *_rest: object) -> None:
            asked.append((said, values))

        event.listen(connection.engine.sync_engine, "before_cursor_execute", note)

    await database.read(listen)
    await SqlDecisionLog(database).listing(wanted, 50)
    said, values = next(pair for pair in asked if pair[0].startswith("SELECT"))
    raw = sqlite3.connect(sqlite_place.data_dir / NAME)
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {said}", values)]
    raw.close()
    assert [] == [step for step in plan if "TEMP B-TREE" in step or (step.startswith("SCAN") and "INDEX" not in step)]
