"""The register port on SQL: gates, generations, the noted watermark and the indexer's lease."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import NotFoundError
from dialgate.app.ports import GateRow
from dialgate.domain.ids import GateId
from dialgate.stores.sql.database import Database, insert_new
from dialgate.stores.sql.schema.coordination import INDEXER, lease, register_event
from dialgate.stores.sql.schema.coordination import gate as gates
from dialgate.stores.sql.schema.ledger import PARTITION, partition

_HERE = partition.c.id == PARTITION


class SqlRegister:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def enlist(self, gate: GateId, directory: str, confirmed: int, at: datetime) -> None:
        """Idempotent: a repeat changes nothing."""
        row = {"id": gate, "directory": directory, "confirmed": confirmed, "enlisted_at": at}
        await self._database.execute(insert_new(self._database.backend, gates).values(row))

    async def confirm(self, gate: GateId, generation: int) -> None:
        """Never lowers it. Errors: also `NotFoundError` once the gate has been struck: whatever it goes on to do, no
        generation waits for it any more.
        """
        raised = case((gates.c.confirmed < generation, generation), else_=gates.c.confirmed)
        if await self._database.execute(update(gates).where(gates.c.id == gate).values(confirmed=raised)) == 0:
            raise NotFoundError("This gate is struck from the register: it must end and start anew.")

    async def strike(self, gate: GateId, actor: str, at: datetime) -> None:
        """Its lease ends too: with a clock ahead of the others it could have outlived the gate for long."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(update(lease).where(lease.c.holder == gate).values(until=at))
            if (await connection.execute(delete(gates).where(gates.c.id == gate))).rowcount:
                await _on_record(connection, "struck", gate, actor, at)

        await self._database.write(work)

    async def gates(self) -> list[GateRow]:
        statement = select(gates).order_by(gates.c.id)
        rows = await self._database.rows(statement)
        return [GateRow(GateId(row.id), row.directory, row.confirmed) for row in rows]

    async def next_generation(self, after: int, at: datetime) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            newest = update(partition).where(_HERE, partition.c.generation == after).values(generation=after + 1)
            if (await connection.execute(newest)).rowcount == 0:
                return False
            await _on_record(connection, "generation", str(after + 1), "", at)
            return True

        return await self._database.write(work)

    async def note_watermark(self, watermark: int) -> None:
        statement = update(partition).where(_HERE, partition.c.watermark < watermark).values(watermark=watermark)
        await self._database.execute(statement)

    async def hold_lease(self, gate: GateId, now: datetime, ttl_s: float) -> bool:
        """`now` is the gate's own: clocks that differ cost work, never safety."""
        statement = (
            update(lease)
            .where(lease.c.name == INDEXER, or_(lease.c.holder == gate, lease.c.until <= now))
            .values(holder=gate, until=now + timedelta(seconds=ttl_s))
        )
        return await self._database.execute(statement) == 1


async def _on_record(connection: AsyncConnection, kind: str, subject: str, actor: str, at: datetime) -> None:
    row = {"kind": kind, "subject": subject, "actor": actor, "happened_at": at}
    await connection.execute(insert(register_event), row)
