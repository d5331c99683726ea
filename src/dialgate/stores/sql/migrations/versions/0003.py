"""Own destinations of tenants, and until when a decision counts for anything.

`kept_until` is NULL in the decisions of gates that do not know it; none of theirs counts for longer than 25 hours.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "own_destination",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("tenant", "number", "note", "added_by")],
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "number", "added_at", name="pk_own_destination"),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.name"], name="fk_own_destination_tenant"),
    )
    op.add_column("decision", sa.Column("kept_until", TIME, nullable=True))
    op.create_index("ix_decision_kept_until", "decision", ["kept_until", "decided_at", "id"])
