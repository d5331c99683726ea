"""The journal of a gate that is dead: whoever can take its lock knows that, and does for it what it no longer can."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

import structlog

from dialgate.app.errors import JournalUnavailableError
from dialgate.domain.ids import GateId
from dialgate.stores.journal import places
from dialgate.stores.journal.disk import take_lock
from dialgate.stores.journal.scan import scan
from dialgate.stores.journal.shipper import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dialgate.app.ports import DecisionSink
    from dialgate.app.records import Record
    from dialgate.stores.journal.scan import Content

log = structlog.get_logger(__name__)


def adoptable(data_dir: Path, own_gate: GateId) -> Iterator[Adopted]:
    """The journals beside one's own whose lock can be taken. It is taken one at a time, when the loop comes to it, so
    whoever stops half-way holds nothing of the rest. Reads no content, so it may run every second.
    Errors: `OSError`.
    """
    for directory in places.standing(data_dir):
        lock = None if directory.name == own_gate else take_lock(directory / places.LOCK)
        if lock is not None:
            yield Adopted(data_dir, directory, lock)


class Adopted:
    """Holds the lock until `remove` or `release`. Every step may be repeated, by this or by another gate.

    Errors: `JournalUnavailableError` where the directory cannot be read; nothing is given up by that.
    """

    def __init__(self, data_dir: Path, directory: Path, lock: int) -> None:
        self._data_dir = data_dir
        self._directory = directory
        self._lock: int | None = lock
        self._content: Content | None = None

    @property
    def gate(self) -> GateId:
        return GateId(self._directory.name)

    async def records(self) -> Sequence[Record]:
        """All that may not be in SQL, in the order of writing."""
        return (await self._read()).unshipped

    async def ship_all(self, sink: DecisionSink) -> None:
        """Errors: `LedgerUnavailableError`; what was shipped before it is shipped again next time, without harm."""
        records = await self.records()
        for start in range(0, len(records), AT_ONCE):
            await sink.ship(records[start : start + AT_ONCE])

    async def unfinished(self) -> Sequence[tuple[str, str]]:
        """(decision id, tenant) of allowed decisions that this journal holds without any outcome, oldest first. Those
        older than `segments.KEEP_S` may be missing: their gate lived long enough to see their outcome.
        """
        return (await self._read()).unfinished

    async def remove(self) -> None:
        """After all of it is in SQL. A journal that had lost acknowledged lines is set aside whole instead."""
        content = await self._read()
        lock, self._lock = self._lock, None
        if lock is None:
            raise ValueError("an adopted journal is removed or released once")
        try:
            if content.lost:
                await asyncio.to_thread(places.set_aside, self._data_dir, self._directory, lock)
            else:
                await asyncio.to_thread(places.remove, self._directory, lock)
        except OSError as error:
            raise JournalUnavailableError(
                f"The journal in {self._directory} is in the ledger and cannot be removed ({error.strerror}). "
                "Give this user the right to write there."
            ) from error

    def release(self) -> None:
        """Leave it to whoever comes next. Does nothing once `remove` has begun."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    async def _read(self) -> Content:
        if self._content is None:
            try:
                self._content = await asyncio.to_thread(partial(scan, self._directory))
            except (OSError, ValueError, KeyError) as error:
                raise JournalUnavailableError(
                    f"The journal in {self._directory} cannot be read: {error}. A newer version may know more."
                ) from error
            self._report_losses(self._content)
        return self._content

    def _report_losses(self, content: Content) -> None:
        for first, last in content.lost:
            log.critical(
                "journal_damaged",
                directory=str(self._directory),
                lines=f"{first}-{last}",
                mend=f"acknowledged, now unreadable; the files will be kept in {places.damaged(self._data_dir)}",
            )
