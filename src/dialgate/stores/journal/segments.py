"""The files that a gate appends to: the current segment, and always the next one, its space taken in advance.

When no next one can be reserved, the disk is full: what is left of the current one is for opt-outs and outcomes.
Used by the writer's thread alone.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.stores.journal import places
from dialgate.stores.journal.disk import FULL, sync_directory

if TYPE_CHECKING:
    from pathlib import Path

    from dialgate.app.ports import Clock
    from dialgate.stores.journal.disk import Disk

SEGMENT_BYTES = 8 << 20
KEEP_S = 300.0
"""How long a full segment stays although all of it is in SQL: longer than any attempt waits for the carrier, so that an
attempt without outcome is found after a crash. Older ones are in the decision log, their reservation still counted."""


@dataclass(frozen=True, slots=True)
class _Full:
    path: Path
    last: int
    at_s: float


class Segments:
    """Errors: `OSError` where the disk fails; a disk that is merely full is an answer, except in the constructor."""

    def __init__(self, directory: Path, disk: Disk, clock: Clock, size_bytes: int) -> None:
        self._directory = directory
        self._disk = disk
        self._clock = clock
        self._size_bytes = size_bytes
        self._index = 1
        self._at = 0
        self._current = disk.reserve(places.segment(directory, 1), size_bytes)
        self._next: int | None = None
        self._full: deque[_Full] = deque()
        try:
            self._next = disk.reserve(places.segment(directory, 2), size_bytes)
        except OSError:
            os.close(self._current)
            raise

    def reserve(self) -> bool:
        """Whether there is a next segment, now."""
        if self._next is None:
            try:
                self._next = self._disk.reserve(places.segment(self._directory, self._index + 1), self._size_bytes)
            except OSError as error:
                if error.errno not in FULL:
                    raise
        return self._next is not None

    def left_bytes(self) -> int:
        return self._size_bytes - self._at

    def append(self, data: bytes) -> None:
        """On disk when it returns."""
        self._disk.write(self._current, data, self._at)
        self._disk.sync(self._current)
        self._at += len(data)

    def turn(self, last: int) -> bool:
        """Go on in the next segment, if there is one. `last`: the newest number in the one that is left."""
        if not self.reserve() or self._next is None:
            return False
        self._full.append(_Full(places.segment(self._directory, self._index), last, self._clock.boottime_s()))
        os.close(self._current)
        self._current, self._next = self._next, None
        self._index, self._at = self._index + 1, 0
        return True

    def drop(self, shipped: int) -> None:
        """Delete the oldest that are in SQL. `shipped` is on disk in a later line, so that their absence is explained;
        one durable step each, so that no younger one can be gone before an older one.
        """
        oldest_s = self._clock.boottime_s() - KEEP_S
        while self._full and self._full[0].last <= shipped and self._full[0].at_s <= oldest_s:
            self._full.popleft().path.unlink()
            sync_directory(self._directory)

    def close(self) -> None:
        os.close(self._current)
        if self._next is not None:
            os.close(self._next)
