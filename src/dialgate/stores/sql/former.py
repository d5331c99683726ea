"""The port of what the carrier's webhooks were before they were pointed here, on SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.stores.sql.canonical import canonical
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import former_webhook as former


class SqlFormer:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, Mapping[str, str]]:
        rows = await self._database.rows(select(former).order_by(former.c.sid))
        return {row.sid: json.loads(row.fields) for row in rows}

    async def keep(self, sid: str, values: Mapping[str, str], by: str, at: datetime) -> None:
        row = {"sid": sid, "fields": canonical(values), "kept_by": by, "kept_at": at}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(former).where(former.c.sid == sid))
            await connection.execute(insert(former).values(row))

        await self._database.write(work)

    async def forget(self, sid: str) -> None:
        await self._database.execute(delete(former).where(former.c.sid == sid))
