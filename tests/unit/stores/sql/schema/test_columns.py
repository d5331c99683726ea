"""Columns that mean the same on both backends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from dialgate.stores.sql.database import Database, insert_new
from dialgate.stores.sql.schema import gate
from dialgate.stores.sql.schema.columns import storable

AT = datetime(2026, 11, 21, 9, 30, 0, 5, tzinfo=UTC)


async def enlisted(database: Database, name: str, at: datetime) -> None:
    row = {"id": name, "directory": "", "confirmed": 2**40, "enlisted_at": at}
    await database.execute(insert_new(database.backend, gate).values(row))


@pytest.mark.parametrize("at", [AT, AT.astimezone(timezone(timedelta(hours=8))), AT.replace(microsecond=0)], ids=str)
async def test_an_instant_comes_back_in_utc(database: Database, at: datetime) -> None:
    """Whatever zone it was told in, to the microsecond."""
    await enlisted(database, "a", at)
    (row,) = await database.rows(select(gate))
    assert (at, UTC, 2**40) == (row.enlisted_at, row.enlisted_at.tzinfo, row.confirmed)


async def test_instants_compare_as_instants(database: Database) -> None:
    """The order in the database is the order in time, across zones and fractions of a second."""
    times = [AT.replace(microsecond=0), AT, AT + timedelta(seconds=1), AT.replace(year=2027)]
    for number, at in enumerate(times):
        await enlisted(database, str(number), at.astimezone(timezone(timedelta(hours=number))))
    rows = await database.rows(select(gate.c.id).where(gate.c.enlisted_at >= AT).order_by(gate.c.enlisted_at))
    assert ["1", "2", "3"] == [row.id for row in rows]


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """Nobody knows which instant it would be."""
    with pytest.raises(Exception, match="cannot be reached or refused"):
        await enlisted(database, "a", AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("退订 ✋🏽", "退订 ✋🏽"),
        ("a\x00b", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("é\x00\udfff", "é\ufffd\ufffd"),
    ],
)
async def test_text_is_kept_as_far_as_both_can(database: Database, text: str, kept: str) -> None:
    """What only one backend could hold is replaced on both; all other text is untouched."""
    await enlisted(database, text, AT)
    assert [kept, kept] == [(await database.rows(select(gate)))[0].id, storable(text)]
