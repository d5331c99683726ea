"""The directories of journals, as a crash at any step leaves them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dialgate.app.errors import JournalUnavailableError
from dialgate.stores.journal import places
from dialgate.stores.journal.disk import take_lock


def test_a_new_journal_appears_with_its_lock_held(tmp_path: Path) -> None:
    """Nobody can take a gate that is just starting for a dead one."""
    directory, lock = places.make(tmp_path, "gate")
    assert (tmp_path / "journals" / "gate", None) == (directory, take_lock(directory / places.LOCK))
    os.close(lock)


def test_a_journal_is_made_once(tmp_path: Path) -> None:
    """A second gate of the same id is refused in words, and the first keeps its lock."""
    directory, lock = places.make(tmp_path, "gate")
    with pytest.raises(JournalUnavailableError, match="already"):
        places.make(tmp_path, "gate")
    assert take_lock(directory / places.LOCK) is None
    os.close(lock)


def test_what_a_crash_left_of_making_is_no_journal(tmp_path: Path) -> None:
    """A directory that was not finished is not listed, and making it again works."""
    (tmp_path / "journals" / "gate.making").mkdir(parents=True)
    before = places.standing(tmp_path)
    directory, lock = places.make(tmp_path, "gate")
    assert ([], [directory]) == (before, places.standing(tmp_path))
    os.close(lock)


def test_what_a_crash_left_of_a_removal_is_swept(tmp_path: Path) -> None:
    """No half of a journal is ever read, and none takes space for long."""
    left = tmp_path / "journals" / "gate.gone"
    left.mkdir(parents=True)
    (left / "000000000002.segment").write_bytes(b"rest")
    assert ([], False) == (places.standing(tmp_path), left.exists())


def test_a_removed_journal_is_gone_with_its_lock(tmp_path: Path) -> None:
    """Nothing of it stays, and whoever waited for its lock gets none."""
    directory, lock = places.make(tmp_path, "gate")
    places.remove(directory, lock)
    assert (None, []) == (take_lock(directory / places.LOCK), list((tmp_path / "journals").iterdir()))


def test_a_damaged_journal_is_kept_whole(tmp_path: Path) -> None:
    """Set aside, it is out of the way and nothing of it is deleted."""
    directory, lock = places.make(tmp_path, "gate")
    places.segment(directory, 1).write_bytes(b"evidence")
    places.set_aside(tmp_path, directory, lock)
    kept = places.damaged(tmp_path) / "gate" / "000000000001.segment"
    assert (b"evidence", []) == (kept.read_bytes(), places.standing(tmp_path))


def test_a_data_directory_without_journals_has_none(tmp_path: Path) -> None:
    """Looking makes nothing."""
    assert ([], []) == (places.standing(tmp_path), list(tmp_path.iterdir()))


def test_segments_are_listed_in_the_order_of_writing(tmp_path: Path) -> None:
    """The tenth comes after the ninth."""
    paths = [places.segment(tmp_path, index) for index in (10, 9, 100)]
    for path in paths:
        path.touch()
    assert [paths[1], paths[0], paths[2]] == places.segments(tmp_path)
