"""Reviews in memory, over what the journals have shipped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.records import Kind
from dialgate.app.reviews import Review, ReviewPage, Verdict, review_of
from tests.model.in_memory import Turn, at_once
from tests.model.sql import Sql


class Backwards:
    """Sealed enough to be told from what was written."""

    def seal(self, text: str) -> str:
        return text[::-1]

    def unseal(self, sealed: str) -> str:
        return sealed[::-1]


@dataclass(slots=True)
class MemoryReviews:
    sql: Sql
    turn: Turn = at_once
    decided: dict[str, Review] = field(default_factory=dict)

    async def get(self, review_id: str) -> Review | None:
        return await self.turn("get", lambda: self._all().get(review_id))

    async def listing(self, tenant: str, limit: int, cursor: str = "", *, decided: bool | None = None) -> ReviewPage:
        """A cursor is the number of rows before the page."""
        if cursor and not cursor.isdecimal():
            raise BadRequestError("cursor is not one that a listing gave.")
        return await self.turn("listing", lambda: self._listed(tenant, limit, int(cursor or 0), decided))

    async def decide(self, review_id: str, verdict: Verdict, by: str, at: datetime) -> Review:
        return await self.turn("decide", lambda: self._decide(review_id, verdict, by, at))

    def _listed(self, tenant: str, limit: int, start: int, decided: bool | None) -> ReviewPage:  # noqa: FBT001
        wanted = [one for one in self._all().values() if tenant in {"", one.tenant}]
        if decided is not None:
            wanted = [one for one in wanted if (one.decided_at is not None) is decided]
        wanted.sort(key=lambda one: (one.asked_at, one.id), reverse=decided is not False)
        more = len(wanted) > start + limit
        return ReviewPage(tuple(wanted[start : start + limit]), str(start + limit) if more else "")

    def _decide(self, review_id: str, verdict: Verdict, by: str, at: datetime) -> Review:
        review = self._all().get(review_id)
        if review is None:
            raise NotFoundError("There is no such review.")
        if review.decided_at is None:
            self.decided[review_id] = replace(review, verdict=verdict.value, decided_by=by, decided_at=at)
        return self.decided[review_id]

    def _all(self) -> dict[str, Review]:
        asked = (record for (kind, _), record in self.sql.records.items() if kind is Kind.REVIEW)
        return {record.id: review_of(record) for record in asked} | self.decided
