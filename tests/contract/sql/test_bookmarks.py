"""The port `missed.Bookmarks`, over each store that has one."""

from __future__ import annotations

from dialgate.stores.sql.bookmarks import SqlBookmarks
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database


async def test_a_place_is_kept_until_another_or_none_is(database: Database) -> None:
    """Each name has its own; what is unknown can be forgotten too."""
    bookmarks = SqlBookmarks(database, Cipher([b"k" * 32]))
    await bookmarks.keep("messages", "2026-11-21")
    await bookmarks.keep("import", "退订" * 100_000)
    await bookmarks.keep("messages", "2026-11-22")
    assert ("2026-11-22", "退订" * 100_000, "") == (
        await bookmarks.place("messages"),
        await bookmarks.place("import"),
        await bookmarks.place("other"),
    )
    await bookmarks.forget("import")
    await bookmarks.forget("other")
    assert ("", "2026-11-22") == (await bookmarks.place("import"), await bookmarks.place("messages"))
