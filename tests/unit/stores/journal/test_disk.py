"""What the journal asks of the file system, on the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialgate.stores.journal.disk import Disk, make_private, take_lock


def test_a_reserved_file_owns_its_space(tmp_path: Path) -> None:
    """Its blocks are taken before anything is written, it reads as zeros, and only its owner may read it."""
    path = tmp_path / "segment"
    os.close(Disk().reserve(path, 1 << 16))
    told = path.stat()
    assert (1 << 16, True, 0o600) == (told.st_size, told.st_blocks * 512 >= 1 << 16, told.st_mode & 0o777)
    assert bytes(1 << 16) == path.read_bytes()


def test_a_file_that_cannot_be_reserved_leaves_nothing(tmp_path: Path) -> None:
    """Without room there is an error and no half of a file."""
    with pytest.raises(OSError, match=r"large|space"):
        Disk().reserve(tmp_path / "segment", 1 << 62)
    assert [] == list(tmp_path.iterdir())


def test_nothing_is_written_over_an_existing_file(tmp_path: Path) -> None:
    """A segment is made once."""
    (tmp_path / "segment").write_bytes(b"kept")
    with pytest.raises(FileExistsError):
        Disk().reserve(tmp_path / "segment", 100)
    assert b"kept" == (tmp_path / "segment").read_bytes()


def test_written_bytes_stand_where_they_were_put(tmp_path: Path) -> None:
    """A write has a place of its own, whatever was written before."""
    disk = Disk()
    descriptor = disk.reserve(tmp_path / "segment", 10)
    disk.write(descriptor, b"cd", 2)
    disk.write(descriptor, b"ab", 0)
    disk.sync(descriptor)
    os.close(descriptor)
    assert b"abcd" + bytes(6) == (tmp_path / "segment").read_bytes()


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    """A second taker gets none, even in the same process, until the first gives it up."""
    first = take_lock(tmp_path / "lock")
    assert (True, None) == (first is not None, take_lock(tmp_path / "lock"))
    os.close(first or 0)
    again = take_lock(tmp_path / "lock")
    assert again is not None
    os.close(again)


def test_a_started_program_does_not_inherit_the_lock(tmp_path: Path) -> None:
    """A child that outlives its parent does not make the parent look alive."""
    held = take_lock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=False
    ) as child:
        os.close(held or 0)
        taken = None
        while taken is None:  # Until the child's own start has closed the copy.
            taken = take_lock(tmp_path / "lock")
        alive = child.poll() is None
        child.kill()
    os.close(taken)
    assert alive


def test_a_lock_whose_file_has_gone_is_no_lock(tmp_path: Path) -> None:
    """Where the directory was removed meanwhile there is nothing to take."""
    assert take_lock(tmp_path / "gone" / "lock") is None


def test_a_private_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    """0700 on making; one that is there already is left as it is."""
    make_private(tmp_path / "own")
    make_private(tmp_path / "own")
    assert 0o700 == (tmp_path / "own").stat().st_mode & 0o777
