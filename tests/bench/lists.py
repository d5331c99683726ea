"""Taking over a list by the command line, end to end, against a bare bulk insert of the same numbers."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from asyncpg.connection import connect

from tests.bench.rounds import Row, compared, ratios
from tests.processes import ROOT, Serve
from tests.sql_backends import TEMPLATE, PostgresServer

BATCH = 1_000
_TENANTS = count(1)


def rows(rounds: int, numbers: int) -> list[Row]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dg", dir="/tmp")))
        file, listed = home / "list.csv", _numbers(numbers)
        file.write_text("phone\n" + "\n".join(listed), encoding="utf-8")
        server = stack.enter_context(_postgres(home / "pg"))
        plain = {"SQLite": lambda: _plain_sqlite(home, listed), "PostgreSQL": lambda: _plain_postgres(server, listed)}
        found: list[Row] = []
        for name, settings in (("SQLite", {}), ("PostgreSQL", _external(server))):
            gate = Serve if name == "SQLite" else OnPostgres
            with gate(workers=1, settings=settings) as serve:
                mine, theirs = ratios(rounds, _importing(serve, file, numbers), plain[name])
                what = f"numbers of a list taken over, {name}"
                found += compared(what, mine, theirs, f"bare bulk insert, {name}", "numbers")
        return found


@dataclass(slots=True)
class OnPostgres(Serve):
    def _all_enlisted(self) -> bool:
        return len(self.gates()) == self.workers


def _importing(serve: Serve, file: Path, numbers: int) -> Callable[[], float]:
    """Each time for another tenant, so that every number is new."""

    def once() -> float:
        tenant = f"list{next(_TENANTS)}"
        _dialgate(serve, "tenant", "create", tenant, "--region", "US")
        started = time.perf_counter()
        told = _dialgate(serve, "opt-out", "import", str(file), "--tenant", tenant)
        took_s = time.perf_counter() - started
        assert f"{numbers:,} new, 0 known already, 0 rejected" in told, told
        assert "index" not in told, told
        return numbers / took_s

    return once


def _dialgate(serve: Serve, *words: str) -> str:
    command = [sys.executable, "-m", "dialgate", *words]
    environment = {**serve.environment, "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _numbers(wanted: int) -> list[str]:
    """Of five area codes, in no order."""
    chance = random.Random(20_260_302)
    codes = (202, 212, 312, 415, 646)
    return [f"+1{codes[one % 5]}{2_000_000 + one // 5}" for one in chance.sample(range(5 * 7_999_999), wanted)]


def _plain_sqlite(home: Path, numbers: Sequence[str]) -> float:
    file = home / f"plain{next(_TENANTS)}.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE n (n TEXT PRIMARY KEY);"
        )
        started = time.perf_counter()
        for start in range(0, len(numbers), BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO n VALUES (?)", [(one,) for one in numbers[start : start + BATCH]])
            connection.execute("COMMIT")
        return len(numbers) / (time.perf_counter() - started)


def _plain_postgres(server: PostgresServer, numbers: Sequence[str]) -> float:
    async def work() -> float:
        connection = await connect(server.url())
        try:
            await connection.execute("DROP TABLE IF EXISTS n; CREATE TABLE n (n TEXT PRIMARY KEY)")
            started = time.perf_counter()
            for start in range(0, len(numbers), BATCH):
                await connection.executemany(
                    "INSERT INTO n VALUES ($1)", [(one,) for one in numbers[start : start + BATCH]]
                )
            return len(numbers) / (time.perf_counter() - started)
        finally:
            await connection.close()

    return asyncio.run(work())


@contextmanager
def _postgres(directory: Path) -> Iterator[PostgresServer]:
    directory.parent.chmod(0o755)  # the server does not run as root
    directory.mkdir()
    server = PostgresServer(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _external(server: PostgresServer) -> dict[str, str]:
    """A ledger elsewhere wants its keys given."""
    pepper, master = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    return {
        "DIALGATE_LEDGER__URL": server.url(TEMPLATE),
        "DIALGATE_SECURITY__PEPPER": pepper,
        "DIALGATE_SECURITY__MASTER_KEYS": master,
    }
