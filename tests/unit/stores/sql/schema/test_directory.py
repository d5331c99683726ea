"""The directory's tables hold together."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from dialgate.app.errors import LedgerUnavailableError
from dialgate.stores.sql.database import Database


@pytest.mark.parametrize(
    "orphan",
    [
        "INSERT INTO caller_id (tenant, sender, carrier_keywords) VALUES ('nobody', '+1', 'default')",
        """INSERT INTO api_key (sid, tenant, role, secret_hash, campaign, purpose, created_at)
        VALUES ('SK1', 'nobody', 'admin', '', '', '', '2026-11-21 00:00:00')""",
    ],
    ids=["caller", "key"],
)
async def test_nothing_belongs_to_an_unknown_tenant(database: Database, orphan: str) -> None:
    """A caller or key without its tenant is refused by the tables themselves."""
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(orphan))
