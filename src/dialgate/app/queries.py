"""The ports for reading records and for the directory of tenants and keys. None of them is on the path of an attempt.

Errors of every method: `LedgerUnavailableError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from dialgate.domain.ledger import OptOut
    from dialgate.domain.numbers import Callee


class Role(StrEnum):
    """CONTRACT section 5; a key has exactly one."""

    DIALER = "dialer"
    AGENT = "agent"
    OPS = "ops"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    OPERATOR = "operator"
    """An operator key: belongs to no tenant, has every role."""
    PARTNER = "partner"
    """Follows its tenant's feed for one partner, and nothing else."""


class CarrierKeywords(StrEnum):
    """Which words the carrier has answered already on a sender (CONTRACT section 4)."""

    DEFAULT = "default"
    ADVANCED = "advanced"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tenant:
    name: str
    region: str
    """ISO 3166-1 alpha-2, for national-format numbers."""
    account_sid: str
    auth_tokens: tuple[str, ...]
    """One or two active, decrypted; the first signs."""
    open_policy: bool
    policy: Mapping[str, Any]
    sms_webhook: str
    allow_private_urls: bool
    created_at: datetime
    replies: Mapping[str, Any] = field(default_factory=dict)
    """As written: own words and wordings; `domain.opt_out.wording` says what they may be."""
    notice_url: str = ""
    """Where it is told of refusals; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The secret is not here: only `secret_hash`, HMAC-SHA256 of it under the pepper, hex."""

    sid: str
    tenant: str
    """Empty for an operator key."""
    role: Role
    secret_hash: str
    campaign: str
    purpose: str
    created_at: datetime
    revoked_at: datetime | None
    partner: str = ""
    """Whose it is; empty: the tenant's own."""


@dataclass(frozen=True, slots=True)
class CallerId:
    tenant: str
    sender: str
    """E.164, short code or messaging service SID."""
    carrier_keywords: CarrierKeywords


@dataclass(frozen=True, slots=True)
class TenantChange:
    """What is None or empty stays as it is."""

    policy: Mapping[str, Any] | None = None
    open_policy: bool = False
    """Of `policy`."""
    sms_webhook: str | None = None
    allow_private_urls: bool | None = None
    callers: tuple[CallerId, ...] = ()
    """Added, or known with other keywords from now on."""
    removed: tuple[str, ...] = ()
    """Senders."""
    notice_url: str | None = None
    replies: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OwnDestination:
    """An agent's phone or a transfer line. Who added it and who took it away stays on record."""

    tenant: str
    number: Callee
    note: str
    added_by: str
    """SID of the key."""
    added_at: datetime
    removed_by: str = ""
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DirectorySnapshot:
    """A consistent copy; a fact, at most a second old."""

    version: int
    tenants: Mapping[str, Tenant]
    by_account: Mapping[str, Tenant]
    keys: Mapping[str, ApiKey]
    callers: Mapping[str, tuple[CallerId, ...]]
    """By sender."""
    destinations: tuple[OwnDestination, ...] = ()
    """The oldest first, those that were removed too."""

    def own_destinations(self, tenant: str) -> frozenset[Callee]:
        return frozenset(one.number for one in self.destinations if one.tenant == tenant and one.removed_at is None)


class Directory(Protocol):
    """Atomicity: each write is one transaction and raises the directory's version."""

    async def version(self) -> int: ...

    async def snapshot(self) -> DirectorySnapshot: ...

    async def create_tenant(self, tenant: Tenant, callers: Sequence[CallerId]) -> None:
        """Errors: `ConflictError` if the name or the account SID is taken."""
        ...

    async def change_tenant(self, name: str, change: TenantChange) -> None:
        """Of a tenant that exists. Errors: `NotFoundError` if a sender to be removed is none of its own."""
        ...

    async def set_auth_tokens(self, name: str, tokens: tuple[str, ...]) -> None:
        """Of a tenant that exists; one or two, the first signs."""
        ...

    async def create_key(self, key: ApiKey) -> None: ...

    async def revoke_key(self, sid: str, at: datetime) -> None:
        """Marks it in the directory. Whoever calls this has put the revocation into the ledger before."""
        ...

    async def add_destination(self, destination: OwnDestination) -> None:
        """Errors: `ConflictError` if the tenant has it already."""
        ...

    async def remove_destination(self, tenant: str, number: Callee, by: str, at: datetime) -> None:
        """Errors: `NotFoundError` if the tenant does not have it."""
        ...


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision with its later events, as the log holds it."""

    id: str
    tenant: str
    chain_seq: int
    chain_hash: str
    decided_at: datetime
    body: Mapping[str, Any]
    """As `records.decision_record` made it."""
    events: tuple[tuple[str, datetime, Mapping[str, Any]], ...] = ()
    """(kind, at, body), oldest first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty = any. `tenant` empty = all tenants (operator keys only). Times UTC, `until` exclusive."""

    tenant: str = ""
    verdict: str = ""
    reason: str = ""
    to: str = ""
    sender: str = ""
    campaign: str = ""
    channel: str = ""
    key: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    items: tuple[DecisionRow, ...]
    next: str
    """Cursor of the next, older page; empty at the end. Opaque, strict: a forged one is a `BadRequestError`."""


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Everything known of a number within one tenant (or all), oldest first."""

    opt_outs: tuple[tuple[OptOut, bool], ...]
    """With whether it still holds (no lift names it)."""
    lifts: tuple[Mapping[str, Any], ...] = ()
    decisions: tuple[DecisionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound message, once per MessageSid."""

    message_sid: str
    tenants: tuple[str, ...]
    intent: str
    received_at: datetime
    answer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class DecisionLog(Protocol):
    async def get(self, decision_id: str) -> DecisionRow | None: ...

    async def listing(self, wanted: Filter, limit: int, cursor: str = "") -> Page:
        """Newest first; `limit` from 1 to 1,000. Without events."""
        ...

    def stream(self, wanted: Filter) -> AsyncIterator[Sequence[DecisionRow]]:
        """All rows, newest first, in batches, for CSV and JSON lines."""
        ...

    async def stats(self, wanted: Filter, group_by: str) -> list[tuple[str, int, int]]:
        """(group, allowed, blocked); `group_by` is reason, campaign, key, channel, region or hour."""
        ...

    async def number(self, tenant: str, number: str) -> NumberFacts: ...

    async def owner(self, carrier_sid: str) -> tuple[str, str] | None:
        """(tenant, decision id) of the attempt that the carrier gave this name; None if no tenant made it here."""
        ...

    async def made(self, tenant: str, carrier_sids: Sequence[str]) -> frozenset[str]:
        """Those of them that this tenant made through the gate."""
        ...


class Inbox(Protocol):
    """Inbound messages already dealt with, so that a replay does nothing."""

    async def seen(self, message_sid: str) -> Inbound | None: ...

    async def note(self, inbound: Inbound) -> None:
        """Idempotent by MessageSid; noted again, it keeps all but the tenants, which become those of the newer note."""
        ...
