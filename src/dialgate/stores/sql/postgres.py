"""PostgreSQL through asyncpg: what a session is told, and which servers are refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.backend import Backend

if TYPE_CHECKING:
    from asyncpg.connection import Connection

CONNECTIONS = 12
WRITERS = 8
_SESSION = {
    "application_name": "dialgate",
    "jit": "off",
    "timezone": "UTC",
    "lock_timeout": "1500ms",
    "statement_timeout": "15s",
    # A gate that was stopped inside a transaction must not hold the ledger's row against all others.
    "idle_in_transaction_session_timeout": "5s",
}


def backend(url: str, deadline_s: float) -> Backend:
    """The driver reads `url` itself, so `sslmode` and several hosts mean what they mean to libpq.

    Errors: `UnfitStoreError`.
    """
    try:
        from asyncpg import exceptions  # noqa: PLC0415 - as below
        from asyncpg.connection import connect  # noqa: PLC0415 - an extra: the embedded gate does without it
    except ImportError as error:
        raise UnfitStoreError("A postgresql:// ledger needs the extra: pip install 'dialgate[postgres]'.") from error
    settings = {"timeout": deadline_s, "server_settings": _SESSION}

    writer = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(connect, url, **settings),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=deadline_s,
        hide_parameters=True,
    )
    failures = (exceptions.PostgresError, exceptions.InterfaceError, exceptions.InternalClientError)
    return Backend(writer, writer.execution_options(isolation_level="REPEATABLE READ"), WRITERS, failures, _end, _unfit)


async def _end(connection: Connection) -> None:
    connection.terminate()  # without a word to a server that may be mute


async def _unfit(connection: AsyncConnection) -> str:
    for name, wrong in (("synchronous_commit", {"off", "local"}), ("fsync", {"off"})):
        value = (await connection.exec_driver_sql(f"SHOW {name}")).scalar_one()
        if value in wrong:
            return f"PostgreSQL runs with {name}={value}: it would lose acknowledged opt-outs; set {name}=on."
    return ""
