"""The journal of this gate process: append, ship, close. The one owner of the directory for its whole life."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.records import Kind
from dialgate.stores.journal import lines, places
from dialgate.stores.journal.disk import Disk
from dialgate.stores.journal.segments import SEGMENT_BYTES, Segments
from dialgate.stores.journal.shipper import Shipper
from dialgate.stores.journal.writer import Entry, Reports, Writer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dialgate.app.ports import Clock
    from dialgate.app.records import Record
    from dialgate.domain.ids import GateId
    from dialgate.stores.journal.shipper import Outlet

MAX_UNSHIPPED = 32_768

log = structlog.get_logger(__name__)


class OwnJournal:
    """The port `Journal` on a directory. Made by `open`, on the event loop that uses it."""

    def __init__(self, directory: Path, lock: int, segments: Segments, shipper: Shipper, max_unshipped: int) -> None:
        self._directory = directory
        self._lock: int | None = lock
        self._shipper = shipper
        self._max_unshipped = max_unshipped
        self._in_flight = 0
        self._closed = False
        self._nothing_left = False
        self.failed = asyncio.Event()
        """Set for good when a write or an fsync has failed: what is on disk is unknown, and this process must end."""
        reports = Reports(self._on_committed, self._on_no_room, self._on_failed)
        self._writer = Writer(segments, reports, lambda: shipper.shipped, asyncio.get_running_loop())
        self._shipping = asyncio.create_task(shipper.run(), name="journal shipper")

    @classmethod
    async def open(
        cls,
        data_dir: Path,
        gate: GateId,
        outlet: Outlet,
        clock: Clock,
        *,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        max_unshipped: int = MAX_UNSHIPPED,
    ) -> OwnJournal:
        """Make the directory of this gate, lock it and reserve its space. `data_dir` is there already. Errors:
        `JournalUnavailableError`.
        """
        try:
            directory, lock = await asyncio.to_thread(places.make, data_dir, gate)
            try:
                segments = await asyncio.to_thread(Segments, directory, disk or Disk(), clock, segment_bytes)
            except OSError:
                await asyncio.to_thread(places.remove, directory, lock)
                raise
        except OSError as error:
            raise JournalUnavailableError(
                f"The journal in {places.journals(data_dir)} cannot be made ({error.strerror}). Give its volume at "
                f"least {2 * segment_bytes / (1 << 20):g} MiB of free space and this user the right to write there."
            ) from error
        return cls(directory, lock, segments, Shipper(outlet, clock), max_unshipped)

    async def append(self, record: Record) -> None:
        self._refuse_unless_open()
        if record.kind is Kind.DECISION:
            self._refuse_unless_roomy()
        await self._written(lines.payload(record))

    async def shipped(self) -> None:
        """Appends that have not returned yet count too. Errors: `JournalUnavailableError` if the journal fails or
        closes before that.
        """
        self._refuse_unless_open()
        await self._drained()

    @property
    def unshipped(self) -> int:
        """Records that are not in SQL, those on their way to the disk included."""
        return self._in_flight + self._shipper.unshipped

    @property
    def oldest_unshipped_s(self) -> float:
        """Age of the oldest record that is on disk and not in SQL; 0 where there is none."""
        return self._shipper.oldest_unshipped_s

    async def close(self, within_s: float) -> bool:
        """Take no more, and ship what can be shipped within that time. Whether all is in SQL: then `remove` it.
        Otherwise the lock stays until `release` or the end of the process, and a sibling takes over after that.
        """
        self._closed = True
        with suppress(TimeoutError, JournalUnavailableError):
            async with asyncio.timeout(0 if self.failed.is_set() else within_s):
                await self._drained()
        ended = await self._stop(within_s)
        self._nothing_left = ended and not self.failed.is_set() and self.unshipped == 0
        return self._nothing_left

    async def remove(self) -> None:
        """After `close` has answered True: nothing of this gate is left for a sibling. Errors: `OSError`."""
        if not self._nothing_left or self._lock is None:
            raise ValueError("only a journal that has been closed with all of it shipped can be removed")
        lock, self._lock = self._lock, None
        await asyncio.to_thread(places.remove, self._directory, lock)

    async def release(self, within_s: float = 5.0) -> None:
        """Close without shipping and give up the lock: a sibling takes over at once. Only when nothing of this gate can
        act any more. A disk that does not answer keeps the lock until the process ends.
        """
        self._closed = True
        if await self._stop(within_s) and self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _drained(self) -> None:
        await self._shipper.reached(await self._written(b""))

    async def _written(self, payload: bytes) -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._in_flight += bool(payload)
        self._writer.submit(Entry(payload, done))
        return await done

    async def _stop(self, within_s: float) -> bool:
        ended = await self._writer.stop(within_s)
        self._shipping.cancel()
        await asyncio.wait({self._shipping})
        self._end(self._writer.left_over() if ended else [], "it is closed")
        return ended

    def _refuse_unless_open(self) -> None:
        if self.failed.is_set() or self._closed:
            raise self._unavailable("its disk has failed" if self.failed.is_set() else "it is closed")

    def _refuse_unless_roomy(self) -> None:
        if self.unshipped >= self._max_unshipped:
            raise self._unavailable(
                f"{self._max_unshipped} records wait for the ledger; it goes on by itself once SQL answers"
            )
        if self._writer.disk_full:
            raise self._unavailable("its volume is full; free some space there, it goes on by itself")

    def _unavailable(self, why: str) -> JournalUnavailableError:
        return JournalUnavailableError(f"The journal in {self._directory} takes no record: {why}.")

    def _on_committed(self, placed: Sequence[tuple[int, Entry]]) -> None:
        for number, entry in placed:
            if entry.payload:
                self._in_flight -= 1
                self._shipper.add(number, entry.payload)
            if not entry.done.done():
                entry.done.set_result(number)

    def _on_no_room(self, entries: Sequence[Entry]) -> None:
        self._end(entries, "its volume is full; free some space there, it goes on by itself")

    def _on_failed(self, entries: Sequence[Entry], error: Exception) -> None:
        log.critical("journal_failed", directory=str(self._directory), error=repr(error))
        self.failed.set()
        self._end([*entries, *self._writer.left_over()], "its disk has failed; look after the disk, then start again")

    def _end(self, entries: Sequence[Entry], why: str) -> None:
        for entry in entries:
            self._in_flight -= bool(entry.payload)
            if not entry.done.done():
                entry.done.set_exception(self._unavailable(why))
