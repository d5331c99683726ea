"""The ledger: opt-outs, lifts and revoked keys, numbered without holes. Append-only: triggers refuse the rest."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text

from dialgate.stores.sql.schema.columns import Time, Whole, Words, metadata

_ENDING = text("ends_at IS NOT NULL")

PARTITION = 0
"""The one partition there is."""

partition = Table(
    "partition",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("head", Whole, nullable=False),
    Column("generation", Whole, nullable=False),
    Column("watermark", Whole, nullable=False),
)
"""Whoever numbers a row holds this row's lock until its commit, so commit order is sequence order."""

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("id", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("tenant", Words, nullable=False),
    Column("scope", Words, nullable=False),  # name of the register; empty for a lift
    Column("member", Words, nullable=False),  # E.164 number, or SID of a revoked key
    Column("source", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("occurred_at", Time, nullable=False),
    Column("recorded_at", Time, nullable=False),
    Column("note", Words, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("ends_at", Time),  # a snooze: lifted then; NULL: never by itself
    CheckConstraint("kind IN ('opt_out', 'lift', 'key_revoked')", name="ck_ledger_kind"),
    Index("ix_ledger_scope_member_seq", "scope", "member", "seq"),
    Index("ix_ledger_member_seq", "member", "seq"),
    Index("ix_ledger_tenant_seq", "tenant", "seq"),
    Index("ix_ledger_ends_at", "ends_at", sqlite_where=_ENDING, postgresql_where=_ENDING),
)

lifted = Table(
    "lifted",
    metadata,
    Column("opt_out_seq", Whole, ForeignKey(ledger.c.seq), primary_key=True, autoincrement=False),
    Column("lift_seq", Whole, ForeignKey(ledger.c.seq), primary_key=True, autoincrement=False),
    CheckConstraint("lift_seq > opt_out_seq", name="ck_lifted_order"),
    Index("ix_lifted_lift_seq", "lift_seq"),
)
"""Which opt-outs a lift names."""
