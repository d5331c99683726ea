"""The ledger's tables keep what they were given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from dialgate.app.errors import LedgerUnavailableError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.schema import ledger

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANN = E164("+12025550101")
ONE = OptOut(OptOutId("one"), ANN, Scope("acme"), Source.SMS, "carrier", NOW, NOW)


@pytest.mark.parametrize("table", ["ledger", "lifted"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
async def test_the_ledger_is_append_only(database: Database, table: str, change: str) -> None:
    """No statement alters or removes an opt-out or a lift, not even one that changes nothing."""
    column = {"ledger": "note", "lifted": "lift_seq"}[table]
    book = SqlLedger(database)
    await book.record_opt_out(ONE)
    await book.record_lift(Lift(OptOutId("lift"), ANN, "acme", (ONE.id,), Source.SMS, "carrier", NOW))
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(change.format(table=table, column=column)))
    assert 2 == len(await database.rows(select(ledger)))


@pytest.mark.parametrize(
    "wrong",
    [
        "INSERT INTO lifted (opt_out_seq, lift_seq) VALUES (1, 1)",
        "INSERT INTO lifted (opt_out_seq, lift_seq) VALUES (1, 99)",
        "INSERT INTO lifted (opt_out_seq, lift_seq) VALUES (0, 1)",
    ],
    ids=["itself", "no lift", "no opt-out"],
)
async def test_a_lift_names_an_older_row(database: Database, wrong: str) -> None:
    """The tables themselves refuse a lift of nothing, by nothing, or by something older."""
    await SqlLedger(database).record_opt_out(ONE)
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(wrong))
