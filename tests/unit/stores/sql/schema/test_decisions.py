"""The decision log's tables keep what they were given."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.records import Kind
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import metadata
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.decision_records import allowed, blocked, later

COLUMNS = {"decision": "body", "decision_reason": "reason", "decision_event": "body", "resource": "tenant"}


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
async def test_the_log_is_append_only(database: Database, table: str, change: str) -> None:
    """No statement alters or removes a decision, a reason, an event or an owner."""
    sent = allowed()
    await SqlDecisionSink(database).ship([blocked(), sent, later(sent, Kind.SENT, carrier_sid="SM1")])
    counted = select(func.count()).select_from(metadata.tables[table])
    before = [tuple(row) for row in await database.rows(counted)]
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(change.format(table=table, column=COLUMNS[table])))
    assert before == [tuple(row) for row in await database.rows(counted)]
    assert before[0][0] > 0
