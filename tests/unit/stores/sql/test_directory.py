"""What the directory does beneath its port."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from dialgate.app.errors import UnfitStoreError
from dialgate.app.queries import Tenant
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.directory import SqlDirectory
from dialgate.stores.sql.schema import tenant
from tests.sql_backends import Place

TOKEN = "0123456789abcdef0123456789abcdef"
ACME = Tenant("acme", "US", "AC1", (TOKEN,), False, {}, "", False, datetime(2026, 11, 21, tzinfo=UTC))  # noqa: FBT003
OLD, NEW = b"o" * 32, b"n" * 32


async def test_no_file_holds_an_account_token(sqlite_place: Place) -> None:
    """Whoever gets a copy of the database has no credentials."""
    database = await sqlite_place.open()
    await SqlDirectory(database, Cipher([OLD])).create_tenant(ACME, [])
    files = list(sqlite_place.data_dir.iterdir())
    assert {"AC1": True, TOKEN: False} == {
        text: any(text.encode() in file.read_bytes() for file in files) for text in ("AC1", TOKEN)
    }


async def test_no_column_holds_an_account_token(postgres_place: Place) -> None:
    """The same on a server: what is stored does not contain it."""
    database = await postgres_place.open()
    await SqlDirectory(database, Cipher([OLD])).create_tenant(ACME, [])
    (row,) = await database.rows(select(tenant))
    assert not any(TOKEN in str(value) for value in row)


async def test_every_master_key_reads_and_a_foreign_one_does_not(sqlite_place: Place) -> None:
    """Keys can be changed one after the other; without the one that wrote, start is refused in words."""
    database = await sqlite_place.open()
    await SqlDirectory(database, Cipher([OLD])).create_tenant(ACME, [])
    assert {"acme": ACME} == (await SqlDirectory(database, Cipher([NEW, OLD])).snapshot()).tenants
    with pytest.raises(UnfitStoreError, match=r"security\.master_keys"):
        await SqlDirectory(database, Cipher([NEW])).snapshot()
