"""The decision log port on SQL: reading only, newest first, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Text, case, func, literal_column, select

from dialgate.app.errors import BadRequestError
from dialgate.app.queries import DecisionRow, Filter, NumberFacts, Page
from dialgate.stores.sql.database import LOG_DEADLINE_S, Database
from dialgate.stores.sql.ledger import lifted_by, opt_out_of
from dialgate.stores.sql.schema import decision, decision_reason, ledger, lifted, resource
from dialgate.stores.sql.sink import Event, events_of

PAGE = 1_000
"""The most rows of one page, and the most decisions of one number."""
SIDS = 10_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})\Z")
_HOUR = {
    "sqlite": "strftime('%Y-%m-%dT%H:00:00Z', decision.decided_at)",
    "postgresql": """to_char(decision.decided_at, 'YYYY-MM-DD"T"HH24:00:00"Z"')""",  # the session's zone is UTC
}
_GROUPS = {name: decision.c[name] for name in ("campaign", "key", "channel", "region")}


class SqlDecisionLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, decision_id: str) -> DecisionRow | None:
        rows = await self._database.rows(select(decision).where(decision.c.id == decision_id), LOG_DEADLINE_S)
        events = await events_of(self._database, [decision_id])
        return next((decision_row(row, events.get(row.id, ())) for row in rows), None)

    async def listing(self, wanted: Filter, limit: int, cursor: str = "") -> Page:
        if not 1 <= limit <= PAGE:
            raise BadRequestError(f"limit must be from 1 to {PAGE}.")
        source, decided_at, decision_id = _source(wanted)
        statement = select(decision).select_from(source).where(*_conditions(wanted, decided_at))
        if cursor:
            time, last = _read_cursor(cursor)
            statement = statement.where((decided_at < time) | ((decided_at == time) & (decision_id < last)))
        statement = statement.order_by(decided_at.desc(), decision_id.desc()).limit(limit + 1)
        rows = await self._database.rows(statement, LOG_DEADLINE_S)
        more = len(rows) > limit
        return Page(tuple(decision_row(row) for row in rows[:limit]), _cursor(rows[limit - 1]) if more else "")

    async def stream(self, wanted: Filter) -> AsyncIterator[Sequence[DecisionRow]]:
        cursor = ""
        while True:
            page = await self.listing(wanted, PAGE, cursor)
            if page.items:
                yield page.items
            if not page.next:
                return
            cursor = page.next

    async def stats(self, wanted: Filter, group_by: str) -> list[tuple[str, int, int]]:
        """By reason, an attempt counts once for each of its reasons, and the allowed ones stand under "". By hour, the
        group is its beginning in UTC. Errors: also `BadRequestError` for another `group_by`.
        """
        source, decided_at, _ = _source(wanted)
        group: ColumnElement[str]
        if group_by == "reason":
            each = decision_reason.alias()
            source = source.outerjoin(each, each.c.decision_id == decision.c.id)
            group = func.coalesce(each.c.reason, literal_column("''", Text))
        elif group_by == "hour":
            group = literal_column(_HOUR[self._database.backend], Text)
        elif group_by in _GROUPS:
            group = _GROUPS[group_by]
        else:
            raise BadRequestError("group_by must be reason, campaign, key, channel, region or hour.")
        allowed = func.sum(case((decision.c.verdict == "allow", 1), else_=0))
        statement = (
            select(group.label("of"), allowed.label("allowed"), func.count().label("every"))
            .select_from(source)
            .where(*_conditions(wanted, decided_at))
            .group_by(group)
            .order_by(group)
        )
        rows = await self._database.rows(statement, LOG_DEADLINE_S)
        return [(row.of, int(row.allowed), int(row.every) - int(row.allowed)) for row in rows]

    async def number(self, tenant: str, number: str) -> NumberFacts:
        known = [ledger.c.member == number, *([ledger.c.tenant == tenant] if tenant else [])]
        opt_outs = select(ledger, (~lifted_by()).label("holds")).where(ledger.c.kind == "opt_out", *known)
        lifts = select(ledger).where(ledger.c.kind == "lift", *known).order_by(ledger.c.seq)
        newest = await self.listing(Filter(tenant=tenant, to=number), PAGE)
        events = await events_of(self._database, [row.id for row in newest.items])
        opt_out_rows = await self._database.rows(opt_outs.order_by(ledger.c.seq), LOG_DEADLINE_S)
        return NumberFacts(
            opt_outs=tuple((opt_out_of(row), bool(row.holds)) for row in opt_out_rows),
            lifts=await self._lifts(await self._database.rows(lifts, LOG_DEADLINE_S)),
            decisions=tuple(replace(row, events=events.get(row.id, ())) for row in reversed(newest.items)),
        )

    async def owner(self, carrier_sid: str) -> tuple[str, str] | None:
        statement = select(resource.c.tenant, resource.c.decision_id).where(resource.c.carrier_sid == carrier_sid)
        rows = await self._database.rows(statement)
        return (rows[0].tenant, rows[0].decision_id) if rows else None

    async def made(self, tenant: str, carrier_sids: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for start in range(0, len(carrier_sids), SIDS):
            some = resource.c.carrier_sid.in_(carrier_sids[start : start + SIDS])
            rows = await self._database.rows(select(resource.c.carrier_sid).where(some, resource.c.tenant == tenant))
            found.update(row.carrier_sid for row in rows)
        return frozenset(found)

    async def _lifts(self, rows: Sequence[Row[Any]]) -> tuple[Mapping[str, Any], ...]:
        naming = (
            select(lifted.c.lift_seq, ledger.c.id)
            .join(ledger, ledger.c.seq == lifted.c.opt_out_seq)
            .where(lifted.c.lift_seq.in_([row.seq for row in rows]))
            .order_by(ledger.c.seq)
        )
        named = await self._database.rows(naming, LOG_DEADLINE_S) if rows else ()
        kept = ("id", "tenant", "source", "actor", "recorded_at", "note", "evidence")
        return tuple(
            {name: getattr(row, name) for name in kept} | {"names": [n.id for n in named if n.lift_seq == row.seq]}
            for row in rows
        )


def _source(wanted: Filter) -> tuple[FromClause, ColumnElement[datetime], ColumnElement[str]]:
    """Where to read, and what stands in for time and id: by reason, the reasons' own index gives the order."""
    if not wanted.reason:
        return decision, decision.c.decided_at, decision.c.id
    joined = decision_reason.join(decision, decision.c.id == decision_reason.c.decision_id)
    return joined, decision_reason.c.decided_at, decision_reason.c.decision_id


def _conditions(wanted: Filter, decided_at: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    equal = {
        decision.c.tenant: wanted.tenant,
        decision.c.verdict: wanted.verdict,
        decision_reason.c.reason: wanted.reason,
        decision.c.called: wanted.to,
        decision.c.calling: wanted.sender,
        decision.c.campaign: wanted.campaign,
        decision.c.channel: wanted.channel,
        decision.c.key: wanted.key,
    }
    conditions = [column == value for column, value in equal.items() if value]
    if wanted.since:
        conditions.append(decided_at >= wanted.since)
    if wanted.until:
        conditions.append(decided_at < wanted.until)
    return conditions


def decision_row(row: Row[Any], events: Sequence[Event] = ()) -> DecisionRow:
    return DecisionRow(
        id=row.id,
        tenant=row.tenant,
        chain_seq=row.chain_seq,
        chain_hash=row.chain_hash.hex(),
        decided_at=row.decided_at,
        body=json.loads(row.body),
        events=tuple(events),
    )


def _cursor(row: Row[Any]) -> str:
    return f"{(row.decided_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    read = _CURSOR.match(cursor)
    if read is None:
        raise BadRequestError("cursor is not one that a listing gave.")
    return _EPOCH + timedelta(microseconds=int(read[1])), read[2]
