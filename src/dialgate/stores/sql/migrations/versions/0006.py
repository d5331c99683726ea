"""Replies: reviews, notices, partners, bookmarks; opt-outs that end by themselves; what a tenant answers with.

A gate that does not know `ends_at` takes a snooze for an opt-out without end, which refuses too much, never too little.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("tenant", sa.Column("replies", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("tenant", sa.Column("notice_url", sa.Text(), nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("partner", sa.Text(), nullable=False, server_default=""))
    op.add_column("ledger", sa.Column("ends_at", TIME, nullable=True))
    op.create_index("ix_ledger_tenant_seq", "ledger", ["tenant", "seq"])
    ending = sa.text("ends_at IS NOT NULL")
    op.create_index("ix_ledger_ends_at", "ledger", ["ends_at"], sqlite_where=ending, postgresql_where=ending)
    _review()
    _notice()
    _partner()
    op.create_table("bookmark", *_words("name", "place"), sa.PrimaryKeyConstraint("name", name="pk_bookmark"))
    # What the ledger held before is told to nobody; what comes after, from the first row on.
    op.execute("INSERT INTO bookmark (name, place) SELECT 'notices', CAST(head AS TEXT) FROM partition")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, TIME, nullable=nullable)


def _review() -> None:
    op.create_table(
        "review",
        *_words("id", "tenant", "number", "receiver", "text", "language", "evidence"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        _time("asked_at"),
        *_words("verdict", "decided_by"),
        _time("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    waiting = sa.text("decided_at IS NULL")
    op.create_index("ix_review_open", "review", ["tenant", "asked_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_review_tenant", "review", ["tenant", "asked_at", "id"])


def _notice() -> None:
    op.create_table(
        "notice",
        *_words("id", "tenant", "kind", "body"),
        _time("made_at"),
        _time("begun_at"),
        _time("next_at", nullable=True),
        _time("delivered_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    due = sa.text("next_at IS NOT NULL")
    op.create_index("ix_notice_due", "notice", ["next_at", "tenant"], sqlite_where=due, postgresql_where=due)
    op.create_index("ix_notice_tenant", "notice", ["tenant", "made_at", "id"])
    op.create_table(
        "notice_attempt",
        *_words("notice_id"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        _time("tried_at"),
        sa.Column("status", sa.Integer(), nullable=False),
        *_words("problem"),
        sa.PrimaryKeyConstraint("notice_id", "number", name="pk_notice_attempt"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_attempt_notice_id"),
    )


def _partner() -> None:
    op.create_table(
        "partner",
        *_words("tenant", "name", "push_url", "secret"),
        sa.Column("max_lag_s", WHOLE, nullable=False),
        sa.Column("suspends", sa.Boolean(), nullable=False),
        sa.Column("acknowledged", WHOLE, nullable=False),
        _time("acknowledged_at", nullable=True),
        *_words("problem"),
        _time("next_at", nullable=True),
        _time("created_at"),
        _time("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_partner"),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.name"], name="fk_partner_tenant"),
    )
