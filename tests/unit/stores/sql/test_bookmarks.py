"""What bookmarks do beneath their port."""

from __future__ import annotations

from sqlalchemy import select

from dialgate.stores.sql.bookmarks import SqlBookmarks
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.schema import bookmark
from tests.sql_backends import Place

OLD, NEW = b"o" * 32, b"n" * 32


async def test_what_people_wrote_is_not_readable_in_the_database(sqlite_place: Place) -> None:
    """A place may hold messages that wait for their turn."""
    database = await sqlite_place.open()
    await SqlBookmarks(database, Cipher([OLD])).keep("import", "+12025550123 stop")
    (row,) = await database.rows(select(bookmark.c.place).where(bookmark.c.name == "import"))
    assert "12025550123" not in row.place


async def test_a_place_that_no_key_opens_is_none(sqlite_place: Place) -> None:
    """Reading begins again, which costs time and loses nothing that an import would not find."""
    database = await sqlite_place.open()
    await SqlBookmarks(database, Cipher([OLD])).keep("messages", "2026-11-21")
    rotated, other = SqlBookmarks(database, Cipher([NEW, OLD])), SqlBookmarks(database, Cipher([NEW]))
    assert ("2026-11-21", "") == (await rotated.place("messages"), await other.place("messages"))
