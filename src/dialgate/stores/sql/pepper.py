"""The pepper that this ledger's index is keyed by: with another one every suppressed number would read as absent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.database import Database, insert_new
from dialgate.stores.sql.schema import pepper


async def check_pepper(database: Database, pepper_id: str) -> None:
    """`pepper_id` names the pepper without telling it. The first one ever told is kept. Errors: `UnfitStoreError`."""

    async def work(connection: AsyncConnection) -> str:
        await connection.execute(insert_new(database.backend, pepper).values(id=1, pepper_id=pepper_id))
        return str((await connection.execute(select(pepper.c.pepper_id))).scalar_one())

    if await database.write(work) != pepper_id:
        raise UnfitStoreError("security.pepper is not the one this ledger began with: give every gate the first one.")
