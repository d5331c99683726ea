"""The shapes in which `/v1` reads and answers of notices, partners and feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from dialgate.app.feeds import MOST_COUNTED, MOST_ROWS
from dialgate.app.lagging import LagState
from dialgate.app.telling import NoticeKind, NoticeState
from dialgate.web.api.asked import MOST_IN_PAGE, Asked, Instant, Line, ShownQuery, TenantName, Webhook

LONGEST_LAG_S = 30 * 86_400
Position = Annotated[int, Field(ge=0, lt=2**63)]


class NoticeQuery(ShownQuery):
    state: Literal["", "waiting", "delivered", "given_up"] = ""
    kind: Literal["", "opt_out", "opt_in", "review"] = ""
    limit: int = Field(default=100, ge=1, le=MOST_IN_PAGE)
    cursor: Line = Field(default="", description="`next` of the page before.")


class ReplayAsked(Asked):
    since: Instant = Field(description="Those made at this time or later.")


class PartnerAsked(Asked):
    name: TenantName
    push_url: Webhook = Field(default="", description="Where its feed is pushed to; empty: it pulls.")
    max_lag_s: int = Field(default=900, ge=1, le=LONGEST_LAG_S, description="Beyond it, the partner lags.")
    suspends: bool = Field(default=False, description="Whether its keys are suspended while it lags.")


class FeedQuery(ShownQuery):
    after: Position = Field(default=0, description="`next` of the page before; 0: from the beginning.")
    limit: int = Field(default=1_000, ge=1, le=MOST_ROWS)


class AcknowledgeAsked(Asked):
    position: Position = Field(description="`next` of a page whose items are all taken over.")


class TriedShown(BaseModel):
    at: datetime
    status: int = Field(description="Of the answer; 0 if there was none.")
    problem: str = Field(description="Empty: it was taken.")


class NoticeShown(BaseModel):
    id: str
    tenant: str
    kind: NoticeKind
    state: NoticeState
    made_at: datetime
    next_at: datetime | None = Field(description="Of the next attempt; null: delivered, or given up.")
    delivered_at: datetime | None
    body: dict[str, Any] = Field(description="As it is posted; the number masked unless unmasked.")


class NoticeWhole(NoticeShown):
    attempts: tuple[TriedShown, ...] = Field(description="The oldest first.")


class NoticeList(BaseModel):
    items: tuple[NoticeShown, ...]
    next: str | None = Field(description="Cursor of the next, older page; null at the end.")


class Replayed(BaseModel):
    replayed: int


class PartnerShown(BaseModel):
    tenant: str
    name: str
    push_url: str = Field(description="Empty: it pulls.")
    position: int = Field(description="Up to where it has acknowledged its feed.")
    head: int = Field(description="Where its feed ends.")
    behind: int = Field(description=f"Rows that it has not acknowledged; counted up to {MOST_COUNTED:,}.")
    lag_s: float = Field(description="Age of the oldest of them.")
    max_lag_s: int
    suspends: bool
    state: LagState
    acknowledged_at: datetime | None
    problem: str = Field(description="Of the last push.")
    next_at: datetime | None = Field(description="Of the next push after one that failed.")
    created_at: datetime


class PartnerList(BaseModel):
    items: tuple[PartnerShown, ...]


class PartnerMade(BaseModel):
    tenant: str
    name: str
    signing_secret: str | None = Field(description="Signs what is pushed; shown once. Null: it pulls.")
    key_sid: str | None = Field(description="With which it pulls. Null: it is pushed to.")
    key_secret: str | None = Field(description="Shown once.")


class PartnerRemoved(BaseModel):
    tenant: str
    name: str
    keys_revoked: tuple[str, ...]


class FeedScope(BaseModel):
    channel: str = Field(description="* = all.")
    purpose: str
    campaign: str


class FeedItemShown(BaseModel):
    position: int
    action: Literal["block", "release"]
    number: str
    scope: FeedScope
    source: str
    at: datetime
    id: str = Field(description="Of the opt-out or the lift.")


class FeedAnswer(BaseModel):
    """A number is blocked in a scope from a `block` until a `release` of exactly that scope."""

    version: Literal[1]
    items: tuple[FeedItemShown, ...]
    next: int = Field(description="Acknowledge it once the items are taken over, and ask for what is after it.")
    head: int = Field(description="Where the feed ends now.")


class Acknowledged(BaseModel):
    tenant: str
    partner: str
    position: int = Field(description="The highest that was ever acknowledged.")
