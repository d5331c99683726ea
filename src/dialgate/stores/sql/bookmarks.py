"""How far the carrier's list was read, on SQL, so that whoever goes on begins there.

Encrypted: a place may hold what people wrote, until its turn comes.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database, upsert
from dialgate.stores.sql.schema.hearing import bookmark


class SqlBookmarks:
    """Implements `missed.Bookmarks`."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def place(self, name: str) -> str:
        rows = await self._database.rows(select(bookmark.c.place).where(bookmark.c.name == name))
        return (self._cipher.unlock(rows[0].place) or b"").decode() if rows else ""

    async def keep(self, name: str, place: str) -> None:
        row = {"name": name, "place": self._cipher.lock(place.encode())}
        await self._database.execute(upsert(self._database.backend, bookmark, row, change=("place",)))

    async def forget(self, name: str) -> None:
        await self._database.execute(delete(bookmark).where(bookmark.c.name == name))
