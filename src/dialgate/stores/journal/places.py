"""Where the journals of a data directory lie, and how such a directory comes and goes as a whole."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from dialgate.app.errors import JournalUnavailableError
from dialgate.stores.journal.disk import make_private, sync_directory, take_lock

if TYPE_CHECKING:
    from pathlib import Path

LOCK = "lock"
_BEING_MADE = ".making"
_GONE = ".gone"


def journals(data_dir: Path) -> Path:
    return data_dir / "journals"


def damaged(data_dir: Path) -> Path:
    """Journals that had lost an acknowledged line: kept for a person to look at."""
    return data_dir / "journals-damaged"


def segments(directory: Path) -> list[Path]:
    """Oldest first."""
    return sorted(directory.glob("*.segment"))


def segment(directory: Path, index: int) -> Path:
    return directory / f"{index:012d}.segment"


def make(data_dir: Path, gate: str) -> tuple[Path, int]:
    """A new, empty journal directory with its lock held: it appears under its name only with the lock, so nobody can
    take it for a dead gate's. Errors: `JournalUnavailableError` if there is one of that name; `OSError`.
    """
    home = journals(data_dir)
    make_private(home)
    directory, making = home / gate, home / (gate + _BEING_MADE)
    make_private(making)
    lock = take_lock(making / LOCK)
    if lock is None or directory.exists():
        raise JournalUnavailableError(
            f"There is a journal in {directory} already. Each gate process makes its own: give this one another id."
        )
    sync_directory(making)
    making.rename(directory)
    sync_directory(home)
    return directory, lock


def remove(directory: Path, lock: int) -> None:
    """Atomicity: the name goes in one step, so no half of a journal can be taken for a whole one. The lock is given up
    in any case.
    """
    gone = directory.with_name(directory.name + _GONE)
    _rename(directory, gone, lock)
    shutil.rmtree(gone, ignore_errors=True)


def set_aside(data_dir: Path, directory: Path, lock: int) -> None:
    """As `remove`, but all of it is kept in `damaged`."""
    make_private(damaged(data_dir))
    _rename(directory, damaged(data_dir) / directory.name, lock)


def _rename(directory: Path, to: Path, lock: int) -> None:
    try:
        directory.rename(to)
        sync_directory(directory.parent)
        sync_directory(to.parent)
    finally:
        os.close(lock)


def standing(data_dir: Path) -> list[Path]:
    """The journal directories, whoever owns them; what a crash left of a removal is swept away."""
    home = journals(data_dir)
    if not home.is_dir():
        return []
    for left in home.glob("*" + _GONE):
        shutil.rmtree(left, ignore_errors=True)
    return sorted(path for path in home.iterdir() if path.is_dir() and path.suffix not in {_BEING_MADE, _GONE})
