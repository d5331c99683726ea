"""The shapes that `/v1` answers with. OpenAPI is made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, RootModel

from dialgate.app.queries import CarrierKeywords, Role
from dialgate.domain.reasons import Reason

Verdict = Literal["allow", "block"]


class CallerIdShown(BaseModel):
    sender: str
    carrier_keywords: CarrierKeywords


class ReasonShown(BaseModel):
    code: Reason
    rule: str
    detail: str
    source: str
    scope: str
    retry_at: datetime | None


class Checked(BaseModel):
    to: str = Field(description="E.164 as the gate read it; empty where the text is no number.")
    region: str
    time_zones: tuple[str, ...]
    local_times: tuple[datetime, ...] = Field(description="Of the called party, one a zone, with offset.")
    policy_version: str


class RuleShown(BaseModel):
    rule: str
    verdict: Literal["pass", "block", "unknown"]
    meaning: str


class DecisionAnswer(BaseModel):
    id: str | None = Field(description="Null in a dry run.")
    verdict: Verdict
    reasons: tuple[ReasonShown, ...]
    retry_at: datetime | None
    checked: Checked
    expires_at: datetime | None = Field(description="Start by then, or ask anew; null unless allowed.")
    rules: tuple[RuleShown, ...] = Field(default=(), description="Every rule with its verdict, in a dry run.")


class BatchAnswer(RootModel[tuple[DecisionAnswer, ...]]):
    pass


class OutcomeAnswer(BaseModel):
    id: str
    result: Literal["settled", "recalled"] = Field(description="recalled: the person opted out meanwhile.")


class EventShown(BaseModel):
    kind: str
    at: datetime
    carrier_sid: str
    status: str


class DecisionShown(BaseModel):
    id: str
    tenant: str
    decided_at: datetime
    verdict: Verdict
    channel: str
    to: str = Field(description="Masked unless unmasked.")
    from_: str = Field(alias="from")
    key: str
    campaign: str
    purpose: str
    subject: str
    debt: str
    location: str
    device: str
    parent: str
    region: str
    time_zones: tuple[str, ...]
    reasons: tuple[ReasonShown, ...]
    retry_at: datetime | None
    policy_version: str
    chain_seq: int
    chain_hash: str
    events: tuple[EventShown, ...]


class DecisionPage(BaseModel):
    items: tuple[DecisionShown, ...]
    next: str | None = Field(description="Cursor of the next, older page; null at the end.")


class Explanation(BaseModel):
    id: str
    lang: str
    sentences: tuple[str, ...]


class Group(BaseModel):
    group: str
    allowed: int
    blocked: int


class StatsAnswer(BaseModel):
    group_by: str
    items: tuple[Group, ...]


class ScopeShown(BaseModel):
    tenant: str
    channel: str = Field(description="* = all.")
    purpose: str
    campaign: str


class OptOutAnswer(BaseModel):
    id: str
    in_force: bool
    scope: ScopeShown
    recalled: tuple[str, ...] = Field(description="Decisions that were under way and are recalled.")


class RejectedShown(BaseModel):
    index: int = Field(description="Of the row, from 0.")
    reason: str = Field(description="Why it names no number; or `future`.")
    detail: str


class OptOutListAnswer(BaseModel):
    new: int
    known: int = Field(description="Recorded before, of the same number, scope and source; not recorded again.")
    in_force: bool
    rejected: tuple[RejectedShown, ...]


class LinkAnswer(BaseModel):
    url: str = Field(description="Whoever has it speaks for the number: send it to that number alone.")
    expires_at: datetime


class HistoryShown(BaseModel):
    at: datetime
    kind: Literal["opt_out", "lift", "decision"]
    id: str
    source: str = ""
    actor: str = ""
    scope: ScopeShown | None = None
    holds: bool | None = Field(default=None, description="Of an opt-out: whether no lift names it.")
    ends_at: datetime | None = Field(default=None, description="Of a snooze: when it is lifted by itself.")
    names: tuple[str, ...] = Field(default=(), description="Of a lift: the opt-outs it lifts.")
    verdict: str = ""
    channel: str = ""
    reasons: tuple[str, ...] = ()
    note: str = ""


class NumberAnswer(BaseModel):
    number: str = Field(description="Masked unless unmasked.")
    suppressed: bool
    scopes: tuple[ScopeShown, ...]
    history: tuple[HistoryShown, ...]


class ReviewShown(BaseModel):
    id: str = Field(description="Of the opt-out too that holds meanwhile, or that a verdict makes.")
    tenant: str
    number: str = Field(description="Masked unless unmasked.")
    receiver: str = Field(description="The sender that was written to.")
    text: str | None = Field(description="What the person wrote; null unless unmasked.")
    language: str
    evidence: str = Field(description="What it was understood by.")
    confidence: float = Field(description="That it is a refusal, from 0 to 1.")
    held: bool = Field(description="Whether it counts as an opt-out until somebody decides.")
    asked_at: datetime
    verdict: Literal["", "stop", "none"] = Field(description="Empty until decided.")
    decided_by: str
    decided_at: datetime | None


class ReviewPage(BaseModel):
    items: tuple[ReviewShown, ...]
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class TenantShown(BaseModel):
    tenant: str
    region: str
    account_sid: str
    open_policy: bool
    policy: dict[str, object] = Field(description="Its own, on top of its region's rows.")
    caller_ids: tuple[CallerIdShown, ...]
    sms_webhook: str
    notice_url: str
    allow_private_urls: bool
    replies: dict[str, object] = Field(description="Its own words and wordings.")
    created_at: datetime


class TenantList(BaseModel):
    items: tuple[TenantShown, ...]


class TenantMade(BaseModel):
    tenant: str
    account_sid: str
    auth_token: str = Field(description="Shown once.")


class TokenPromoted(BaseModel):
    tenant: str
    account_sid: str


class DestinationShown(BaseModel):
    tenant: str
    number: str = Field(description="Masked in listings unless unmasked.")
    note: str
    added_by: str
    added_at: datetime
    removed_by: str
    removed_at: datetime | None


class DestinationList(BaseModel):
    items: tuple[DestinationShown, ...]


class KeyShown(BaseModel):
    sid: str
    tenant: str
    role: Role
    campaign: str
    purpose: str
    partner: str = Field(description="Whose key it is; empty: the tenant's own.")
    created_at: datetime
    revoked_at: datetime | None


class KeyList(BaseModel):
    items: tuple[KeyShown, ...]


class KeyMade(BaseModel):
    sid: str
    secret: str = Field(description="Shown once.")
    account_sid: str
    tenant: str
    role: Role


class WebhookShown(BaseModel):
    kind: Literal["number", "service", "application"]
    sid: str
    name: str
    tenants: tuple[str, ...] = Field(description="Who owns it as a sender.")
    was: dict[str, str] = Field(description="The carrier's parameters that differ, as they are before the change.")
    becomes: dict[str, str]
    note: str


class WebhookList(BaseModel):
    items: tuple[WebhookShown, ...]


class ReadBackCounts(BaseModel):
    stop: int = Field(description="Refusals.")
    start: int = Field(description="STARTs; each lifts what its person said by message before it.")
    help: int
    none: int = Field(description="Anything else that people wrote.")
    review: int = Field(description="Unsure; held as refusals until a person decides, unless the tenant waits.")
    refused_by_carrier: int = Field(description="Messages to people who had opted out at the carrier alone (21610).")
    already_known: int
    unowned: int = Field(description="Of all these, to senders that no tenant owns: they count for every tenant.")


class ReadBackExample(BaseModel):
    sent_at: datetime
    number: str = Field(description="Masked.")
    kind: str
    tenants: tuple[str, ...]
    text: str = Field(description="Its beginning.")


class ReadBackShown(BaseModel):
    done: bool = Field(description="False: ask the same again.")
    since: datetime
    until: datetime
    reached: datetime | None = Field(description="Read back from `until` down to here.")
    waiting: int = Field(description="Read, and to be weighed by its time once all is read.")
    listed: int = Field(description="Messages on the pages that were read, ours included.")
    counts: ReadBackCounts
    examples: tuple[ReadBackExample, ...] = Field(description="Some of what a dry run found.")


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    reason: Reason | None = None
