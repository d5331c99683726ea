"""Partners that must not contact a tenant's people either: an outsourced call centre, a CRM.

Each follows the tenant's feed, the numbered changes of its part of the ledger, by pull or pushed to its server, and
acknowledges how far it has taken them over. It knows no table and no route.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, Protocol

from dialgate.app.outside import OutsideError
from dialgate.app.telling import scope_told, told_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.front import Pairs
    from dialgate.app.lanes import Lanes
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Chance, Clock
    from dialgate.domain.scope import Scope

VERSION = 1
MOST_ROWS = 1_000
"""Of one page: some tens of milliseconds, for which attempts and webhooks wait."""
MOST_PUSHED = 1_000
PAGES_A_TURN = 20
"""Pushed to one partner before another has its turn."""
MOST_COUNTED = 10_000
"""Rows that are counted of how far a partner is behind; more is told as this."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
_MARK = "whsec_"
SECRET_BYTES = 32
_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Partner:
    tenant: str
    name: str
    push_url: str
    """Empty: it pulls."""
    secret: str
    """`whsec_` and base64, as Standard Webhooks writes it; signs what is pushed."""
    max_lag_s: int
    suspends: bool
    """Whether its keys are suspended while it lags."""
    created_at: datetime
    acknowledged: int = 0
    """Position up to which it has taken everything over; 0: nothing."""
    acknowledged_at: datetime | None = None
    problem: str = ""
    """Of the last push, if it failed."""
    next_at: datetime | None = None
    """Of the next push after one that failed."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One thing that changed; a row of the ledger may change several."""

    position: int
    action: Literal["block", "release"]
    """`release`: no opt-out of exactly this scope holds the number any more."""
    number: str
    scope: Scope
    source: str
    at: datetime
    id: str
    """Of the opt-out or the lift."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    items: tuple[FeedItem, ...]
    next: int
    """Whoever has taken over the items acknowledges this position, and asks for what is after it."""
    head: int
    """Of the whole feed."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a partner is behind, as SQL sees it."""

    partner: Partner
    head: int
    rows: int
    """Not acknowledged; at most `MOST_COUNTED`."""
    oldest_at: datetime | None
    """When the oldest of them was recorded; None: it has everything."""

    def lag_s(self, now: datetime) -> float:
        """Age of the oldest row that is not acknowledged; of nobody longer than there has been such a partner."""
        if self.oldest_at is None:
            return 0.0
        return max(0.0, (now - max(self.oldest_at, self.partner.created_at)).total_seconds())


class Partners(Protocol):
    """Errors of every method: `LedgerUnavailableError`. A partner that was removed is nobody."""

    async def create(self, partner: Partner) -> None:
        """Errors: also `NotFoundError` for an unknown tenant, `ConflictError` if it has one of that name."""
        ...

    async def remove(self, tenant: str, name: str, at: datetime) -> None:
        """Errors: also `NotFoundError`."""
        ...

    async def get(self, tenant: str, name: str) -> Partner | None: ...

    async def behind(self, tenant: str = "") -> Sequence[Behind]:
        """All partners of this tenant, or of all, by name."""
        ...

    async def to_push(self, now: datetime) -> Sequence[Partner]:
        """Those with an address that have something to hear and are not waiting after a failure."""
        ...

    async def page(self, tenant: str, after: int, limit: int) -> FeedPage:
        """What changed after this position, in order; `limit` counts rows of the ledger, and none is split.
        Errors: also `ConflictError` for a position beyond the head.
        """
        ...

    async def acknowledge(self, tenant: str, name: str, position: int, at: datetime) -> None:
        """Never lowers it; ends what was wrong with pushing. Errors: also `NotFoundError`, and `ConflictError` for a
        position beyond the head of the feed.
        """
        ...

    async def failed(self, tenant: str, name: str, problem: str, next_at: datetime) -> None:
        """A push was not taken."""
        ...


class Pushing:
    def __init__(
        self, partners: Partners, directory: DirectoryCopy, outside: Outside, lanes: Lanes, clock: Clock, chance: Chance
    ) -> None:
        self._partners = partners
        self._directory = directory
        self._outside = outside
        self._lanes = lanes
        self._clock = clock
        self._chance = chance
        self._pauses: dict[tuple[str, str], float] = {}

    async def tick(self) -> None:
        """Offer a push to each partner that has something to hear; by one gate for all. Two at once would push some
        things twice, which their positions make harmless.
        """
        for one in await self._partners.to_push(self._clock.now()):
            await self._lanes.offer(one.tenant, f"push/{one.tenant}/{one.name}", partial(self._push, one))

    async def _push(self, one: Partner) -> None:
        after = one.acknowledged
        for _ in range(PAGES_A_TURN):
            page = await self._partners.page(one.tenant, after, MOST_PUSHED)
            problem = await self._told(one, after, page) if page.items else ""
            if problem:
                pause_s = min(self._pauses.get((one.tenant, one.name), FIRST_PAUSE_S / 2) * 2, LONGEST_PAUSE_S)
                self._pauses[one.tenant, one.name] = pause_s
                chosen_s = pause_s * (1 - self._chance(1)[0] / 1_024)
                await self._partners.failed(
                    one.tenant, one.name, problem, self._clock.now() + timedelta(seconds=chosen_s)
                )
                return
            self._pauses.pop((one.tenant, one.name), None)
            await self._partners.acknowledge(one.tenant, one.name, page.next, self._clock.now())
            if page.next >= page.head:
                return
            after = page.next

    async def _told(self, one: Partner, after: int, page: FeedPage) -> str:
        """Why it was not taken; empty: it was."""
        tenant = self._directory.now.tenants.get(one.tenant)
        if tenant is None:
            return "The tenant is not known here yet."
        body = json.dumps(document(page)).encode()
        headers = signed(one.secret, f"feed-{after}-{page.next}", self._clock.now(), body)
        try:
            told = await self._outside.tell(tenant, one.push_url, body, headers)
        except OutsideError as error:
            return str(error)
        return "" if told.status in _TAKEN else f"The server answered with status {told.status}; 2xx is taken."


def document(page: FeedPage) -> dict[str, Any]:
    """What a partner reads, pulled or pushed."""
    items = [
        {
            "position": item.position,
            "action": item.action,
            "number": item.number,
            "scope": scope_told(item.scope),
            "source": item.source,
            "at": told_time(item.at),
            "id": item.id,
        }
        for item in page.items
    ]
    return {"version": VERSION, "items": items, "next": page.next, "head": page.head}


def signed(secret: str, id_: str, at: datetime, body: bytes) -> Pairs:
    """The headers by which a receiver knows who sent it, and when.

    Source: Standard Webhooks, specification 1.0: HMAC-SHA256 over `id.timestamp.body`, `v1,` and base64.
    """
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_MARK))
    mac = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, sha256).digest()
    return (
        ("webhook-id", id_),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", f"v1,{base64.b64encode(mac).decode()}"),
    )


def new_secret(chance: Chance) -> str:
    return _MARK + base64.b64encode(chance(SECRET_BYTES)).decode()
