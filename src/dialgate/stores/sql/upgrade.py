"""Which schema a database has, and bringing it up to date.

Revisions are numbered. A newer gate may already have upgraded by one step while an older one still runs: each revision
is written so that the one before works on it.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.database import Database

SCRIPTS = Path(__file__).parent / "migrations"
UPGRADE_DEADLINE_S = 600.0


async def check_schema(database: Database, scripts: Path = SCRIPTS) -> None:
    """Errors: `UnfitStoreError` for a schema that is older, or newer by more than one step."""
    steps = _steps_ahead(await _revision(database), scripts)
    if steps < 0:
        raise UnfitStoreError("The ledger has an older schema than this dialgate: run `dialgate db upgrade`.")
    if steps > 1:
        raise UnfitStoreError("The ledger has a schema newer than this dialgate can read: install that newer dialgate.")


async def upgrade(database: Database, scripts: Path = SCRIPTS) -> None:
    """To this program's schema; nothing where it is that or newer. SQLite is copied first, to
    `dialgate.sqlite3.before-<revision>`. Atomicity: one transaction.
    """
    before = await _revision(database)
    if _steps_ahead(before, scripts) >= 0:
        return
    if before and database.file:
        await asyncio.to_thread(_copy, database.file, f"before-{_newest(scripts)}")

    async def work(connection: AsyncConnection) -> None:
        await connection.run_sync(_run, scripts)

    await database.write(work, UPGRADE_DEADLINE_S)


async def prepare(database: Database, scripts: Path = SCRIPTS) -> None:
    """What `serve` does at start: the embedded file is its own to upgrade, a server is its operator's."""
    if database.file:
        await upgrade(database, scripts)
    await check_schema(database, scripts)


async def _revision(database: Database) -> str:
    """Empty where there is no schema yet."""

    def current(connection: Connection) -> str:
        return MigrationContext.configure(connection).get_current_revision() or ""

    return await database.read(lambda connection: connection.run_sync(current))


def _newest(scripts: Path) -> str:
    return ScriptDirectory(str(scripts)).get_current_head() or ""


def _steps_ahead(revision: str, scripts: Path) -> int:
    return int(revision or "0") - int(_newest(scripts))


def _run(connection: Connection, scripts: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _copy(file: Path, suffix: str) -> None:
    """By SQLite itself, so that what is still in its log is in the copy too; whole under its name, or not there."""
    target, unfinished = Path(f"{file}.{suffix}"), Path(f"{file}.{suffix}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    source, copy = sqlite3.connect(file), sqlite3.connect(unfinished)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    unfinished.replace(target)
