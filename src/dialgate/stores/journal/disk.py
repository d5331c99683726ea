"""What the journal asks of the file system. An argument, so that tests can fill the disk or cut power."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors that say only that there is no room: nothing is lost, and room may come back."""


class Disk:
    """Errors: each method raises `OSError`."""

    def reserve(self, path: Path, size_bytes: int) -> int:
        """A new file (0600) of zeros whose blocks are its own already, so that writing into it cannot run out of
        space (not on file systems that copy on write). Durable with its directory entry. Its descriptor.
        """
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size_bytes)
            os.fsync(descriptor)
            sync_directory(path.parent)
        except OSError:
            os.close(descriptor)
            path.unlink()
            raise
        return descriptor

    def write(self, descriptor: int, data: bytes, at: int) -> None:
        while data:
            written = os.pwrite(descriptor, data, at)
            data, at = data[written:], at + written

    def sync(self, descriptor: int) -> None:
        os.fdatasync(descriptor)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> int | None:
    """The descriptor that holds the lock until it is closed, or None if somebody else holds it. The lock belongs to
    this open file alone: a program started meanwhile does not inherit it, and a process id says nothing.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    except OSError as error:
        if not isinstance(error, (BlockingIOError, FileNotFoundError)):
            os.close(descriptor)
            raise
    os.close(descriptor)
    return None


def make_private(directory: Path) -> None:
    """0700 and durable, with the parent's entry for it."""
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        sync_directory(directory.parent)
