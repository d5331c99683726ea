"""Notices on SQL: made from the ledger and from open reviews, kept with every attempt."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.telling import (
    UNTOLD,
    Notice,
    NoticeFilter,
    NoticePage,
    Tried,
    made,
    of_lift,
    of_opt_out,
    scope_told,
)
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope, read
from dialgate.stores.sql.database import LOG_DEADLINE_S, Database, insert_new
from dialgate.stores.sql.ledger import opt_out_of, released
from dialgate.stores.sql.schema.directory import tenant as tenants
from dialgate.stores.sql.schema.hearing import bookmark, notice, notice_attempt, review
from dialgate.stores.sql.schema.ledger import PARTITION, ledger, lifted, partition

BOOKMARK = "notices"
"""A sequence of the ledger: up to there it is told of."""
BATCH = 1_000

_MARK = bookmark.c.name == BOOKMARK
_HEAD = select(partition.c.head).where(partition.c.id == PARTITION).scalar_subquery()
_TOLD = tenants.c.notice_url != ""
_TELLING = ledger.c.source.not_in([source.value for source in UNTOLD])
_UNSEEN = ~exists().where(notice.c.id == "review." + review.c.id)
_STATES: dict[str, ColumnElement[bool]] = {
    "waiting": notice.c.next_at.is_not(None),
    "delivered": notice.c.next_at.is_(None) & notice.c.delivered_at.is_not(None),
    "given_up": notice.c.next_at.is_(None) & notice.c.delivered_at.is_(None),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([!-~]{1,300})", re.ASCII)


class SqlNotices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_in(self, at: datetime) -> bool:
        """Looks first, and writes only where there is something new: it is asked twice a second."""
        unseen = _open_reviews(at).exists().label("unseen")
        (row,) = await self._database.rows(select(bookmark.c.place, _HEAD.label("head"), unseen).where(_MARK))
        if int(row.place) == row.head and not row.unseen:
            return False
        return await self._database.write(lambda connection: self._take_in(connection, at))

    async def _take_in(self, connection: AsyncConnection, at: datetime) -> bool:
        place = int((await connection.execute(select(bookmark.c.place).where(_MARK).with_for_update())).scalar_one())
        head: int = (await connection.execute(select(_HEAD))).scalar_one()
        rows = (
            await connection.execute(
                select(ledger)
                .join(tenants, (tenants.c.name == ledger.c.tenant) & _TOLD)
                .where(ledger.c.seq > place, ledger.c.seq <= head, _TELLING)
                .order_by(ledger.c.seq)
                .limit(BATCH)
            )
        ).all()
        reviews = (await connection.execute(_open_reviews(at).limit(BATCH))).all()
        found = [*await _of_ledger(connection, rows, at), *(_of_review(row, at) for row in reviews)]
        if found:
            await connection.execute(insert_new(self._database.backend, notice), [_row(one) for one in found])
        more = len(rows) == BATCH
        await connection.execute(update(bookmark).where(_MARK).values(place=str(rows[-1].seq if more else head)))
        return more or len(reviews) == BATCH

    async def due(self, now: datetime, without: Collection[str], limit: int) -> list[Notice]:
        statement = (
            select(notice)
            .where(notice.c.next_at.is_not(None), notice.c.next_at <= now, notice.c.tenant.not_in(without))
            .order_by(notice.c.next_at, notice.c.tenant)
            .limit(limit)
        )
        return [_notice(row) for row in await self._database.rows(statement)]

    async def tried(self, told: Notice, tried: Tried, next_at: datetime | None) -> None:
        async def work(connection: AsyncConnection) -> None:
            own = notice.c.id == told.id
            await connection.execute(select(notice.c.id).where(own).with_for_update())
            number = select(func.coalesce(func.max(notice_attempt.c.number), 0) + 1).where(
                notice_attempt.c.notice_id == told.id
            )
            row = {
                "notice_id": told.id,
                "number": (await connection.execute(number)).scalar_one(),
                "tried_at": tried.at,
                "status": tried.status,
                "problem": tried.problem,
            }
            await connection.execute(insert(notice_attempt).values(row))
            values = {"next_at": next_at} if tried.problem else {"next_at": None, "delivered_at": tried.at}
            again = notice.c.begun_at == told.begun_at  # not what was asked to be replayed meanwhile
            await connection.execute(update(notice).where(own, again, notice.c.next_at.is_not(None)).values(values))

        await self._database.write(work)

    async def listing(self, wanted: NoticeFilter, limit: int, cursor: str = "") -> NoticePage:
        conditions = [
            *([notice.c.tenant == wanted.tenant] if wanted.tenant else []),
            *([notice.c.kind == wanted.kind] if wanted.kind else []),
            *([_STATES[wanted.state]] if wanted.state else []),
        ]
        if cursor:
            at, last = _read_cursor(cursor)
            conditions.append((notice.c.made_at < at) | ((notice.c.made_at == at) & (notice.c.id < last)))
        order = (notice.c.made_at.desc(), notice.c.id.desc())
        rows = await self._database.rows(
            select(notice).where(*conditions).order_by(*order).limit(limit + 1), LOG_DEADLINE_S
        )
        more = len(rows) > limit
        return NoticePage(tuple(_notice(row) for row in rows[:limit]), _cursor(rows[limit - 1]) if more else "")

    async def get(self, id_: str) -> tuple[Notice, Sequence[Tried]] | None:
        found = await self._database.rows(select(notice).where(notice.c.id == id_))
        if not found:
            return None
        attempts = await self._database.rows(
            select(notice_attempt).where(notice_attempt.c.notice_id == id_).order_by(notice_attempt.c.number)
        )
        return _notice(found[0]), [Tried(row.tried_at, row.status, row.problem) for row in attempts]

    async def replay(self, id_: str, at: datetime) -> None:
        if not await self._database.execute(_again(at).where(notice.c.id == id_)):
            raise NotFoundError("There is no such notice.")

    async def replay_given_up(self, tenant: str, since: datetime, at: datetime) -> int:
        wanted = _again(at).where(_STATES["given_up"], notice.c.made_at >= since)
        return await self._database.execute(wanted.where(notice.c.tenant == tenant) if tenant else wanted)


def _open_reviews(at: datetime) -> Select[Any]:
    """That nobody has been told of: a person must decide. `at`: of the look, so that a clock that was ahead waits."""
    return (
        select(review)
        .join(tenants, (tenants.c.name == review.c.tenant) & _TOLD)
        .where(review.c.decided_at.is_(None), review.c.asked_at <= at, _UNSEEN)
    )


async def _of_ledger(connection: AsyncConnection, rows: Sequence[Row[Any]], at: datetime) -> list[Notice]:
    lifts = [row.seq for row in rows if row.kind == "lift"]
    freed = await released(connection, lifts)
    names = await _named(connection, lifts)
    found = []
    for row in rows:
        if row.kind == "opt_out":
            found.append(of_opt_out(opt_out_of(row), at))
        elif row.kind == "lift":
            scopes = [read(entry.scope) for entry in freed.get(row.seq, ())]
            found.append(of_lift(_lift(row, names.get(row.seq, [])), scopes, at))
    return found


async def _named(connection: AsyncConnection, lifts: Sequence[int]) -> dict[int, list[OptOutId]]:
    found: dict[int, list[OptOutId]] = {}
    if lifts:
        naming = (
            select(lifted.c.lift_seq, ledger.c.id)
            .join(ledger, ledger.c.seq == lifted.c.opt_out_seq)
            .where(lifted.c.lift_seq.in_(lifts))
            .order_by(ledger.c.seq)
        )
        for row in await connection.execute(naming):
            found.setdefault(row.lift_seq, []).append(OptOutId(row.id))
    return found


def _lift(row: Row[Any], names: Sequence[OptOutId]) -> Lift:
    return Lift(
        id=OptOutId(row.id),
        number=E164(row.member),
        tenant=row.tenant,
        names=tuple(names),
        source=Source(row.source),
        actor=row.actor,
        recorded_at=row.recorded_at,
        evidence=row.evidence,
    )


def _of_review(row: Row[Any], at: datetime) -> Notice:
    """Never what the person wrote."""
    body = {
        "number": row.number,
        "scope": scope_told(Scope(row.tenant)),
        "source": Source.SMS.value,
        "review": row.id,
        "held": row.held,
        "evidence": row.evidence,
        "confidence": row.confidence,
    }
    return made("review", row.id, row.tenant, row.asked_at, body, at)


def _again(at: datetime) -> Update:
    return update(notice).values(begun_at=at, next_at=at, delivered_at=None)


def _row(one: Notice) -> dict[str, Any]:
    return {
        "id": one.id,
        "tenant": one.tenant,
        "kind": one.kind,
        "body": one.body,
        "made_at": one.made_at,
        "begun_at": one.begun_at,
        "next_at": one.next_at,
        "delivered_at": one.delivered_at,
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(row.id, row.tenant, row.kind, row.body, row.made_at, row.begun_at, row.next_at, row.delivered_at)


def _cursor(row: Row[Any]) -> str:
    return f"{(row.made_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadRequestError("cursor is not one that a listing gave.")
    return _EPOCH + timedelta(microseconds=int(found[1])), found[2]
