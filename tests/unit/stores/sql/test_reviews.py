"""What a row of the table of reviews becomes; the port itself has a suite over every backend."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from dialgate.app.reviews import Review, Verdict, review_record
from dialgate.domain.numbers import E164
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.reviews import SqlReviews
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.sql_backends import Place

AT = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)


async def test_a_page_goes_on_where_the_last_one_ended(database: Database) -> None:
    """To the microsecond, also for ids that hold the separator."""
    asked = [
        Review(f"SM{n}.a-b", "a-b", E164("+12025550123"), "12345", "x", "en", "e", 0.5, held=n > 1, asked_at=at)
        for n, at in enumerate((AT, AT, AT + timedelta(microseconds=1)), start=1)
    ]
    await SqlDecisionSink(database).ship([review_record(one) for one in asked])
    first = await SqlReviews(database).listing("a-b", 2, decided=False)
    second = await SqlReviews(database).listing("a-b", 2, first.next, decided=False)
    assert (asked, "") == ([*first.items, *second.items], second.next)


async def test_two_gates_that_decide_at_once_say_the_same(place: Place) -> None:
    """One verdict stands, and both gates tell it."""
    databases = [await place.open(), await place.open()]
    asked = Review("SM1.acme", "acme", E164("+12025550123"), "12345", "x", "en", "e", 0.5, held=True, asked_at=AT)
    await SqlDecisionSink(databases[0]).ship([review_record(asked)])
    said = await asyncio.gather(
        *(
            SqlReviews(database).decide(asked.id, verdict, verdict.value, AT)
            for database, verdict in zip(databases, Verdict, strict=True)
        )
    )
    assert said[0] == said[1]
