"""What was done to gates and generations stays on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dialgate.app.errors import LedgerUnavailableError
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.register import SqlRegister


@pytest.mark.parametrize("change", ["UPDATE register_event SET actor = 'me'", "DELETE FROM register_event"])
async def test_the_record_of_the_register_is_append_only(database: Database, change: str) -> None:
    """Nobody can take back that a gate was struck."""
    await SqlRegister(database).next_generation(0, datetime(2026, 11, 21, tzinfo=UTC))
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text(change))
