"""Transactions with a deadline, on either backend."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import TextClause, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import LedgerUnavailableError, UnfitStoreError
from dialgate.stores.sql.database import Database, insert_new, open_database
from dialgate.stores.sql.schema import partition, pepper
from tests.sql_backends import Place


@pytest.mark.parametrize("url", ["mysql://db/x", "sqlite:///x", "redis://x", "x", "postgresql+psycopg://db/x", " "])
async def test_another_kind_of_store_is_refused_in_words(url: str, tmp_path: Path) -> None:
    """What is neither empty nor a postgresql:// URL names the setting, and nothing is made."""
    with pytest.raises(UnfitStoreError, match=r"ledger\.url"):
        await open_database(url, tmp_path)
    assert [] == list(tmp_path.iterdir())


async def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    """The error of the work comes out as it is, and what it wrote is undone."""

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(update(partition).values(watermark=5))
        raise KeyError("of the work")

    with pytest.raises(KeyError):
        await database.write(work)
    assert [(0,)] == [tuple(row) for row in await database.rows(select(partition.c.watermark))]


@pytest.mark.parametrize("wrong", ["SELECT * FROM nowhere", "INSERT INTO partition (id) VALUES (0)", "not SQL"])
async def test_whatever_the_backend_refuses_is_one_error(database: Database, wrong: str) -> None:
    """Use cases know one failure of SQL; the next statement works."""
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(wrong))
    assert 1 == await database.execute(update(partition).values(watermark=1))


async def test_a_read_sees_one_state(place: Place) -> None:
    """Two statements of one read agree, although another gate has written in between."""
    reader, writer = await place.open(), await place.open()
    watermark = select(partition.c.watermark)

    async def work(connection: AsyncConnection) -> list[int]:
        before = (await connection.execute(watermark)).scalar_one()
        await writer.execute(update(partition).values(watermark=7))
        return [before, (await connection.execute(watermark)).scalar_one()]

    assert [0, 0] == await reader.read(work)
    assert [(7,)] == [tuple(row) for row in await reader.rows(watermark)]


async def test_work_that_is_late_is_given_up(database: Database) -> None:
    """A caller waits no longer than the deadline; what hangs is ended, and the database works on."""

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(_endless(database.backend))

    began = time.monotonic()
    with pytest.raises(LedgerUnavailableError):
        await database.read(work, deadline_s=0.3)
    assert time.monotonic() - began < 2.0
    assert 1 == await database.execute(update(partition).values(watermark=1))


async def test_waiting_for_a_turn_ends_with_the_deadline(database: Database) -> None:
    """Writers that wait behind a slow one are told in time and never write later."""
    go_on = asyncio.Event()

    async def hold(connection: AsyncConnection) -> None:
        await connection.execute(update(partition).values(watermark=1))
        await go_on.wait()

    async def late(connection: AsyncConnection) -> None:
        await connection.execute(update(partition).values(watermark=9))

    holding = [asyncio.ensure_future(database.write(hold, deadline_s=60.0))]
    answers = await asyncio.gather(*(database.write(late, deadline_s=0.2) for _ in range(20)), return_exceptions=True)
    go_on.set()
    await asyncio.gather(*holding)
    assert {LedgerUnavailableError} == {type(answer) for answer in answers}
    assert [(1,)] == [tuple(row) for row in await database.rows(select(partition.c.watermark))]


async def test_a_crowd_that_comes_too_fast_breaks_nothing(database: Database) -> None:
    """Of many at once some may be told to come back; afterwards all is as before."""
    work = update(partition).values(watermark=partition.c.watermark + 1)
    answers = await asyncio.gather(
        *(database.write(lambda connection: connection.execute(work), deadline_s=0.3) for _ in range(500)),
        return_exceptions=True,
    )
    done = sum(not isinstance(answer, BaseException) for answer in answers)
    ((counted,),) = await database.rows(select(partition.c.watermark), deadline_s=60)
    assert done <= counted <= 500
    assert 1 == await database.execute(work)


async def test_a_row_that_is_there_stays(database: Database) -> None:
    """Inserting anew changes no row of the same key."""
    for pepper_id in ("first", "second"):
        await database.execute(insert_new(database.backend, pepper).values(id=1, pepper_id=pepper_id))
    assert [("first",)] == [tuple(row) for row in await database.rows(select(pepper.c.pepper_id))]


async def test_closing_does_not_wait_for_what_hangs(database: Database) -> None:
    """A gate that ends gives up what is under way, and whoever waits for it is told."""

    async def work(connection: AsyncConnection) -> None:
        began.set()
        await connection.execute(_endless(database.backend))

    began = asyncio.Event()
    hanging = asyncio.ensure_future(database.read(work, deadline_s=60.0))
    await began.wait()
    await database.rows(select(partition))
    await database.close()
    with pytest.raises(LedgerUnavailableError):
        await hanging


def _endless(backend: str) -> TextClause:
    if backend == "postgresql":
        return text("SELECT pg_sleep(60)")
    return text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
