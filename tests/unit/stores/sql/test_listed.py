"""Lists beneath the port: a list is written wholly or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger

AT = datetime(2026, 3, 2, tzinfo=UTC)


def opt_out(name: str, number: int) -> OptOut:
    return OptOut(OptOutId(name), E164(f"+1202555{number:04}"), Scope("acme"), Source.IMPORT, "SK1", AT, AT)


async def test_a_list_that_cannot_be_written_leaves_nothing(database: Database) -> None:
    """An id that stands for another row undoes the whole list, and takes no number."""
    ledger = SqlLedger(database)
    await ledger.record_opt_out(opt_out("taken", 1))
    with pytest.raises(LedgerUnavailableError):
        await ledger.record_opt_outs([opt_out("new", 2), opt_out("taken", 3)])
    assert (1, []) == ((await ledger.view()).head, await ledger.changes(1, 10))


async def test_an_empty_list_changes_nothing(database: Database) -> None:
    """Where every row was known or rejected there is nothing to write."""
    ledger = SqlLedger(database)
    assert ([], 0) == (await ledger.record_opt_outs([]), (await ledger.view()).head)
