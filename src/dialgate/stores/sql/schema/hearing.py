"""What people said beyond the ledger: replies that wait for a person, what tenants and partners are told, bookmarks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, text

from dialgate.stores.sql.schema.columns import Time, Whole, Words, metadata
from dialgate.stores.sql.schema.directory import tenant

_OPEN = text("decided_at IS NULL")
_DUE = text("next_at IS NOT NULL")

review = Table(
    "review",
    metadata,
    Column("id", Words, primary_key=True),  # MessageSid.tenant, also the id of the opt-out that holds meanwhile
    Column("tenant", Words, nullable=False),
    Column("number", Words, nullable=False),
    Column("receiver", Words, nullable=False),
    Column("text", Words, nullable=False),  # encrypted: what the person wrote
    Column("language", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("held", Boolean, nullable=False),  # whether it counts as an opt-out until somebody decides
    Column("asked_at", Time, nullable=False),
    Column("verdict", Words, nullable=False),  # empty until decided: stop, none
    Column("decided_by", Words, nullable=False),
    Column("decided_at", Time),
    Index("ix_review_open", "tenant", "asked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_review_tenant", "tenant", "asked_at", "id"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Words, primary_key=True),  # of what it tells: made once, however often that is looked at
    Column("tenant", Words, nullable=False),
    Column("kind", Words, nullable=False),  # opt_out, opt_in, review
    Column("body", Words, nullable=False),  # JSON, byte for byte what is posted
    Column("made_at", Time, nullable=False),
    Column("begun_at", Time, nullable=False),  # since when it is tried: made, or replayed
    Column("next_at", Time),  # NULL: delivered, or given up
    Column("delivered_at", Time),
    Index("ix_notice_due", "next_at", "tenant", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("ix_notice_tenant", "tenant", "made_at", "id"),
)

notice_attempt = Table(
    "notice_attempt",
    metadata,
    Column("notice_id", Words, ForeignKey(notice.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tried_at", Time, nullable=False),
    Column("status", Integer, nullable=False),  # of the answer; 0 if there was none
    Column("problem", Words, nullable=False),
)

partner = Table(
    "partner",
    metadata,
    Column("tenant", Words, ForeignKey(tenant.c.name), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("push_url", Words, nullable=False),  # empty: it pulls
    Column("secret", Words, nullable=False),  # encrypted; signs what is pushed
    Column("max_lag_s", Whole, nullable=False),
    Column("suspends", Boolean, nullable=False),  # its keys, while it lags
    Column("acknowledged", Whole, nullable=False),  # position in the tenant's feed: a sequence of the ledger
    Column("acknowledged_at", Time),
    Column("problem", Words, nullable=False),  # of the last push
    Column("next_at", Time),  # of the next push after one that failed
    Column("created_at", Time, nullable=False),
    Column("removed_at", Time),
)

bookmark = Table(
    "bookmark",
    metadata,
    Column("name", Words, primary_key=True),
    Column("place", Words, nullable=False),
)
"""How far something was read, so that whoever goes on begins there."""
