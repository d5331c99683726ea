"""The port of reviews on SQL. Rows come through the journal; only a verdict is written here, once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.reviews import Review, ReviewPage, Verdict
from dialgate.domain.numbers import E164
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import review

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-(.{1,200})\Z")


class SqlReviews:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, review_id: str) -> Review | None:
        rows = await self._database.rows(select(review).where(review.c.id == review_id))
        return next((_review(row) for row in rows), None)

    async def listing(self, tenant: str, limit: int, cursor: str = "", *, decided: bool | None = None) -> ReviewPage:
        statement = select(review)
        if tenant:
            statement = statement.where(review.c.tenant == tenant)
        if decided is not None:
            statement = statement.where(review.c.decided_at.is_not(None) if decided else review.c.decided_at.is_(None))
        place = tuple_(review.c.asked_at, review.c.id)
        oldest_first = decided is False
        if cursor:
            last = tuple_(*_read_cursor(cursor))
            statement = statement.where(place > last if oldest_first else place < last)
        columns = (review.c.asked_at, review.c.id)
        order = columns if oldest_first else tuple(column.desc() for column in columns)
        rows = await self._database.rows(statement.order_by(*order).limit(limit + 1))
        more = len(rows) > limit
        return ReviewPage(tuple(_review(row) for row in rows[:limit]), _cursor(rows[limit - 1]) if more else "")

    async def decide(self, review_id: str, verdict: Verdict, by: str, at: datetime) -> Review:
        this = review.c.id == review_id
        decided = {"verdict": verdict.value, "decided_by": by, "decided_at": at}

        async def work(connection: AsyncConnection) -> Row[Any] | None:
            await connection.execute(update(review).where(this, review.c.decided_at.is_(None)).values(**decided))
            return (await connection.execute(select(review).where(this))).one_or_none()

        row = await self._database.write(work)
        if row is None:
            raise NotFoundError("There is no such review.")
        return _review(row)


def _review(row: Row[Any]) -> Review:
    return Review(
        id=row.id,
        tenant=row.tenant,
        number=E164(row.number),
        receiver=row.receiver,
        sealed_text=row.text,
        language=row.language,
        evidence=row.evidence,
        confidence=row.confidence,
        held=row.held,
        asked_at=row.asked_at,
        verdict=row.verdict,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _cursor(row: Row[Any]) -> str:
    return f"{(row.asked_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    read = _CURSOR.match(cursor)
    if read is None:
        raise BadRequestError("cursor is not one that a listing gave.")
    return _EPOCH + timedelta(microseconds=int(read[1])), read[2]
