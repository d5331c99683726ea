"""What the commands that open the stores themselves are given. Beside a running gate they use its embedded Valkey."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dialgate.app.errors import DialgateError
from dialgate.app.gate import Check
from dialgate.bootstrap import stores
from dialgate.ops.tools import Stores
from dialgate.settings import Settings, read_settings
from dialgate.stores.sql import upgrade as schema
from dialgate.stores.sql.pepper import check_pepper

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path


@asynccontextmanager
async def open_stores(config: Path | None) -> AsyncIterator[Stores]:
    """Errors: `SettingsError`, `UnfitStoreError`, `LedgerUnavailableError`."""
    settings = read_settings(config)
    async with stores.open_stores(settings) as opened:

        async def inspect() -> tuple[Check, ...]:
            return await _inspect(settings, opened)

        yield Stores(
            settings=settings,
            ledger=opened.ledger,
            register=opened.register,
            directory=opened.directory,
            guards=opened.guards,
            inspect=inspect,
        )


async def upgrade(config: Path | None) -> str:
    """Errors: as `open_stores`."""
    settings = read_settings(config)
    async with stores.open_stores(settings) as opened:
        await schema.upgrade(opened.database)
        await check_pepper(opened.database, opened.keys.pepper_id)
    return "The ledger has this dialgate's schema."


async def _inspect(settings: Settings, opened: stores.Stores) -> tuple[Check, ...]:
    volatile = settings.guard_store.accept_volatile
    return (
        await _checked("schema", schema.check_schema(opened.database)),
        await _checked("pepper", check_pepper(opened.database, opened.keys.pepper_id)),
        await _checked("guard store's settings", opened.guards.check_server(accept_volatile=volatile)),
    )


async def _checked(name: str, check: Awaitable[None]) -> Check:
    try:
        await check
    except DialgateError as error:
        return Check(name, str(error))
    return Check(name, "")
