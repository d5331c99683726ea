"""The decision log: decisions in a hash chain per tenant, what happened to them later, and who owns a carrier's name.

Append-only: triggers refuse the rest.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, UniqueConstraint, text

from dialgate.stores.sql.schema.columns import Digest, Time, Whole, Words, metadata

_DOUBTS = text("kind = 'outcome_unknown'")

chain = Table(
    "chain",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("seq", Whole, nullable=False),
    Column("hash", Digest, nullable=False),
)
"""Each tenant's newest link. Whoever adds one holds this row's lock until the commit: chain order is commit order."""

decision = Table(
    "decision",
    metadata,
    Column("id", Words, primary_key=True),
    Column("tenant", Words, nullable=False),
    Column("chain_seq", Whole, nullable=False),
    Column("chain_hash", Digest, nullable=False),
    Column("decided_at", Time, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("called", Words, nullable=False),  # E.164, or what was asked where that could not be read
    Column("calling", Words, nullable=False),
    Column("campaign", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("body", Words, nullable=False),  # canonical JSON, byte for byte what was hashed
    Column("kept_until", Time),  # past it nothing of it counts; NULL: written by a gate of schema 0002
    UniqueConstraint("tenant", "chain_seq"),
    Index("ix_decision_decided_at", "decided_at", "id"),
    Index("ix_decision_tenant", "tenant", "decided_at", "id"),
    Index("ix_decision_called", "called", "decided_at", "id"),
    Index("ix_decision_campaign", "campaign", "decided_at", "id"),
    Index("ix_decision_kept_until", "kept_until", "decided_at", "id"),
)

decision_reason = Table(
    "decision_reason",
    metadata,
    Column("decision_id", Words, primary_key=True),
    Column("reason", Words, primary_key=True),
    Column("tenant", Words, nullable=False),
    Column("decided_at", Time, nullable=False),
    Index("ix_decision_reason_reason", "reason", "decided_at", "decision_id"),
)
"""Every reason of a refusal, with what a listing by reason is ordered by."""

decision_event = Table(
    "decision_event",
    metadata,
    Column("decision_id", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("happened_at", Time, nullable=False),
    Column("body", Words, nullable=False),
    Index("ix_decision_event_happened_at", "happened_at", sqlite_where=_DOUBTS, postgresql_where=_DOUBTS),
)
"""May come before its decision: another gate can hear of it first."""

resource = Table(
    "resource",
    metadata,
    Column("carrier_sid", Words, primary_key=True),
    Column("tenant", Words, nullable=False),
    Column("decision_id", Words, nullable=False),
)
"""The first owner of a name stays its owner."""

inbound = Table(
    "inbound",
    metadata,
    Column("message_sid", Words, primary_key=True),
    Column("tenants", Words, nullable=False),
    Column("intent", Words, nullable=False),
    Column("received_at", Time, nullable=False),
    Column("answer", Words, nullable=False),
    Column("facts", Words, nullable=False),
)

APPEND_ONLY = ("ledger", "lifted", "register_event", "decision", "decision_reason", "decision_event", "resource")
