"""One thread that writes: all that waits is committed together, in one write and one fdatasync."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import structlog

from dialgate.stores.journal import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dialgate.stores.journal.segments import Segments

RETRY_S = 1.0
"""Between two looks whether a full disk has room again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    payload: bytes
    """Of one record. Empty: only waits until all before it is on disk."""
    done: asyncio.Future[int]
    """Gives the number of the line."""


@dataclass(frozen=True, slots=True)
class Reports:
    """How the thread tells the event loop. Called on the loop, in the order of writing."""

    committed: Callable[[Sequence[tuple[int, Entry]]], None]
    no_room: Callable[[Sequence[Entry]], None]
    failed: Callable[[Sequence[Entry], Exception], None]
    """Once. The entries may or may not be on disk; nothing is written after it."""


class Writer:
    """`submit`, `stop` and `left_over` belong to the loop's thread, all else to the writer's own."""

    def __init__(
        self, segments: Segments, reports: Reports, shipped: Callable[[], int], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._segments = segments
        self._reports = reports
        self._shipped = shipped
        self._loop = loop
        self._queue: SimpleQueue[list[Entry] | None] = SimpleQueue()
        self._gathered: list[Entry] = []
        self._last = 0
        self.disk_full = False
        """Whether what is left is for opt-outs and outcomes; set by the thread."""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def submit(self, entry: Entry) -> None:
        """Handed over with all others of this turn of the loop: to wake the thread costs more than a record."""
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(entry)

    async def stop(self, within_s: float) -> bool:
        """Whether the thread has ended; a disk that does not answer may hold it for ever."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, within_s)
        return not self._thread.is_alive()

    def left_over(self) -> list[Entry]:
        """What nobody will write any more. After the thread has ended."""
        self._hand_over()
        return [entry for entries in _drain(self._queue) for entry in entries or ()]

    def _hand_over(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._wait()
            try:
                self._commit(batch)
                self._look_for_room()
            except Exception as error:  # noqa: BLE001 - after any failure what is on disk is unknown: never write again
                self._tell(self._reports.failed, batch, error)
                going_on = False
        self._segments.close()

    def _wait(self) -> tuple[list[Entry], bool]:
        """All that waits by now, and whether to go on after it."""
        try:
            waiting = [self._queue.get(timeout=RETRY_S if self.disk_full else None)]
        except Empty:
            return [], True
        waiting += _drain(self._queue)
        return [entry for entries in waiting for entry in entries or ()], None not in waiting

    def _commit(self, batch: Sequence[Entry]) -> None:
        durable, shipped = self._last, self._shipped()
        sealed: list[bytes] = []
        placed: list[tuple[int, Entry]] = []
        refused: list[Entry] = []
        room = self._segments.left_bytes()
        for entry in batch:
            line = lines.seal(self._last + 1, durable, shipped, entry.payload) if entry.payload else b""
            if len(line) > room:
                self._flush(sealed, placed)
                sealed, placed = [], []
                if not self._segments.turn(self._last):
                    refused.append(entry)
                    room = self._segments.left_bytes()
                    continue
                room = self._segments.left_bytes()
            sealed.append(line)
            room -= len(line)
            self._last += 1 if line else 0
            placed.append((self._last, entry))
        self._flush(sealed, placed)
        if refused:
            self._tell(self._reports.no_room, refused)
        if self._last > durable:
            self._segments.drop(shipped)

    def _flush(self, sealed: Sequence[bytes], placed: Sequence[tuple[int, Entry]]) -> None:
        if data := b"".join(sealed):
            self._segments.append(data)
        if placed:
            self._tell(self._reports.committed, placed)

    def _look_for_room(self) -> None:
        full = not self._segments.reserve()
        if full != self.disk_full:
            self.disk_full = full
            if full:
                log.error(
                    "journal_disk_full", mend="free space on the journal's volume; decisions are refused until then"
                )
            else:
                log.info("journal_disk_has_room_again")

    def _tell(self, report: Callable[..., None], *said: object) -> None:
        with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            self._loop.call_soon_threadsafe(report, *said)


def _drain(queue: SimpleQueue[list[Entry] | None]) -> list[list[Entry] | None]:
    waiting: list[list[Entry] | None] = []
    with suppress(Empty):
        while True:
            waiting.append(queue.get_nowait())
    return waiting
