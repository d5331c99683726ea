"""What a gate or a command opens, from settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from dialgate.app.errors import StoreUnavailableError, UnfitStoreError
from dialgate.bootstrap.keys import FILE
from dialgate.bootstrap.stores import open_stores
from dialgate.settings import Settings
from dialgate.stores.sql.sqlite_file import NAME
from dialgate.stores.valkey import EmbeddedValkey
from tests.sql_backends import Place
from tests.unit.bootstrap.conftest import MakeSettings
from tests.waiting import wait_until


def connections(valkey: EmbeddedValkey) -> int:
    """How many others are connected to it."""
    with Redis.from_url(valkey.url) as client:
        return len(client.client_list()) - 1


def held(directory: Path) -> list[str]:
    """The files below it that this process has open."""
    links = (Path("/proc/self/fd") / name for name in [path.name for path in Path("/proc/self/fd").iterdir()])
    opened = (str(link.readlink()) for link in links if link.is_symlink())
    return [path for path in opened if path.startswith(str(directory))]


async def test_the_guard_store_of_the_settings_is_asked(settings: MakeSettings, tmp_path: Path) -> None:
    """With `guard_store.url` set, the data directory holds no Valkey and needs none."""
    async with open_stores(settings()) as stores:
        assert "" != (await stores.guards.fence()).server_history_id
    assert not (tmp_path / "valkey").exists()


async def test_without_one_it_is_the_embedded_valkey_of_the_directory(valkey: EmbeddedValkey) -> None:
    """Whoever opens the same data directory reaches the server that `serve` started there."""
    home = valkey.url.removeprefix("unix://").removesuffix("/valkey/sock")
    async with open_stores(Settings.model_validate({"data": {"dir": home}})) as stores:
        assert "" != (await stores.guards.fence()).server_history_id
    assert (Path(home) / FILE).is_file()


async def test_opening_asks_no_guard_store(tmp_path: Path) -> None:
    """A gate opens its stores while Valkey is still coming up; who asks it then hears that it is silent."""
    async with open_stores(Settings.model_validate({"data": {"dir": tmp_path}})) as stores:
        with pytest.raises(StoreUnavailableError):
            await stores.guards.fence()


async def test_all_of_them_share_one_ledger(settings: MakeSettings, sqlite_place: Place) -> None:
    """Ledger, register, log and directory read the same database, in the data directory."""
    async with open_stores(settings()) as stores:
        assert sqlite_place.data_dir / NAME == stores.database.file
        assert (0, []) == ((await stores.ledger.view()).head, await stores.register.gates())
        assert {} == dict((await stores.directory.snapshot()).keys)


async def test_everything_is_closed_at_the_end(
    settings: MakeSettings, sqlite_place: Place, valkey: EmbeddedValkey
) -> None:
    """Whatever happened in between, no file and no connection stays open."""
    before = connections(valkey)

    async def fail() -> None:
        async with open_stores(settings()) as stores:
            await stores.ledger.view()
            await stores.guards.fence()
            assert (True, True) == (connections(valkey) > before, held(sqlite_place.data_dir) != [])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert [] == held(sqlite_place.data_dir)
    assert wait_until(lambda: connections(valkey) == before, "the connections end")


async def test_a_ledger_of_another_kind_is_refused(settings: MakeSettings) -> None:
    """The sentence names the setting."""
    with pytest.raises(UnfitStoreError, match=r"ledger\.url begins with 'mysql'"):
        async with open_stores(settings(ledger={"url": "mysql://db"})):
            raise AssertionError("there is no such ledger")
