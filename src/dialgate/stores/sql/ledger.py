"""The ledger port on SQL: rows are numbered under the partition's lock, and never change.

Knows nothing of the index beyond what a row adds to it and takes from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import ConflictError
from dialgate.app.ports import LedgerView
from dialgate.domain import scope
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, OptOut, Source, revocation_id
from dialgate.domain.numbers import E164, Callee
from dialgate.domain.scope import REVOKED_KEYS, ScopeName
from dialgate.stores.sql import listed
from dialgate.stores.sql.database import LOG_DEADLINE_S, Database
from dialgate.stores.sql.schema.ledger import PARTITION, ledger, lifted, partition

BATCH = 10_000
_HERE = partition.c.id == PARTITION
_IS_OPT_OUT = ledger.c.kind == "opt_out"
_VIEW = select(partition.c.generation, partition.c.head, partition.c.watermark).where(_HERE)
_LOCKED_HEAD = select(partition.c.head).where(_HERE).with_for_update()

NewRow = dict[str, Any]
"""A ledger row without its sequence."""


class SqlLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def view(self) -> LedgerView:
        (row,) = await self._database.rows(_VIEW)
        return LedgerView(row.generation, row.head, row.watermark)

    async def record_opt_out(self, opt_out: OptOut) -> int:
        """Errors: also `ConflictError` if the id stands for something else."""
        return await self._record(opt_out_row(opt_out))

    async def record_opt_outs(self, opt_outs: Sequence[OptOut]) -> list[Change]:
        async def work(connection: AsyncConnection) -> list[Change]:
            head = await lock_head(connection)
            return await listed.add(connection, await listed.unknown(connection, opt_outs), head)

        return await self._database.write(work)

    async def unknown(self, opt_outs: Sequence[OptOut]) -> list[OptOut]:
        return await self._database.read(lambda connection: listed.unknown(connection, opt_outs))

    async def record_lift(self, lift: Lift) -> int:
        """Errors: also `ConflictError` if it names anything but opt-outs of its number and tenant in the ledger."""

        async def work(connection: AsyncConnection) -> int:
            before = await lock_head(connection)
            seq = (await append(connection, [_lift_row(lift)]))[lift.id]
            if seq > before:
                await _name(connection, lift, seq)
            return seq

        return await self._database.write(work)

    async def record_key_revoked(self, sid: str, actor: str, at: datetime) -> int:
        return await self._record(_key_row(sid, actor, at))

    async def changes(self, after: int, limit: int) -> list[Change]:
        async def work(connection: AsyncConnection) -> list[Change]:
            rows = (
                await connection.execute(
                    select(ledger.c.seq, ledger.c.id, ledger.c.kind, ledger.c.scope, ledger.c.member)
                    .where(ledger.c.seq > after)
                    .order_by(ledger.c.seq)
                    .limit(limit)
                )
            ).all()
            freed = await released(connection, [row.seq for row in rows if row.kind == "lift"])
            return [
                Change(row.seq, row.id, remove=tuple(freed.get(row.seq, ())))
                if row.kind == "lift"
                else Change(row.seq, row.id, add=(Entry(ScopeName(row.scope), row.member),))
                for row in rows
            ]

        return await self._database.read(work)

    async def effective(self, head: int) -> AsyncIterator[Sequence[Entry]]:
        place = tuple_(ledger.c.scope, ledger.c.member)
        last = ("", "")
        while True:
            statement = (
                select(ledger.c.scope, ledger.c.member)
                .distinct()
                .where(ledger.c.seq <= head, ledger.c.kind != "lift", ~lifted_by(head), place > tuple_(*last))
                .order_by(ledger.c.scope, ledger.c.member)
                .limit(BATCH)
            )
            rows = await self._database.rows(statement)
            if not rows:
                return
            yield [Entry(ScopeName(row.scope), row.member) for row in rows]
            last = (rows[-1].scope, rows[-1].member)

    async def opt_outs_of(self, tenant: str, number: Callee) -> list[OptOut]:
        statement = (
            select(ledger)
            .where(_IS_OPT_OUT, ledger.c.member == number, ledger.c.tenant == tenant, ~lifted_by())
            .order_by(ledger.c.seq)
        )
        return [opt_out_of(row) for row in await self._database.rows(statement)]

    async def ended(self, after: datetime, now: datetime, limit: int) -> list[OptOut]:
        statement = (
            select(ledger)
            .where(_IS_OPT_OUT, ledger.c.ends_at > after, ledger.c.ends_at <= now, ~lifted_by())
            .order_by(ledger.c.ends_at)
            .limit(limit)
        )
        return [opt_out_of(row) for row in await self._database.rows(statement, LOG_DEADLINE_S)]

    async def sequences(self, ids: Sequence[str]) -> dict[str, int]:
        return await self._database.read(lambda connection: _sequences(connection, ids))

    async def _record(self, row: NewRow) -> int:
        return (await self._database.write(lambda connection: append(connection, [row])))[row["id"]]


async def lock_head(connection: AsyncConnection) -> int:
    """The newest sequence; no other row is numbered until this transaction ends."""
    head: int = (await connection.execute(_LOCKED_HEAD)).scalar_one()
    return head


async def append(connection: AsyncConnection, rows: Sequence[NewRow]) -> dict[str, int]:
    """The sequences of `rows` by id, in their order; those that are there already keep theirs and take no new one.

    Errors: `ConflictError` if an id stands for another row.
    """
    head = await lock_head(connection)
    known = await _sequences(connection, [row["id"] for row in rows])
    fresh = list({row["id"]: row for row in rows if row["id"] not in known}.values())
    if fresh:
        numbered = [{"seq": seq, **row} for seq, row in enumerate(fresh, start=head + 1)]
        await connection.execute(insert(ledger), numbered)
        await connection.execute(update(partition).where(_HERE).values(head=head + len(fresh)))
        known |= {row["id"]: row["seq"] for row in numbered}
    if len(fresh) < len(rows):
        await _same(connection, rows)
    return known


def opt_out_row(opt_out: OptOut) -> NewRow:
    return _said(opt_out) | {
        "kind": "opt_out",
        "tenant": opt_out.scope.tenant,
        "scope": opt_out.scope.name,
        "occurred_at": opt_out.occurred_at,
        "ends_at": opt_out.ends_at,
    }


def opt_out_of(row: Row[Any]) -> OptOut:
    return OptOut(
        id=OptOutId(row.id),
        number=E164(row.member),
        scope=scope.read(row.scope),
        source=Source(row.source),
        actor=row.actor,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        note=row.note,
        evidence=row.evidence,
        ends_at=row.ends_at,
    )


def lifted_by(head: int | None = None) -> ColumnElement[bool]:
    """Whether a lift (up to `head`) names the ledger row."""
    named = exists().where(lifted.c.opt_out_seq == ledger.c.seq)
    return named if head is None else named.where(lifted.c.lift_seq <= head)


def _lift_row(lift: Lift) -> NewRow:
    return _said(lift) | {"kind": "lift", "tenant": lift.tenant, "scope": "", "occurred_at": lift.recorded_at}


def _key_row(sid: str, actor: str, at: datetime) -> NewRow:
    empty = dict.fromkeys(("tenant", "source", "note", "evidence"), "")
    times = {"occurred_at": at, "recorded_at": at}
    return (
        {"id": revocation_id(sid), "kind": "key_revoked", "scope": REVOKED_KEYS, "member": sid, "actor": actor}
        | empty
        | times
    )


def _said(said: OptOut | Lift) -> NewRow:
    return {
        "id": said.id,
        "member": said.number,
        "source": said.source.value,
        "actor": said.actor,
        "recorded_at": said.recorded_at,
        "note": said.note,
        "evidence": said.evidence,
    }


async def _sequences(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(ids), BATCH):
        statement = select(ledger.c.id, ledger.c.seq).where(ledger.c.id.in_(ids[start : start + BATCH]))
        found |= {row.id: row.seq for row in await connection.execute(statement)}
    return found


async def renamed(connection: AsyncConnection, rows: Sequence[NewRow]) -> list[NewRow]:
    """Rows whose id stands for another row get an id of their own, made from what they say, so that a repeat gets the
    same: an opt-out that was acknowledged is never lost for its name, and never keeps those behind it waiting.
    """
    known = {
        row.id: (row.kind, row.scope, row.member)
        for row in await connection.execute(
            select(ledger.c.id, ledger.c.kind, ledger.c.scope, ledger.c.member).where(
                ledger.c.id.in_([row["id"] for row in rows])
            )
        )
    }
    said: dict[str, tuple[str, str, str]] = dict(known)
    out = []
    for row in rows:
        what = (row["kind"], row["scope"], row["member"])
        if said.setdefault(row["id"], what) == what:
            out.append(row)
        else:
            digest = hashlib.sha256("\n".join(what).encode()).hexdigest()[:16]
            out.append({**row, "id": f"{row['id']}.{digest}"})
    return out


async def _same(connection: AsyncConnection, rows: Sequence[NewRow]) -> None:
    """An id that was used for another row would acknowledge what is nowhere recorded."""
    for row in rows:
        statement = select(ledger.c.kind, ledger.c.scope, ledger.c.member).where(ledger.c.id == row["id"])
        if tuple((await connection.execute(statement)).one()) != (row["kind"], row["scope"], row["member"]):
            raise ConflictError(f"The id {row['id']} stands for another row of the ledger.")


async def _name(connection: AsyncConnection, lift: Lift, seq: int) -> None:
    statement = select(ledger.c.seq).where(
        _IS_OPT_OUT, ledger.c.id.in_(lift.names), ledger.c.member == lift.number, ledger.c.tenant == lift.tenant
    )
    named = (await connection.execute(statement)).scalars().all()
    if not named or len(named) != len(set(lift.names)):
        raise ConflictError("A lift names opt-outs of its own number and tenant that are in the ledger, at least one.")
    await connection.execute(insert(lifted), [{"opt_out_seq": opt_out_seq, "lift_seq": seq} for opt_out_seq in named])


async def released(connection: AsyncConnection, lifts: Sequence[int]) -> dict[int, list[Entry]]:
    """What each of these lifts leaves without any unnamed opt-out, as of the lift itself."""
    if not lifts:
        return {}
    other, naming = ledger.alias(), lifted.alias()
    still_named = (
        exists()
        .where(naming.c.opt_out_seq == other.c.seq, naming.c.lift_seq <= lifted.c.lift_seq)
        .correlate(other, lifted)
    )
    still_held = (
        exists()
        .where(
            other.c.scope == ledger.c.scope,
            other.c.member == ledger.c.member,
            other.c.seq < lifted.c.lift_seq,
            ~still_named,
        )
        .correlate(ledger, lifted)
    )
    statement = (
        select(lifted.c.lift_seq, ledger.c.scope, ledger.c.member)
        .distinct()
        .join(ledger, ledger.c.seq == lifted.c.opt_out_seq)
        .where(lifted.c.lift_seq.in_(lifts), ~still_held)
        .order_by(lifted.c.lift_seq, ledger.c.scope)
    )
    freed: dict[int, list[Entry]] = {}
    for row in await connection.execute(statement):
        freed.setdefault(row.lift_seq, []).append(Entry(ScopeName(row.scope), row.member))
    return freed
