"""The embedded file: private, and on the disk when a commit returns."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.database import open_database
from dialgate.stores.sql.sqlite_file import NAME
from tests.sql_backends import Place


async def test_nobody_else_can_read_the_file(sqlite_place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The file and what SQLite puts beside it are its owner's alone."""
    directory = tmp_path_factory.mktemp("new")
    database = await open_database("", directory)
    await database.execute(text("CREATE TABLE one (id INTEGER)"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
    await database.close()
    assert {NAME: 0o600, f"{NAME}-wal": 0o600, f"{NAME}-shm": 0o600} == modes


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 1_500)]
)
async def test_every_connection_is_careful(sqlite_place: Place, pragma: str, value: object) -> None:
    """A commit has reached the disk when it returns, on whichever connection."""
    database = await sqlite_place.open()
    assert [(value,)] == [tuple(row) for row in await database.rows(text(f"PRAGMA {pragma}"))]


async def test_a_directory_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    """A missing data directory names the file and what is wrong."""
    with pytest.raises(UnfitStoreError, match="cannot be opened: No such file or directory"):
        await open_database("", tmp_path / "missing")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Something else under the name is not overwritten."""
    (tmp_path / NAME).write_bytes(b"no database at all, but long enough to look like one" * 20)
    with pytest.raises(UnfitStoreError, match="not an SQLite database"):
        await open_database("", tmp_path)
    assert (tmp_path / NAME).read_bytes().startswith(b"no database")
