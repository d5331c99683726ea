"""One `serve` per data directory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dialgate.bootstrap.directory_lock import DataDirectory, directory_id
from dialgate.settings import SettingsError


def test_the_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """Nobody else reads journals and secrets."""
    with DataDirectory(tmp_path / "deep" / "var") as directory:
        assert 0o700 == stat.S_IMODE(directory.path.stat().st_mode)


def test_a_second_one_names_the_first(tmp_path: Path) -> None:
    """Whoever starts a second gate on the same directory learns the pid of the first, and the mend."""
    with DataDirectory(tmp_path), pytest.raises(SettingsError) as raised, DataDirectory(tmp_path):
        raise AssertionError("two at once")
    said = str(raised.value)
    assert (True, True) == (f"(pid {os.getpid()})" in said, "set data.dir" in said)


def test_the_next_one_may_start_when_the_first_has_ended(tmp_path: Path) -> None:
    """The lock leaves with its owner, and the file that it leaves behind locks nobody out."""
    for _ in range(2):
        with DataDirectory(tmp_path):
            assert str(os.getpid()) == (tmp_path / "serve.lock").read_text()


def test_a_refused_second_leaves_the_first_its_lock(tmp_path: Path) -> None:
    """Looking at a lock does not loosen it."""
    with DataDirectory(tmp_path):
        for _ in range(2):
            with pytest.raises(SettingsError), DataDirectory(tmp_path):
                raise AssertionError("two at once")


def test_what_cannot_be_a_directory_is_told(tmp_path: Path) -> None:
    """A file in the way is named, with the setting that mends it."""
    (tmp_path / "var").write_text("")
    with pytest.raises(SettingsError, match=r"cannot be used: .*Set data\.dir"), DataDirectory(tmp_path / "var"):
        raise AssertionError("a file is no directory")


def test_a_directory_keeps_its_name(tmp_path: Path) -> None:
    """The gates of one directory know each other by it, over restarts; another directory has another."""
    first = directory_id(tmp_path)
    (tmp_path / "other").mkdir()
    assert (32, first) == (len(first), directory_id(tmp_path))
    assert first != directory_id(tmp_path / "other")
