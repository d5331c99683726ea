"""What the carrier's own webhooks were before they were pointed at the gate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_webhook",
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("sid", "fields", "kept_by")],
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid", name="pk_former_webhook"),
    )
