"""Notices and partners in memory, for what stands on their ports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialgate.app.errors import BadRequestError, ConflictError, LedgerUnavailableError, NotFoundError
from dialgate.app.feeds import Behind, FeedItem, FeedPage, Partner
from dialgate.app.telling import Notice, NoticeFilter, NoticePage, Tried


@dataclass(slots=True)
class MemoryNotices:
    """`coming`: what the ledger has got and nobody has looked at, in batches."""

    coming: list[list[Notice]] = field(default_factory=list)
    kept: dict[str, Notice] = field(default_factory=dict)
    attempts: dict[str, list[Tried]] = field(default_factory=dict)
    down: bool = False

    async def take_in(self, at: datetime) -> bool:
        if self.coming:
            self.kept |= {one.id: one for one in self.coming.pop(0)}
        return bool(self.coming)

    async def due(self, now: datetime, without: Collection[str], limit: int) -> Sequence[Notice]:
        waiting = [one for one in self.kept.values() if one.next_at is not None and one.next_at <= now]
        return [one for one in waiting if one.tenant not in without][:limit]

    async def tried(self, notice: Notice, tried: Tried, next_at: datetime | None) -> None:
        if self.down:
            raise LedgerUnavailableError("The ledger did not answer.")
        self.attempts.setdefault(notice.id, []).append(tried)
        delivered_at = None if tried.problem else tried.at
        self.kept[notice.id] = replace(self.kept[notice.id], next_at=next_at, delivered_at=delivered_at)

    async def listing(self, wanted: NoticeFilter, limit: int, cursor: str = "") -> NoticePage:
        if cursor and not cursor.isdecimal():
            raise BadRequestError("cursor is not one that a listing gave.")
        found = [
            one
            for one in reversed(self.kept.values())
            if wanted.tenant in {"", one.tenant} and wanted.kind in {"", one.kind} and wanted.state in {"", one.state}
        ]
        end = int(cursor or 0) + limit
        return NoticePage(tuple(found[int(cursor or 0) : end]), str(end) if len(found) > end else "")

    async def get(self, id_: str) -> tuple[Notice, Sequence[Tried]] | None:
        found = self.kept.get(id_)
        return None if found is None else (found, self.attempts.get(id_, []))

    async def replay(self, id_: str, at: datetime) -> None:
        if id_ not in self.kept:
            raise NotFoundError("There is no such notice.")
        self.kept[id_] = replace(self.kept[id_], begun_at=at, next_at=at, delivered_at=None)

    async def replay_given_up(self, tenant: str, since: datetime, at: datetime) -> int:
        given_up = [one for one in self.kept.values() if one.state == "given_up" and tenant in {"", one.tenant}]
        wanted = [one.id for one in given_up if one.made_at >= since]
        for id_ in wanted:
            await self.replay(id_, at)
        return len(wanted)


@dataclass(slots=True)
class MemoryPartners:
    kept: dict[tuple[str, str], Partner] = field(default_factory=dict)
    feeds: dict[str, list[FeedItem]] = field(default_factory=dict)
    """By tenant, in order."""
    empty: int = 0
    """Rows at the end of each feed that change nothing."""
    down: bool = False

    async def create(self, partner: Partner) -> None:
        if (partner.tenant, partner.name) in self.kept:
            raise ConflictError("This tenant has a partner of that name already.")
        self.kept[partner.tenant, partner.name] = partner

    async def remove(self, tenant: str, name: str, at: datetime) -> None:
        self._known(tenant, name)
        del self.kept[tenant, name]

    async def get(self, tenant: str, name: str) -> Partner | None:
        return self.kept.get((tenant, name))

    async def behind(self, tenant: str = "") -> Sequence[Behind]:
        if self.down:
            raise LedgerUnavailableError("The ledger did not answer.")
        return [self._behind(one) for one in self.kept.values() if tenant in {"", one.tenant}]

    async def to_push(self, now: datetime) -> Sequence[Partner]:
        pushed = [one for one in self.kept.values() if one.push_url and self.head(one.tenant) > one.acknowledged]
        return [one for one in pushed if one.next_at is None or one.next_at <= now]

    async def page(self, tenant: str, after: int, limit: int) -> FeedPage:
        head = self.head(tenant)
        if after > head:
            raise ConflictError(f"The feed ends at position {head}: it never gave {after}. Begin again with 0.")
        found = [item for item in self.feeds.get(tenant, []) if item.position > after]
        page = tuple(found[:limit])
        return FeedPage(page, page[-1].position if len(found) > limit else head, head)

    async def acknowledge(self, tenant: str, name: str, position: int, at: datetime) -> None:
        one = self._known(tenant, name)
        if position > self.head(tenant):
            raise ConflictError("The feed ends before that.")
        taken = max(one.acknowledged, position)
        self.kept[tenant, name] = replace(one, acknowledged=taken, acknowledged_at=at, problem="", next_at=None)

    async def failed(self, tenant: str, name: str, problem: str, next_at: datetime) -> None:
        self.kept[tenant, name] = replace(self._known(tenant, name), problem=problem, next_at=next_at)

    def head(self, tenant: str) -> int:
        feed = self.feeds.get(tenant)
        return (feed[-1].position if feed else 0) + self.empty

    def _known(self, tenant: str, name: str) -> Partner:
        if (tenant, name) not in self.kept:
            raise NotFoundError("This tenant has no such partner.")
        return self.kept[tenant, name]

    def _behind(self, one: Partner) -> Behind:
        waiting = [item for item in self.feeds.get(one.tenant, []) if item.position > one.acknowledged]
        return Behind(one, self.head(one.tenant), len(waiting), waiting[0].at if waiting else None)
