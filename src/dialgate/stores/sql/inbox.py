"""The inbox port on SQL: each inbound message once."""

from __future__ import annotations

import json

from sqlalchemy import select

from dialgate.app.queries import Inbound
from dialgate.stores.sql.canonical import canonical
from dialgate.stores.sql.database import Database, upsert
from dialgate.stores.sql.schema import inbound as inbounds


class SqlInbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, message_sid: str) -> Inbound | None:
        rows = await self._database.rows(select(inbounds).where(inbounds.c.message_sid == message_sid))
        return next(
            (
                Inbound(
                    message_sid=row.message_sid,
                    tenants=tuple(json.loads(row.tenants)),
                    intent=row.intent,
                    received_at=row.received_at,
                    answer=row.answer,
                    facts=json.loads(row.facts),
                )
                for row in rows
            ),
            None,
        )

    async def note(self, inbound: Inbound) -> None:
        row = {
            "message_sid": inbound.message_sid,
            "tenants": canonical(inbound.tenants),
            "intent": inbound.intent,
            "received_at": inbound.received_at,
            "answer": inbound.answer,
            "facts": canonical(inbound.facts),
        }
        await self._database.execute(upsert(self._database.backend, inbounds, row, change=("tenants",)))
