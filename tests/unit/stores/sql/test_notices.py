"""What the port of notices does beneath its promises."""

from __future__ import annotations

from datetime import UTC, datetime

from dialgate.stores.sql.notices import SqlNotices
from tests.sql_backends import Place
from tests.unit.stores.sql.asked import plan, statements

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


async def test_where_nothing_is_new_nothing_is_written(sqlite_place: Place) -> None:
    """It is asked twice a second, for ever: one read, which looks at no row of the ledger."""
    database = await sqlite_place.open()
    (asked,) = await statements(database, lambda: SqlNotices(database).take_in(NOW))
    assert (True, False) == (asked[0].startswith("SELECT"), any("ledger" in step for step in plan(sqlite_place, asked)))


async def test_what_is_due_is_found_by_its_own_index(sqlite_place: Place) -> None:
    """However much was told before, only what waits is read."""
    database = await sqlite_place.open()
    (asked,) = await statements(database, lambda: SqlNotices(database).due(NOW, ("acme",), 10))
    assert "ix_notice_due" in plan(sqlite_place, asked)[0]
