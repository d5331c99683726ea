"""The server: careful, and never waited for without end."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from dialgate.app.errors import LedgerUnavailableError, UnfitStoreError
from dialgate.stores.sql.database import open_database
from dialgate.stores.sql.ledger import SqlLedger
from tests.sql_backends import Place, PostgresServer

QUICKLY_S = 4.0


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """A gate may start before its server: that is no refusal."""
    with pytest.raises(LedgerUnavailableError):
        await open_database(f"postgresql://postgres@/x?host={tmp_path}", tmp_path)


async def test_a_database_that_is_not_there_is_unavailable(postgres: PostgresServer, tmp_path: Path) -> None:
    """What the server says while connecting is the same one error."""
    with pytest.raises(LedgerUnavailableError):
        await open_database(postgres.url("nowhere"), tmp_path)


@pytest.mark.parametrize("value", ["off", "local"])
async def test_a_server_that_forgets_commits_is_refused(postgres_place: Place, value: str) -> None:
    """A database told not to wait for the disk, or for its standby, is refused in words."""
    database = await postgres_place.open()
    name = postgres_place.url.split("?")[0].rsplit("/", 1)[1]
    await database.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = {value}"))
    try:
        with pytest.raises(UnfitStoreError, match=f"synchronous_commit={value}"):
            await postgres_place.open()
    finally:
        await database.execute(text(f"ALTER DATABASE {name} RESET synchronous_commit"))


async def test_a_server_that_falls_silent_is_unavailable_soon(postgres: PostgresServer, postgres_place: Place) -> None:
    """A stopped server costs each caller the deadline and no more, and works again without a hand."""
    ledger = SqlLedger(await postgres_place.open())
    before = await ledger.view()
    postgres.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        answers = await asyncio.gather(*(ledger.view() for _ in range(30)), return_exceptions=True)
        waited_s = time.monotonic() - began
    finally:
        postgres.signal(signal.SIGCONT)
    assert {LedgerUnavailableError} == {type(answer) for answer in answers}
    assert waited_s < QUICKLY_S
    assert before == await ledger.view()


async def test_a_server_that_closes_connections_is_found_again(postgres_place: Place) -> None:
    """After a restart of the server the first statement may fail, a later one does not."""
    database = await postgres_place.open()
    with pytest.raises(LedgerUnavailableError):
        await database.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert 0 == (await SqlLedger(database).view()).head


async def test_a_gate_that_stops_inside_a_transaction_holds_nobody_for_long(postgres_place: Place) -> None:
    """The server ends a transaction that nobody goes on with, so the ledger's row is free again."""
    database = await postgres_place.open()
    shown = await database.rows(text("SHOW idle_in_transaction_session_timeout"))
    assert [("5s",)] == [tuple(row) for row in shown]
