"""The decision sink on SQL: what the journals ship, once each, in a hash chain per tenant; and what is still open."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.ports import Kept
from dialgate.app.records import NAMING, Kind, Record, is_name, kept_until, opt_out_of, reservation_of
from dialgate.stores.sql.canonical import GENESIS, canonical, link
from dialgate.stores.sql.database import DEADLINE_S, LOG_DEADLINE_S, Database, insert_new
from dialgate.stores.sql.ledger import append, opt_out_row, renamed
from dialgate.stores.sql.schema import chain, decision, decision_event, decision_reason, resource, review
from dialgate.stores.sql.schema.columns import storable

IDS = 10_000
"""In one statement; PostgreSQL and SQLite take three times as many."""
KEPT = 1_000
PER_RECORD_S = 0.002

UNSAID = timedelta(hours=25)
"""What a gate wrote that did not say until when it counts: the 24 h of a queued call, and an hour for clocks."""

_NO_EVENTS = frozenset({Kind.DECISION, Kind.OPT_OUT, Kind.REVIEW})
_Rows = list[dict[str, Any]]
_BY_TIME = (decision.c.decided_at, decision.c.id)
_BY_END = (decision.c.kept_until, *_BY_TIME)


class SqlDecisionSink:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ship(self, records: Sequence[Record]) -> None:
        """SQLite has one writer: a batch keeps opt-outs waiting as long as it takes, so 1,000 are enough for one."""
        decisions = {record.id: record for record in records if record.kind is Kind.DECISION}
        opt_outs = [opt_out_row(opt_out_of(record)) for record in records if record.kind is Kind.OPT_OUT]
        review_rows = [_review_row(record) for record in records if record.kind is Kind.REVIEW]
        events = [record for record in records if record.kind not in _NO_EVENTS]
        bodies = {decision_id: canonical(record.body) for decision_id, record in decisions.items()}
        event_rows = [_event_row(record) for record in events]
        resource_rows = [_resource_row(record) for record in events if is_name(record.kind, record.body)]

        async def work(connection: AsyncConnection) -> None:
            if decisions:
                await _add_links(connection, decisions, bodies)
            await _insert_new(connection, decision_event, event_rows)
            await _insert_new(connection, resource, resource_rows)
            await _insert_new(connection, review, review_rows)
            if opt_outs:
                # last: the ledger's row is locked for no longer than it must be
                await append(connection, await renamed(connection, opt_outs))

        await self._database.write(work, DEADLINE_S + PER_RECORD_S * len(records))

    async def kept(self, since: datetime, at: datetime) -> AsyncIterator[Sequence[Kept]]:
        """Both parts run along one index, so that what counts no longer costs nothing."""
        unsaid = decision.c.kept_until.is_(None) & (decision.c.decided_at >= max(since, at - UNSAID))
        counting = (decision.c.kept_until >= at) & (decision.c.decided_at >= since)
        for wanted, by in ((unsaid, _BY_TIME), (counting, _BY_END)):
            columns = (*_BY_END, decision.c.tenant, decision.c.body)
            first = select(*columns).where(decision.c.verdict == "allow", wanted).order_by(*by).limit(KEPT)
            page = first
            while rows := await self._database.rows(page, LOG_DEADLINE_S):
                events = await events_of(self._database, [row.id for row in rows])
                found = [_kept(row, events.get(row.id, ())) for row in rows]
                yield [kept for kept in found if kept is not None]
                last = tuple_(*(literal(getattr(rows[-1], column.name), column.type) for column in by))
                page = first.where(tuple_(*by) > last)


Event = tuple[str, datetime, Mapping[str, Any]]


async def events_of(database: Database, decision_ids: Sequence[str]) -> dict[str, tuple[Event, ...]]:
    """Of those that have any, oldest first."""
    found: dict[str, tuple[Event, ...]] = {}
    if not decision_ids:
        return found
    statement = (
        select(decision_event)
        .where(decision_event.c.decision_id.in_(decision_ids))
        .order_by(decision_event.c.happened_at, decision_event.c.kind)
    )
    for row in await database.rows(statement, LOG_DEADLINE_S):
        event = (row.kind, row.happened_at, json.loads(row.body))
        found[row.decision_id] = (*found.get(row.decision_id, ()), event)
    return found


def _kept(row: Row[Any], events: Sequence[Event]) -> Kept | None:
    """None: it counts for nothing, because nothing was sent."""
    body = json.loads(row.body)
    happened = {kind: said for kind, _, said in events}
    own = [said["carrier_sid"] for kind, said in happened.items() if is_name(kind, said)]
    if body["reservation"] is None or (Kind.RELEASED in happened and not own):
        return None
    sent = happened.get(Kind.SENT, {})
    answer = sent.get("answer")
    names = [said["carrier_sid"] for kind, said in happened.items() if kind in NAMING]
    return Kept(
        reservation=reservation_of(row.id, row.tenant, body["reservation"]),
        reserved_at_ms=body["reserved_at_ms"],
        carrier_sid=next(iter((*own, *names)), ""),
        open=happened.keys().isdisjoint({Kind.SETTLED, Kind.RECALLED, Kind.WINDOW_CLOSED}),
        answer=None if answer is None else b64decode(answer, validate=True),
    )


async def _add_links(connection: AsyncConnection, records: Mapping[str, Record], bodies: Mapping[str, str]) -> None:
    names = sorted({storable(record.tenant) for record in records.values()})
    start = [{"tenant": name, "seq": 0, "hash": GENESIS} for name in names]
    await _insert_new(connection, chain, start)
    locked = select(chain).where(chain.c.tenant.in_(names)).order_by(chain.c.tenant).with_for_update()
    heads = {row.tenant: (row.seq, row.hash) for row in await connection.execute(locked)}
    known = await _known(connection, list(records))
    rows: _Rows = []
    reasons: _Rows = []
    for record in records.values():
        if record.id in known:
            continue
        tenant = storable(record.tenant)
        seq, previous = heads[tenant]
        digest = link(previous, record.id, tenant, record.at, bodies[record.id])
        heads[tenant] = (seq + 1, digest)
        rows.append(_decision_row(record, bodies[record.id]) | {"chain_seq": seq + 1, "chain_hash": digest})
        reasons += _reason_rows(record)
    await _insert(connection, decision, rows)
    await _insert(connection, decision_reason, reasons)
    await connection.execute(
        update(chain).where(chain.c.tenant == bindparam("of")),
        [{"of": tenant, "seq": seq, "hash": digest} for tenant, (seq, digest) in heads.items()],
    )


async def _known(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), IDS):
        statement = select(decision.c.id).where(decision.c.id.in_(ids[start : start + IDS]))
        known.update((await connection.execute(statement)).scalars())
    return known


async def _insert(connection: AsyncConnection, table: Table, rows: _Rows) -> None:
    if rows:
        await connection.execute(insert(table), rows)


async def _insert_new(connection: AsyncConnection, table: Table, rows: _Rows) -> None:
    if rows:
        await connection.execute(insert_new(connection.dialect.name, table), rows)


def _decision_row(record: Record, body: str) -> dict[str, Any]:
    said = record.body
    return {
        "id": record.id,
        "tenant": record.tenant,
        "decided_at": record.at,
        "verdict": said["verdict"],
        "called": said["to"],
        "calling": said["from"],
        "campaign": said["campaign"],
        "channel": said["channel"],
        "key": said["key"],
        "region": said["region"],
        "kept_until": kept_until(said, record.at),
        "body": body,
    }


def _reason_rows(record: Record) -> _Rows:
    codes = dict.fromkeys(block["code"] for block in record.body["reasons"])
    common = {"decision_id": record.id, "tenant": record.tenant, "decided_at": record.at}
    return [{**common, "reason": code} for code in codes]


def _event_row(record: Record) -> dict[str, Any]:
    return {
        "decision_id": record.id,
        "kind": record.kind.value,
        "happened_at": record.at,
        "body": canonical(record.body),
    }


def _review_row(record: Record) -> dict[str, Any]:
    undecided = {"verdict": "", "decided_by": "", "decided_at": None}
    return {"id": record.id, "tenant": record.tenant, "asked_at": record.at, **record.body, **undecided}


def _resource_row(record: Record) -> dict[str, Any]:
    return {"carrier_sid": record.body["carrier_sid"], "tenant": record.tenant, "decision_id": record.id}
