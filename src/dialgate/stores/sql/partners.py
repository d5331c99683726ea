"""Partners and their feeds on SQL: the tenant's part of the ledger as changes, and how far each partner has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import ConflictError, NotFoundError
from dialgate.app.feeds import MOST_COUNTED, Behind, FeedItem, FeedPage, Partner
from dialgate.domain.scope import read
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import LOG_DEADLINE_S, Database
from dialgate.stores.sql.ledger import released
from dialgate.stores.sql.schema.directory import tenant as tenants
from dialgate.stores.sql.schema.hearing import partner
from dialgate.stores.sql.schema.ledger import ledger

_LIVE = partner.c.removed_at.is_(None)
_NOT_TAKEN = (ledger.c.tenant == partner.c.tenant) & (ledger.c.seq > partner.c.acknowledged)
_OLDEST = select(ledger.c.recorded_at).where(_NOT_TAKEN).order_by(ledger.c.seq).limit(1).scalar_subquery()
_HEAD = select(func.coalesce(func.max(ledger.c.seq), 0)).where(ledger.c.tenant == partner.c.tenant).scalar_subquery()


class SqlPartners:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def create(self, made: Partner) -> None:
        """One that was removed leaves its name free: whoever takes it begins anew."""
        row = {
            "tenant": made.tenant,
            "name": made.name,
            "push_url": made.push_url,
            "secret": self._cipher.seal(made.secret),
            "max_lag_s": made.max_lag_s,
            "suspends": made.suspends,
            "acknowledged": made.acknowledged,
            "acknowledged_at": made.acknowledged_at,
            "problem": made.problem,
            "next_at": made.next_at,
            "created_at": made.created_at,
            "removed_at": None,
        }

        async def work(connection: AsyncConnection) -> None:
            locked = select(tenants.c.name).where(tenants.c.name == made.tenant).with_for_update()
            if (await connection.execute(locked)).first() is None:
                raise NotFoundError("There is no such tenant.")
            own = _own(made.tenant, made.name)
            known = (await connection.execute(select(partner.c.removed_at).where(own))).first()
            if known is None:
                await connection.execute(insert(partner).values(row))
            elif known.removed_at is None:
                raise ConflictError("This tenant has a partner of that name already.")
            else:
                await connection.execute(update(partner).where(own).values(row))

        await self._database.write(work)

    async def remove(self, tenant: str, name: str, at: datetime) -> None:
        removing = update(partner).where(_own(tenant, name), _LIVE).values(removed_at=at)
        if not await self._database.execute(removing):
            raise NotFoundError("This tenant has no such partner.")

    async def get(self, tenant: str, name: str) -> Partner | None:
        rows = await self._database.rows(select(partner).where(_own(tenant, name), _LIVE))
        return self._partner(rows[0]) if rows else None

    async def behind(self, tenant: str = "") -> list[Behind]:
        """Costs a look into an index for each partner, and no more than `MOST_COUNTED` entries of it."""
        statement = select(partner, _OLDEST.label("oldest_at"), _HEAD.label("head")).where(_LIVE)
        if tenant:
            statement = statement.where(partner.c.tenant == tenant)
        rows = await self._database.rows(statement.order_by(partner.c.tenant, partner.c.name))
        return [Behind(self._partner(row), row.head, await self._counted(row), row.oldest_at) for row in rows]

    async def _counted(self, row: Row[Any]) -> int:
        if row.oldest_at is None:
            return 0
        waiting = select(ledger.c.seq).where(ledger.c.tenant == row.tenant, ledger.c.seq > row.acknowledged)
        counting = select(func.count().label("behind")).select_from(waiting.limit(MOST_COUNTED).subquery())
        (found,) = await self._database.rows(counting)
        return int(found.behind)

    async def to_push(self, now: datetime) -> list[Partner]:
        waiting = select(ledger.c.seq).where(_NOT_TAKEN).exists()
        turn = partner.c.next_at.is_(None) | (partner.c.next_at <= now)
        statement = select(partner).where(_LIVE, partner.c.push_url != "", turn, waiting)
        return [self._partner(row) for row in await self._database.rows(statement)]

    async def page(self, tenant: str, after: int, limit: int) -> FeedPage:
        own = ledger.c.tenant == tenant

        async def work(connection: AsyncConnection) -> FeedPage:
            head: int = (
                await connection.execute(select(func.coalesce(func.max(ledger.c.seq), 0)).where(own))
            ).scalar_one()
            if after > head:
                raise ConflictError(f"The feed ends at position {head}: it never gave {after}. Begin again with 0.")
            wanted = select(ledger).where(own, ledger.c.seq > after, ledger.c.seq <= head)
            rows = (await connection.execute(wanted.order_by(ledger.c.seq).limit(limit))).all()
            freed = await released(connection, [row.seq for row in rows if row.kind == "lift"])
            items = []
            for row in rows:
                if row.kind == "opt_out":
                    items.append(_item(row, row.scope, "block"))
                else:
                    items += [_item(row, entry.scope, "release") for entry in freed.get(row.seq, ())]
            return FeedPage(tuple(items), rows[-1].seq if len(rows) == limit else head, head)

        return await self._database.read(work, LOG_DEADLINE_S)

    async def acknowledge(self, tenant: str, name: str, position: int, at: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            own = _own(tenant, name) & _LIVE
            known = await connection.execute(select(partner.c.acknowledged, _HEAD.label("head")).where(own))
            row = known.first()
            if row is None:
                raise NotFoundError("This tenant has no such partner.")
            if position > row.head:
                raise ConflictError(f"The feed ends at position {row.head}: acknowledge only what it gave.")
            taken = case((partner.c.acknowledged < position, position), else_=partner.c.acknowledged)
            values = {"acknowledged": taken, "acknowledged_at": at, "problem": "", "next_at": None}
            await connection.execute(update(partner).where(own).values(values))

        await self._database.write(work)

    async def failed(self, tenant: str, name: str, problem: str, next_at: datetime) -> None:
        values = {"problem": problem, "next_at": next_at}
        await self._database.execute(update(partner).where(_own(tenant, name), _LIVE).values(values))

    def _partner(self, row: Row[Any]) -> Partner:
        return Partner(
            tenant=row.tenant,
            name=row.name,
            push_url=row.push_url,
            secret=self._cipher.unseal(row.secret),
            max_lag_s=row.max_lag_s,
            suspends=row.suspends,
            created_at=row.created_at,
            acknowledged=row.acknowledged,
            acknowledged_at=row.acknowledged_at,
            problem=row.problem,
            next_at=row.next_at,
        )


def _own(tenant: str, name: str) -> ColumnElement[bool]:
    return (partner.c.tenant == tenant) & (partner.c.name == name)


def _item(row: Row[Any], scope: str, action: Literal["block", "release"]) -> FeedItem:
    return FeedItem(
        position=row.seq,
        action=action,
        number=row.member,
        scope=read(scope),
        source=row.source,
        at=row.recorded_at,
        id=row.id,
    )
