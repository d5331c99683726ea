"""The port of attempts in doubt on SQL: what the reconciler asks of the decision log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, exists, literal_column, select

from dialgate.app.queries import DecisionRow
from dialgate.app.reconcile import Nameless
from dialgate.app.records import NAMING, Kind
from dialgate.stores.sql.database import LOG_DEADLINE_S, Database
from dialgate.stores.sql.log import decision_row
from dialgate.stores.sql.schema import decision, decision_event, resource
from dialgate.stores.sql.sink import IDS, events_of

_KNOWN = (*NAMING, Kind.RELEASED)
_UNKNOWN = literal_column(f"'{Kind.OUTCOME_UNKNOWN.value}'", Text)
"""Written out: a bound value would not show the database that the partial index serves."""


class SqlDoubts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def unknown(self, since: datetime, limit: int) -> Sequence[DecisionRow]:
        """A partial index holds nothing but doubts, so this costs the same however long the log is."""
        doubt = decision_event.alias("doubt")
        statement = (
            select(decision)
            .join(doubt, doubt.c.decision_id == decision.c.id)
            .where(doubt.c.kind == _UNKNOWN, doubt.c.happened_at >= since)
            .where(~_happened(*_KNOWN, Kind.SETTLED, Kind.RECALLED, Kind.WINDOW_CLOSED))
            .order_by(doubt.c.happened_at.desc(), decision.c.id.desc())
            .limit(limit)
        )
        rows = await self._database.rows(statement, LOG_DEADLINE_S)
        events = await events_of(self._database, [row.id for row in rows])
        return [decision_row(row, events.get(row.id, ())) for row in rows]

    async def nameless(self, channel: str, number: str, since: datetime) -> Sequence[Nameless]:
        statement = select(decision).where(
            decision.c.called == number,
            decision.c.decided_at >= since,
            decision.c.channel == channel,
            decision.c.verdict == "allow",
            ~_happened(*_KNOWN),
        )
        rows = await self._database.rows(statement, LOG_DEADLINE_S)
        forwarded = [row for row in rows if json.loads(row.body)["reservation"]["claim"] is not None]
        return [Nameless(row.id, row.decided_at, row.calling) for row in forwarded]

    async def owned(self, carrier_sids: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for start in range(0, len(carrier_sids), IDS):
            some = resource.c.carrier_sid.in_(carrier_sids[start : start + IDS])
            rows = await self._database.rows(select(resource.c.carrier_sid).where(some), LOG_DEADLINE_S)
            found.update(row.carrier_sid for row in rows)
        return frozenset(found)


def _happened(*kinds: Kind) -> ColumnElement[bool]:
    """Any of these, to the decision of the row."""
    event = decision_event.alias("known")
    wanted = event.c.kind.in_([kind.value for kind in kinds])
    return exists().where(event.c.decision_id == decision.c.id, wanted).correlate(decision)
