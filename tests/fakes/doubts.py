"""What the reconciler asks, over records in memory, and a carrier whose lists a test writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dialgate.app.errors import DialgateError
from dialgate.app.queries import DecisionRow
from dialgate.app.reconcile import Listed, Nameless, Placed
from dialgate.app.records import NAMING, Kind
from tests.fakes.journal_tools import AT
from tests.model.fakes import FakeLog
from tests.model.sql import Sql

ENDED = NAMING | {Kind.RELEASED, Kind.SETTLED, Kind.RECALLED}


@dataclass(slots=True)
class MemoryDoubts:
    sql: Sql
    log: FakeLog

    async def unknown(self, since: datetime, limit: int) -> Sequence[DecisionRow]:
        ids = [id_ for kind, id_ in self.sql.records if kind is Kind.OUTCOME_UNKNOWN]
        rows = [row for id_ in ids if not self._has(id_, ENDED) and (row := await self.log.get(id_)) is not None]
        return rows[:limit]

    async def nameless(self, channel: str, number: str, since: datetime) -> Sequence[Nameless]:
        rows = [
            (record.id, record.at, record.body)
            for (kind, _), record in self.sql.records.items()
            if kind is Kind.DECISION and record.body["verdict"] == "allow"
        ]
        return [
            Nameless(id_, at, body["from"])
            for id_, at, body in rows
            if (channel, number) == (body["channel"], body["number"]) and at >= since
            if body["reservation"]["claim"] is not None and not self._has(id_, NAMING | {Kind.RELEASED})
        ]

    async def owned(self, carrier_sids: Sequence[str]) -> frozenset[str]:
        named = {record.body["carrier_sid"] for (kind, _), record in self.sql.records.items() if kind in NAMING}
        return frozenset(named & set(carrier_sids))

    def _has(self, id_: str, kinds: Sequence[Kind] | frozenset[Kind] | set[Kind]) -> bool:
        return any((kind, id_) in self.sql.records for kind in kinds)


@dataclass(slots=True)
class ToldLists:
    rows: list[Placed] = field(default_factory=list)
    complete: bool = True
    error: DialgateError | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def placed(self, channel: str, number: str) -> Listed:
        self.asked.append((channel, number))
        if self.error is not None:
            raise self.error
        return Listed(tuple(self.rows), self.complete)


def placed(sid: str, *senders: str, at: datetime | None = AT, status: str = "ringing") -> Placed:
    return Placed(sid, frozenset(senders), status, at)
