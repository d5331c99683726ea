"""The files of a journal and the space taken in advance."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialgate.stores.journal import places
from dialgate.stores.journal.disk import Disk
from dialgate.stores.journal.segments import KEEP_S, Segments
from tests.fakes.journal_tools import FailingDisk, SetClock, SmallDisk


def names(directory: Path) -> list[int]:
    return [int(path.stem) for path in places.segments(directory)]


def test_the_next_segment_is_always_reserved(tmp_path: Path) -> None:
    """Space is taken one segment ahead, so a full disk is known before it hurts."""
    segments = Segments(tmp_path, Disk(), SetClock(), 100)
    before = names(tmp_path)
    segments.turn(1)
    segments.reserve()
    segments.close()
    assert ([1, 2], [1, 2, 3]) == (before, names(tmp_path))


def test_lines_stand_one_after_the_other(tmp_path: Path) -> None:
    """What is appended is in the file when `append` returns, and the rest of the space is known."""
    segments = Segments(tmp_path, Disk(), SetClock(), 100)
    segments.append(b"one\n")
    segments.append(b"two\n")
    segments.turn(2)
    segments.append(b"three\n")
    segments.close()
    contents = [path.read_bytes().rstrip(b"\0") for path in places.segments(tmp_path)]
    assert ([b"one\ntwo\n", b"three\n"], 94) == (contents, segments.left_bytes())


def test_a_full_disk_stops_at_the_last_reserved_segment(tmp_path: Path) -> None:
    """Without room for another there is no turning, until there is room again."""
    disk = SmallDisk(2)
    segments = Segments(tmp_path, disk, SetClock(), 100)
    seen = [segments.turn(1), segments.reserve(), segments.turn(2)]
    disk.segments = 1
    seen += [segments.reserve(), segments.turn(2)]
    segments.close()
    assert [True, False, False, True, True] == seen


def test_a_disk_without_room_for_two_segments_is_refused(tmp_path: Path) -> None:
    """A journal that could not hold an opt-out on a full disk is not begun."""
    with pytest.raises(OSError, match="No space left"):
        Segments(tmp_path, SmallDisk(1), SetClock(), 100)


def test_an_error_that_is_not_fullness_is_raised(tmp_path: Path) -> None:
    """A name that is taken is no full disk."""
    segments = Segments(tmp_path, Disk(), SetClock(), 100)
    places.segment(tmp_path, 3).touch()
    segments.turn(1)
    with pytest.raises(FileExistsError):
        segments.reserve()
    segments.close()


def test_shipped_segments_go_when_they_are_old(tmp_path: Path) -> None:
    """A segment is deleted only when all of it is shipped and it has been full for a while, the oldest first."""
    clock = SetClock()
    segments = Segments(tmp_path, Disk(), clock, 100)
    for last in (10, 20, 30):
        segments.turn(last)
    segments.drop(shipped=20)
    young = names(tmp_path)
    clock.pass_s(KEEP_S)
    segments.drop(shipped=9)
    unshipped = names(tmp_path)
    segments.drop(shipped=20)
    segments.close()
    assert ([1, 2, 3, 4], [1, 2, 3, 4], [3, 4]) == (young, unshipped, names(tmp_path))


def test_a_failed_sync_is_raised(tmp_path: Path) -> None:
    """Nobody is told that a line is on disk when the disk says otherwise."""
    disk = FailingDisk()
    segments = Segments(tmp_path, disk, SetClock(), 100)
    disk.broken = True
    with pytest.raises(OSError, match="Input/output"):
        segments.append(b"one\n")
    segments.close()
