"""Which schema a database has, and bringing it up to date."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text

from dialgate.app.errors import LedgerUnavailableError, UnfitStoreError
from dialgate.stores.sql.database import Database, open_database
from dialgate.stores.sql.schema import metadata, partition
from dialgate.stores.sql.sqlite_file import NAME
from dialgate.stores.sql.upgrade import SCRIPTS, check_schema, prepare, upgrade
from tests.sql_backends import Place, PostgresServer

NOW = max(path.stem for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
LATER, LAST = (f"{int(NOW) + steps:04}" for steps in (1, 2))
NEXT = """
from alembic import op
revision = "{revision}"
down_revision = "{down_revision}"
branch_labels = depends_on = None
def upgrade():
    op.execute("CREATE TABLE later (id INTEGER)")
    op.execute("{then}")
"""


@pytest.fixture
def next_scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our revisions and one more, as in a later dialgate."""
    return scripts_with(tmp_path_factory.mktemp("scripts"), "SELECT 1")


def scripts_with(directory: Path, then: str) -> Path:
    shutil.copytree(SCRIPTS, directory / "migrations")
    (directory / "migrations" / "versions" / f"{LATER}.py").write_text(
        NEXT.format(revision=LATER, down_revision=NOW, then=then)
    )
    return directory / "migrations"


async def stamped(database: Database, revision: str) -> None:
    await database.execute(text("UPDATE alembic_version SET version_num = :revision").bindparams(revision=revision))


async def test_the_revisions_make_the_tables_that_the_code_knows(database: Database) -> None:
    """Nothing is in the one that is not in the other."""

    def differences(connection: Connection) -> list[object]:
        opts = {"include_name": lambda name, *_: not str(name).startswith("seed_")}  # the fixture's own
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))

    assert [] == await database.read(lambda connection: connection.run_sync(differences))


async def test_an_empty_file_is_upgraded_without_a_copy(tmp_path: Path) -> None:
    """The first start makes the whole schema; there is nothing to keep."""
    database = await open_database("", tmp_path)
    await prepare(database)
    assert [(0, 0, 0, 0)] == [tuple(row) for row in await database.rows(select(partition))]
    await database.close()
    assert [NAME] == [file.name for file in tmp_path.iterdir()]


async def test_an_empty_server_is_upgraded_only_on_demand(postgres: PostgresServer, tmp_path: Path) -> None:
    """`serve` refuses and names the command; the command makes the schema; then `serve` starts."""
    async with postgres.bare_database() as url:
        database = await open_database(url, tmp_path)
        with pytest.raises(UnfitStoreError, match="dialgate db upgrade"):
            await prepare(database)
        await upgrade(database)
        await prepare(database)
        await database.close()


async def test_an_older_server_is_refused(postgres_place: Place, next_scripts: Path) -> None:
    """A schema that lacks what this program needs is named with its mend."""
    database = await postgres_place.open()
    with pytest.raises(UnfitStoreError, match="dialgate db upgrade"):
        await prepare(database, next_scripts)


async def test_a_schema_one_step_newer_works_and_two_do_not(place: Place) -> None:
    """While gates are exchanged one by one, the old ones go on; a schema they cannot know stops them."""
    database = await place.open()
    try:
        await stamped(database, LATER)
        await prepare(database)
        await upgrade(database)
        await stamped(database, LAST)
        with pytest.raises(UnfitStoreError, match="newer"):
            await prepare(database)
        with pytest.raises(UnfitStoreError, match="newer"):
            await check_schema(database)
    finally:
        await stamped(database, NOW)


async def test_the_file_is_copied_before_it_is_changed(sqlite_place: Place, next_scripts: Path) -> None:
    """What was there before an upgrade can be put back: a whole database under the name of the revision."""
    database = await sqlite_place.open()
    await database.execute(text("UPDATE partition SET head = 41"))
    await prepare(database, next_scripts)
    copy = sqlite_place.data_dir / f"{NAME}.before-{LATER}"
    assert 0o600 == stat.S_IMODE(copy.stat().st_mode)
    kept = sqlite3.connect(copy)
    found = kept.execute("SELECT head, version_num FROM partition, alembic_version").fetchall()
    kept.close()
    assert [(41, NOW)] == found
    assert [(LATER,)] == [tuple(row) for row in await database.rows(text("SELECT version_num FROM alembic_version"))]


async def test_an_upgrade_that_fails_changes_nothing(place: Place, tmp_path: Path) -> None:
    """A revision that breaks half way leaves the schema that it found."""
    database = await place.open()
    with pytest.raises(LedgerUnavailableError):
        await upgrade(database, scripts_with(tmp_path / "scripts", "not SQL"))
    assert [(NOW,)] == [tuple(row) for row in await database.rows(text("SELECT version_num FROM alembic_version"))]
    with pytest.raises(LedgerUnavailableError):
        await database.rows(text("SELECT * FROM later"))
