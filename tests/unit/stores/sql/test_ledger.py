"""What the ledger does beneath its port."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import LedgerUnavailableError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import BATCH, SqlLedger, append, lock_head, opt_out_row
from dialgate.stores.sql.schema import ledger as rows
from tests.sql_backends import Place

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
QUICKLY_S = 4.0


def opt_out(number: int) -> OptOut:
    return OptOut(
        OptOutId(f"opt-out-{number}"), E164(f"+1202{number:07}"), Scope("acme"), Source.SMS, "carrier", NOW, NOW
    )


async def test_a_transaction_that_fails_takes_no_number(database: Database) -> None:
    """What was numbered and then rolled back leaves no hole behind."""

    async def work(connection: AsyncConnection) -> None:
        await append(connection, [opt_out_row(opt_out(1)), opt_out_row(opt_out(2))])
        await connection.execute(insert(rows), {"seq": 1})

    with pytest.raises(LedgerUnavailableError):
        await database.write(work)
    assert 1 == await SqlLedger(database).record_opt_out(opt_out(3))


async def test_a_number_is_given_only_after_the_one_before_is_decided(place: Place) -> None:
    """While a transaction that took a number is open, nobody else gets the next; so commits come in order."""
    slow, other = await place.open(), SqlLedger(await place.open())
    numbered, go_on = asyncio.Event(), asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await append(connection, [opt_out_row(opt_out(1))])
        numbered.set()
        await go_on.wait()

    writing = asyncio.ensure_future(slow.write(work))
    await numbered.wait()
    waiting = asyncio.ensure_future(other.record_opt_out(opt_out(2)))
    seen = (await other.view()).head
    go_on.set()
    await writing
    assert (0, 2) == (seen, await waiting)


async def test_a_ledger_that_somebody_holds_is_unavailable_soon(place: Place) -> None:
    """A stuck writer elsewhere costs an opt-out seconds, not its caller; and the ledger works again after it."""
    holder, ledger = await place.open(), SqlLedger(await place.open())
    held, go_on = asyncio.Event(), asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await lock_head(connection)
        held.set()
        await go_on.wait()

    holding = asyncio.ensure_future(holder.write(work, deadline_s=60.0))
    await held.wait()
    began = time.monotonic()
    with pytest.raises(LedgerUnavailableError):
        await ledger.record_opt_out(opt_out(1))
    assert time.monotonic() - began < QUICKLY_S
    go_on.set()
    await holding
    assert 1 == await ledger.record_opt_out(opt_out(1))


async def test_what_holds_comes_in_batches(database: Database) -> None:
    """More entries than a batch holds come whole and each once, whoever said no twice."""
    said = [opt_out_row(opt_out(number)) for number in range(BATCH + 5)]
    again = [opt_out_row(opt_out(number)) | {"id": f"again-{number}"} for number in range(5)]
    await database.write(lambda connection: append(connection, said + again), deadline_s=60.0)
    batches = [batch async for batch in SqlLedger(database).effective(len(said) + 5)]
    assert [BATCH, 5] == [len(batch) for batch in batches]
    assert len(said) == len({entry.member for batch in batches for entry in batch})
