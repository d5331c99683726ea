"""The pepper belongs to the ledger for ever."""

from __future__ import annotations

import pytest

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.pepper import check_pepper


async def test_the_first_pepper_stays(database: Database) -> None:
    """The first start keeps its id, later ones must bring the same, and another is refused in words."""
    await check_pepper(database, "first")
    await check_pepper(database, "first")
    with pytest.raises(UnfitStoreError, match=r"security\.pepper"):
        await check_pepper(database, "second")
    await check_pepper(database, "first")
