"""The port `Reviews`, over each backend: rows come by the journal, the first verdict stands, pages lose nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.reviews import Review, Verdict, review_record
from dialgate.domain.numbers import E164
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.reviews import SqlReviews
from dialgate.stores.sql.sink import SqlDecisionSink

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NUMBER = E164("+12025550123")
REVIEW = Review("SM1.acme", "acme", NUMBER, "+12025550100", "sealed", "en", "model", 0.71, held=True, asked_at=AT)


def review(number: int, tenant: str = "acme", *, after_s: int = 0) -> Review:
    return replace(REVIEW, id=f"SM{number}.{tenant}", tenant=tenant, asked_at=AT + timedelta(seconds=after_s))


async def shipped(database: Database, *reviews: Review) -> SqlReviews:
    await SqlDecisionSink(database).ship([review_record(one) for one in reviews])
    return SqlReviews(database)


async def listed(reviews: SqlReviews, tenant: str = "", limit: int = 2, *, decided: bool | None = None) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        page = await reviews.listing(tenant, limit, cursor, decided=decided)
        found += [one.id for one in page.items]
        cursor = page.next
        if not cursor:
            return found


async def test_what_was_asked_is_read_back(database: Database) -> None:
    """As it was, open; an unknown one is not there."""
    reviews = await shipped(database, REVIEW)
    assert (REVIEW, None) == (await reviews.get("SM1.acme"), await reviews.get("SM2.acme"))


async def test_the_first_verdict_stands(database: Database) -> None:
    """Whoever comes later, or ships the review again, changes nothing."""
    reviews = await shipped(database, REVIEW)
    by = [("SK1", Verdict.NONE), ("SK2", Verdict.STOP)]
    said = [await reviews.decide(REVIEW.id, verdict, key, AT) for key, verdict in by]
    await shipped(database, REVIEW)
    decided = replace(REVIEW, verdict="none", decided_by="SK1", decided_at=AT)
    assert [decided, decided, decided] == [*said, await reviews.get(REVIEW.id)]


async def test_of_many_at_once_one_decides(database: Database) -> None:
    """All are told the same."""
    reviews = await shipped(database, REVIEW)
    said = await asyncio.gather(*(reviews.decide(REVIEW.id, Verdict.STOP, f"SK{n}", AT) for n in range(8)))
    assert 1 == len({one.decided_by for one in said})


async def test_what_is_not_there_is_not_decided(database: Database) -> None:
    """A mistyped id is no verdict."""
    with pytest.raises(NotFoundError):
        await SqlReviews(database).decide("SM9.acme", Verdict.STOP, "SK1", AT)


async def test_open_ones_wait_in_their_order(database: Database) -> None:
    """The oldest first, page by page, also where two came in the same instant; decided ones the newest first."""
    asked = [review(1), review(2, after_s=5), review(3, after_s=5), review(4, after_s=9), review(5, "other")]
    reviews = await shipped(database, *asked)
    for number in (3, 4):
        await reviews.decide(f"SM{number}.acme", Verdict.STOP, "SK1", AT)
    assert ["SM1.acme", "SM5.other", "SM2.acme"] == await listed(reviews, decided=False)
    assert ["SM4.acme", "SM3.acme"] == await listed(reviews, "acme", limit=1, decided=True)
    assert ["SM4.acme", "SM3.acme", "SM2.acme", "SM1.acme"] == await listed(reviews, "acme")
    assert ["SM5.other"] == await listed(reviews, "other")


@pytest.mark.parametrize("cursor", ["x", "1-", "99999999999999999999-SM1", "-SM1"])
async def test_a_cursor_of_ones_own_is_refused(database: Database, cursor: str) -> None:
    """Only what a listing gave leads on."""
    with pytest.raises(BadRequestError):
        await SqlReviews(database).listing("", 10, cursor)
