"""The shapes that `/v1` reads: strictly, nothing unknown. OpenAPI is made from them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    field_validator,
    model_validator,
)

from dialgate.app.queries import CarrierKeywords, Role
from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.ledger import Source
from dialgate.domain.reasons import Reason

MOST_IN_BATCH = 1_000
MOST_IN_PAGE = 1_000
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
_YEARS = range(1970, 2200)


def _written_out(value: object) -> object:
    if not isinstance(value, str) or _RFC_3339.fullmatch(value) is None:
        raise ValueError("write the time as RFC 3339 with its offset, for instance 2026-03-02T03:00:00Z")
    return value


def _utc(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise ValueError("the year is out of range")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out), AfterValidator(_utc)]
Word = Annotated[str, StringConstraints(max_length=64, pattern=_PLAIN)]
Line = Annotated[str, StringConstraints(max_length=256, pattern=_PLAIN)]
Campaign = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^/*\s\x00-\x1f\x7f]*$")]
TenantName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Region = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Webhook = Annotated[str, StringConstraints(max_length=2_048, pattern=r"^(https?://[^\x00-\x20\x7f]+)?$")]
Replies = dict[str, object]
REPLIES = (
    "`name` and `contact` that people are shown; `words`: further keywords, {stop, start, help} -> list; `texts`: "
    "language -> {stop, start, help} with {sender_name} and, in help, {contact}; `unsure`: stop or wait."
)
OutcomeStatus = Literal["completed", "busy", "failed", "no-answer", "canceled", "delivered", "undelivered", "read"]
KeyRole = Literal[Role.DIALER, Role.AGENT, Role.OPS, Role.COMPLIANCE, Role.ADMIN, Role.PARTNER]


class Asked(BaseModel):
    """What comes from outside."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CarrierAsked(Asked):
    dry_run: bool = Field(default=False, description="Say what would be changed, and change nothing.")


class ReadBackAsked(Asked):
    since: Instant = Field(description="The same in each piece, as is all else: it says where to go on.")
    until: Instant | None = Field(default=None, description="Included. Default: when it was first asked.")
    dry_run: bool = Field(default=False, description="Count and show some, and change nothing.")


class NoBody(Asked):
    """The route reads no body."""


class TenantQuery(Asked):
    tenant: Word = Field(default="", description="Operator keys name the tenant; a tenant's key may leave it out.")


class ShownQuery(TenantQuery):
    unmask: bool = Field(default=False, description="Full numbers, for roles that may; who did is recorded.")


class ExplainQuery(ShownQuery):
    lang: Literal["en", "zh"] = "en"


class FilterQuery(ShownQuery):
    verdict: Literal["", "allow", "block"] = ""
    reason: Reason | None = None
    to: Line = ""
    from_: Line = Field(default="", alias="from")
    campaign: Campaign = ""
    channel: Channel | None = None
    key: Word = ""
    since: Instant | None = None
    until: Instant | None = Field(default=None, description="Exclusive.")


class ListingQuery(FilterQuery):
    limit: int = Field(default=100, ge=1, le=MOST_IN_PAGE)
    cursor: Line = Field(default="", description="`next` of the page before.")


class ReviewQuery(ShownQuery):
    state: Literal["open", "decided", "all"] = "open"
    limit: int = Field(default=100, ge=1, le=MOST_IN_PAGE)
    cursor: Line = Field(default="", description="`next` of the page before.")


class StatsQuery(TenantQuery):
    group_by: Literal["reason", "campaign", "key", "channel", "region", "hour"]
    since: Instant | None = None
    until: Instant | None = None


class DecisionAsked(Asked):
    channel: Channel
    to: Line
    from_: Line = Field(
        alias="from", description="The sender; the rule caller_id has nothing to say where it is empty."
    )
    campaign: Campaign = ""
    purpose: Purpose | None = Field(default=None, description="Default: that of the key, else marketing.")
    subject: Word = ""
    debt: Word = ""
    location: Word = Field(default="", description="ISO 3166-2 code, postal code or IANA zone of the called person.")
    device: Word = ""
    content: str = Field(default="", description="What would be said; only its digest is kept.")
    dry_run: bool = False
    at: Instant | None = Field(default=None, description="Judge as at this time; only in a dry run.")

    @field_validator("purpose", mode="before")
    @classmethod
    def _known(cls, said: object) -> object:
        """CONTRACT section 3: a purpose that is not known counts as the strictest."""
        return Purpose.MARKETING if isinstance(said, str) and said not in set(Purpose) else said

    @model_validator(mode="after")
    def _at_only_in_dry_run(self) -> DecisionAsked:
        if self.at is not None and not self.dry_run:
            raise ValueError("at: only a dry run may be judged at another time; set dry_run")
        return self


class BatchAsked(RootModel[Annotated[tuple[DecisionAsked, ...], Field(min_length=1, max_length=MOST_IN_BATCH)]]):
    pass


class OutcomeAsked(Asked):
    status: OutcomeStatus
    right_party: bool | None = None
    disposition: Word = ""
    occurred_at: Instant


class ScopeAsked(Asked):
    """What the person said no to; all of it where nothing is named."""

    campaign: Campaign = ""
    channel: Channel | None = None
    purpose: Purpose | None = None


class OptOutAsked(Asked):
    to: Line
    scope: ScopeAsked = ScopeAsked()
    source: Source
    note: Line = ""
    occurred_at: Instant | None = Field(default=None, description="When the person said it; default now.")
    ends_at: Instant | None = Field(
        default=None, description="A snooze: it is lifted by itself then, at most 400 days ahead. Default: never."
    )


class LinkAsked(Asked):
    """Channel, purpose and campaign are those of the message that will hold the link: the person can then stop each of
    them alone.
    """

    to: Line
    channel: Channel | None = None
    purpose: Purpose | None = None
    campaign: Campaign = ""
    lang: Literal["", "en", "zh"] = Field(default="", description="Default: what the person's browser speaks.")
    days: int = Field(default=180, ge=1, le=730, description="How long it works.")


class ListedAsked(Asked):
    """One row of a list; what it leaves out, the list says for all."""

    to: Line
    scope: ScopeAsked | None = None
    source: Source | None = None
    note: Line | None = None
    occurred_at: Instant | None = None


class OptOutListAsked(Asked):
    rows: tuple[ListedAsked, ...] = Field(min_length=1, max_length=MOST_IN_BATCH)
    region: Region = Field(default="", description="For numbers in national spelling; default the tenant's.")
    scope: ScopeAsked = ScopeAsked()
    source: Source = Source.IMPORT
    note: Line = ""
    occurred_at: Instant | None = Field(default=None, description="When they said it; default now.")
    dry_run: bool = Field(default=False, description="Say what would be recorded, and record nothing.")


class ReviewAsked(Asked):
    verdict: Literal["stop", "none"] = Field(description="stop: a refusal. none: no refusal.")


class CallerIdAsked(Asked):
    sender: Line = Field(description="E.164, short code or messaging service SID.")
    carrier_keywords: CarrierKeywords = CarrierKeywords.DEFAULT


class DestinationAsked(Asked):
    number: Line = Field(description="A number in any spelling, or exactly `sip:user@host` or `client:identity`.")
    note: Line = Field(default="", description="Whose it is.")


class TenantAsked(Asked):
    name: TenantName
    region: Region = Field(default="", description="ISO 3166-1 alpha-2, for numbers in national spelling.")
    policy: dict[str, object] = Field(default_factory=dict, description="Rule name to parameters.")
    caller_ids: tuple[CallerIdAsked, ...] = Field(default=(), max_length=10_000)
    sms_webhook: Webhook = ""
    notice_url: Webhook = Field(default="", description="Where the tenant is told of refusals and reviews.")
    allow_private_urls: bool = False
    replies: Replies = Field(default_factory=dict, description=REPLIES)


class TenantChangeAsked(Asked):
    """What is absent or null stays as it is."""

    policy: dict[str, object] | None = Field(default=None, description="In place of the one before; {} is none.")
    caller_ids: tuple[CallerIdAsked, ...] = Field(
        default=(), max_length=10_000, description="Added, or known with these keywords from now on."
    )
    remove_caller_ids: tuple[Line, ...] = Field(default=(), max_length=10_000)
    sms_webhook: Webhook | None = Field(default=None, description="Empty: none.")
    notice_url: Webhook | None = Field(default=None, description="Empty: none.")
    allow_private_urls: bool | None = None
    replies: Replies | None = Field(default=None, description="In place of those before; {} is none.")


class KeyAsked(Asked):
    role: KeyRole
    campaign: Campaign = ""
    purpose: Purpose | None = None
    partner: Word = Field(default="", description="Whose key it is, for the roles partner and dialer; empty: no one's.")
