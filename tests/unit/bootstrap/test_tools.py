"""What the commands get that open the stores themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialgate.bootstrap.tools import open_stores, upgrade
from dialgate.settings import SettingsError
from dialgate.stores.sql.sqlite_file import NAME
from dialgate.stores.valkey import EmbeddedValkey


def config(directory: Path, data_dir: Path) -> Path:
    file = directory / "dialgate.toml"
    file.write_text(f'[data]\ndir = "{data_dir}"\n')
    return file


async def problems(file: Path) -> dict[str, str]:
    async with open_stores(file) as stores:
        return {check.name: check.problem for check in await stores.inspect()}


async def test_beside_a_running_gate_its_valkey_is_used(
    valkey: EmbeddedValkey, valkey_home: Path, tmp_path: Path
) -> None:
    """The command answers from the very server of the gate, and leaves it as it was."""
    pid = valkey.pid
    async with open_stores(config(tmp_path, valkey_home)) as stores:
        checks = {check.name: check.problem for check in await stores.inspect()}
        assert "" != (await stores.guards.fence()).server_history_id
    assert ("", None, pid) == (checks["guard store's settings"], valkey.poll(), valkey.pid)


async def test_where_no_gate_runs_none_is_started(tmp_path: Path) -> None:
    """A command that looks leaves no server behind: it says that there is none."""
    said = await problems(config(tmp_path, tmp_path))
    assert said["guard store's settings"].startswith("The guard store cannot be reached")
    assert not (tmp_path / "valkey").exists()


async def test_each_problem_is_named(tmp_path: Path) -> None:
    """On a new directory nothing is as it should be, and looking still ends with an answer."""
    said = await problems(config(tmp_path, tmp_path))
    assert ["schema", "pepper", "guard store's settings"] == [name for name, problem in said.items() if problem]
    assert "run `dialgate db upgrade`" in said["schema"]


async def test_an_upgrade_mends_the_ledger_and_says_so(tmp_path: Path) -> None:
    """After it schema and pepper are well, and a repeat says the same and changes nothing."""
    file = config(tmp_path, tmp_path)
    sentences = [await upgrade(file), await upgrade(file)]
    said = await problems(file)
    assert ["The ledger has this dialgate's schema."] * 2 == sentences
    assert ("", "") == (said["schema"], said["pepper"])


async def test_another_pepper_is_named(migrated_file: Path, tmp_path: Path) -> None:
    """With another pepper every suppressed number would read as absent."""
    shutil.copy(migrated_file, tmp_path / NAME)
    file = config(tmp_path, tmp_path)
    await upgrade(file)
    (tmp_path / "secrets.toml").unlink()
    said = await problems(file)
    assert "security.pepper is not the one this ledger began with: give every gate the first one." == said["pepper"]


async def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """Before anything is opened."""
    with pytest.raises(SettingsError, match="There is no settings file"):
        await upgrade(tmp_path / "none.toml")
