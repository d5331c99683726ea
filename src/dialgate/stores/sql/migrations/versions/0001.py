"""The first schema: ledger, coordination, decision log, directory.

Self-contained on purpose: a revision says what it did on its day, whatever the tables become later.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
APPEND_ONLY = ("ledger", "lifted", "register_event", "decision", "decision_reason", "decision_event", "resource")


def upgrade() -> None:
    _ledger()
    _coordination()
    _decisions()
    _inbox()
    _directory()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, TIME, nullable=False) for name in names]


def _wholes(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, WHOLE, nullable=False, autoincrement=False) for name in names]


def _ledger() -> None:
    op.create_table(
        "partition",
        *_wholes("id", "head", "generation", "watermark"),
        sa.PrimaryKeyConstraint("id", name="pk_partition"),
    )
    op.execute("INSERT INTO partition (id, head, generation, watermark) VALUES (0, 0, 0, 0)")
    op.create_table(
        "ledger",
        *_wholes("seq"),
        *_words("id", "kind", "tenant", "scope", "member", "source", "actor"),
        *_times("occurred_at", "recorded_at"),
        *_words("note", "evidence"),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
        sa.UniqueConstraint("id", name="uq_ledger_id"),
        sa.CheckConstraint("kind IN ('opt_out', 'lift', 'key_revoked')", name="ck_ledger_kind"),
    )
    op.create_index("ix_ledger_scope_member_seq", "ledger", ["scope", "member", "seq"])
    op.create_index("ix_ledger_member_seq", "ledger", ["member", "seq"])
    op.create_table(
        "lifted",
        *_wholes("opt_out_seq", "lift_seq"),
        sa.PrimaryKeyConstraint("opt_out_seq", "lift_seq", name="pk_lifted"),
        sa.ForeignKeyConstraint(["opt_out_seq"], ["ledger.seq"], name="fk_lifted_opt_out_seq"),
        sa.ForeignKeyConstraint(["lift_seq"], ["ledger.seq"], name="fk_lifted_lift_seq"),
        sa.CheckConstraint("lift_seq > opt_out_seq", name="ck_lifted_order"),
    )
    op.create_index("ix_lifted_lift_seq", "lifted", ["lift_seq"])


def _coordination() -> None:
    op.create_table(
        "gate",
        *_words("id", "directory"),
        *_wholes("confirmed"),
        *_times("enlisted_at"),
        sa.PrimaryKeyConstraint("id", name="pk_gate"),
    )
    op.create_table(
        "lease", *_words("name", "holder"), *_times("until"), sa.PrimaryKeyConstraint("name", name="pk_lease")
    )
    op.execute("INSERT INTO lease (name, holder, until) VALUES ('indexer', '', '1970-01-01 00:00:00.000000')")
    op.create_table(
        "register_event",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        *_words("kind", "subject", "actor"),
        *_times("happened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_register_event"),
    )
    op.create_table(
        "pepper",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        *_words("pepper_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pepper"),
    )


def _decisions() -> None:
    op.create_table(
        "chain",
        *_words("tenant"),
        *_wholes("seq"),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_chain"),
    )
    op.create_table(
        "decision",
        *_words("id", "tenant"),
        *_wholes("chain_seq"),
        sa.Column("chain_hash", sa.LargeBinary(32), nullable=False),
        *_times("decided_at"),
        *_words("verdict", "called", "calling", "campaign", "channel", "key", "region", "body"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("tenant", "chain_seq", name="uq_decision_tenant_chain_seq"),
    )
    op.create_index("ix_decision_decided_at", "decision", ["decided_at", "id"])
    for column in ("tenant", "called", "campaign"):
        op.create_index(f"ix_decision_{column}", "decision", [column, "decided_at", "id"])
    op.create_table(
        "decision_reason",
        *_words("decision_id", "reason", "tenant"),
        *_times("decided_at"),
        sa.PrimaryKeyConstraint("decision_id", "reason", name="pk_decision_reason"),
    )
    op.create_index("ix_decision_reason_reason", "decision_reason", ["reason", "decided_at", "decision_id"])
    op.create_table(
        "decision_event",
        *_words("decision_id", "kind"),
        *_times("happened_at"),
        *_words("body"),
        sa.PrimaryKeyConstraint("decision_id", "kind", name="pk_decision_event"),
    )


def _inbox() -> None:
    op.create_table(
        "resource",
        *_words("carrier_sid", "tenant", "decision_id"),
        sa.PrimaryKeyConstraint("carrier_sid", name="pk_resource"),
    )
    op.create_table(
        "inbound",
        *_words("message_sid", "tenants", "intent"),
        *_times("received_at"),
        *_words("answer", "facts"),
        sa.PrimaryKeyConstraint("message_sid", name="pk_inbound"),
    )


def _directory() -> None:
    op.create_table(
        "directory",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        *_wholes("version"),
        sa.PrimaryKeyConstraint("id", name="pk_directory"),
    )
    op.execute("INSERT INTO directory (id, version) VALUES (1, 0)")
    op.create_table(
        "tenant",
        *_words("name", "region", "account_sid", "auth_tokens"),
        sa.Column("open_policy", sa.Boolean(), nullable=False),
        *_words("policy", "sms_webhook"),
        sa.Column("allow_private_urls", sa.Boolean(), nullable=False),
        *_times("created_at"),
        sa.PrimaryKeyConstraint("name", name="pk_tenant"),
        sa.UniqueConstraint("account_sid", name="uq_tenant_account_sid"),
    )
    op.create_table(
        "api_key",
        *_words("sid"),
        sa.Column("tenant", sa.Text(), nullable=True),
        *_words("role", "secret_hash", "campaign", "purpose"),
        *_times("created_at"),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("sid", name="pk_api_key"),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.name"], name="fk_api_key_tenant"),
    )
    op.create_table(
        "caller_id",
        *_words("tenant", "sender", "carrier_keywords"),
        sa.PrimaryKeyConstraint("tenant", "sender", name="pk_caller_id"),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.name"], name="fk_caller_id_tenant"),
    )
    op.create_index("ix_caller_id_sender", "caller_id", ["sender"])


def _refuse_changes(table: str) -> None:
    """Whoever can write SQL can drop a trigger; it stops mistakes, the hash chain shows the rest."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
