"""What the register does beneath its port."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from dialgate.domain.ids import GateId
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.register import SqlRegister
from dialgate.stores.sql.schema import register_event

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


async def test_what_is_done_to_gates_and_generations_is_on_record(database: Database) -> None:
    """Who struck a gate and when a generation was registered can be read afterwards; what changed nothing is not."""
    register = SqlRegister(database)
    await register.enlist(GateId("gate-a"), "dir", 0, NOW)
    for _ in range(2):
        await register.next_generation(0, NOW)
        await register.strike(GateId("gate-a"), "operator SK1", NOW)
    event = register_event.c
    found = await database.rows(select(event.kind, event.subject, event.actor, event.happened_at).order_by(event.id))
    assert [("generation", "1", "", NOW), ("struck", "gate-a", "operator SK1", NOW)] == [tuple(row) for row in found]
