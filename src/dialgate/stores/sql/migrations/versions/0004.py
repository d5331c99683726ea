"""Find attempts whose outcome is unknown without reading through all that ever happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    doubts = sa.text("kind = 'outcome_unknown'")
    op.create_index(
        "ix_decision_event_happened_at",
        "decision_event",
        ["happened_at"],
        sqlite_where=doubts,
        postgresql_where=doubts,
    )
