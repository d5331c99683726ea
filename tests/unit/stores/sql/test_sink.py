"""What the decision sink does beneath its port."""

from __future__ import annotations

from sqlalchemy import select

from dialgate.domain.reasons import Reason
from dialgate.stores.sql.canonical import GENESIS, canonical, link
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import chain, decision, decision_reason
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.decision_records import NOON, blocked


async def test_the_body_is_stored_as_it_was_hashed(database: Database) -> None:
    """The link can be made again from the bytes in the table alone, and the chain's head is the last link."""
    record = blocked()
    await SqlDecisionSink(database).ship([record])
    (row,) = await database.rows(select(decision))
    (head,) = await database.rows(select(chain))
    assert canonical(record.body) == row.body
    assert link(GENESIS, row.id, row.tenant, row.decided_at, row.body) == row.chain_hash == head.hash


async def test_each_reason_is_found_once(database: Database) -> None:
    """Two blocks of one reason are one reason of the decision."""
    record = blocked(NOON, Reason.SUPPRESSED, Reason.SUPPRESSED, Reason.DUPLICATE)
    await SqlDecisionSink(database).ship([record])
    rows = await database.rows(select(decision_reason.c.reason).order_by(decision_reason.c.reason))
    assert [("duplicate",), ("suppressed",)] == [tuple(row) for row in rows]


async def test_shipping_nothing_is_nothing(database: Database) -> None:
    """An empty batch is no error."""
    await SqlDecisionSink(database).ship([])
    assert [] == await database.rows(select(chain))
