"""The one thread that writes, and what it says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from dialgate.stores.journal import lines, places
from dialgate.stores.journal.disk import Disk
from dialgate.stores.journal.segments import Segments
from dialgate.stores.journal.writer import Entry, Reports, Writer
from tests.fakes.journal_tools import FailingDisk, SetClock, SmallDisk, opt_out, wait_until

SEGMENT_BYTES = 1_000


class SlowDisk(FailingDisk):
    """Holds each sync until `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def sync(self, descriptor: int) -> None:
        self.go.wait(20)
        super().sync(descriptor)


def id_of(entry: Entry) -> str:
    return lines.record_of(entry.payload).id if entry.payload else ""


class Told:
    """What the writer has reported, in order."""

    def __init__(self) -> None:
        self.committed: list[tuple[int, str]] = []
        self.no_room: list[str] = []
        self.failed: list[str] = []
        self.errors: list[Exception] = []

    def reports(self) -> Reports:
        return Reports(self._on_committed, self._on_no_room, self._on_failed)

    def _on_committed(self, placed: Sequence[tuple[int, Entry]]) -> None:
        self.committed += [(number, id_of(entry)) for number, entry in placed]

    def _on_no_room(self, entries: Sequence[Entry]) -> None:
        self.no_room += [id_of(entry) for entry in entries if entry.payload]

    def _on_failed(self, entries: Sequence[Entry], error: Exception) -> None:
        self.failed += [id_of(entry) for entry in entries if entry.payload]
        self.errors.append(error)


class Rig:
    """A writer over a disk, and what it said."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.told = Told()
        self.shipped = 0
        self.writers: list[Writer] = []

    def start(self, disk: Disk) -> Writer:
        segments = Segments(self.directory, disk, SetClock(), SEGMENT_BYTES)
        writer = Writer(segments, self.told.reports(), lambda: self.shipped, asyncio.get_running_loop())
        self.writers.append(writer)
        return writer

    def lines(self) -> list[lines.Line]:
        pieces = [piece for path in places.segments(self.directory) for piece in path.read_bytes().split(b"\n")]
        return [line for piece in pieces if (line := lines.read(piece)) is not None]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    for writer in rig.writers:
        await writer.stop(20)


def entry(id_: str) -> Entry:
    return Entry(lines.payload(opt_out(id_)), asyncio.get_running_loop().create_future())


def barrier() -> Entry:
    return Entry(b"", asyncio.get_running_loop().create_future())


async def test_all_that_waits_is_one_commit(rig: Rig) -> None:
    """While one commit is on its way to the disk the others gather, and go together in the next."""
    disk = SlowDisk()
    writer = rig.start(disk)
    writer.submit(entry("o0"))
    for number in range(1, 4):
        writer.submit(entry(f"o{number}"))
    disk.go.set()
    await wait_until(lambda: len(rig.told.committed) == 4)
    assert ([(1, "o0"), (2, "o1"), (3, "o2"), (4, "o3")], True) == (rig.told.committed, disk.syncs <= 2)


async def test_nothing_is_reported_before_the_disk_has_it(rig: Rig) -> None:
    """The report comes after the sync, never before."""
    disk = SlowDisk()
    writer = rig.start(disk)
    writer.submit(entry("o1"))
    await wait_until(lambda: [line.record.id for line in rig.lines()] == ["o1"])
    before = list(rig.told.committed)
    disk.go.set()
    await wait_until(lambda: bool(rig.told.committed))
    assert [] == before


async def test_each_line_tells_what_was_durable_and_shipped(rig: Rig) -> None:
    """A reader learns from the lines alone what had been acknowledged and what was in SQL."""
    writer = rig.start(Disk())
    for number in (1, 2, 3):
        writer.submit(entry(f"o{number}"))
        await wait_until(lambda number=number: len(rig.told.committed) == number)  # type: ignore[misc]
        rig.shipped = number - 1
    assert [(1, 0, 0), (2, 1, 0), (3, 2, 1)] == [(line.number, line.durable, line.shipped) for line in rig.lines()]


async def test_numbers_run_on_over_segments(rig: Rig) -> None:
    """A commit that does not fit is split between two segments without a hole, in order."""
    writer = rig.start(Disk())
    for number in range(1, 31):
        writer.submit(entry(f"o{number}"))
    await wait_until(lambda: len(rig.told.committed) == 30)
    expected = [(number, f"o{number}") for number in range(1, 31)]
    assert (expected, expected) == (rig.told.committed, [(line.number, line.record.id) for line in rig.lines()])


async def test_a_barrier_has_the_number_before_it_and_no_line(rig: Rig) -> None:
    """Waiting for what was submitted writes nothing."""
    writer = rig.start(Disk())
    writer.submit(barrier())
    writer.submit(entry("o1"))
    writer.submit(barrier())
    await wait_until(lambda: len(rig.told.committed) == 3)
    assert ([(0, ""), (1, "o1"), (1, "")], 1) == (rig.told.committed, len(rig.lines()))


async def test_a_full_disk_takes_what_its_last_segment_holds(rig: Rig) -> None:
    """Fullness is known while there is room; beyond it entries are given back; with room again it goes on."""
    disk = SmallDisk(2)
    writer = rig.start(disk)
    for number in range(8):
        writer.submit(entry(f"o{number}"))
    await wait_until(lambda: writer.disk_full)
    known_at = len(rig.told.committed)
    for number in range(8, 30):
        writer.submit(entry(f"o{number}"))
    await wait_until(lambda: len(rig.told.committed) + len(rig.told.no_room) == 30)
    disk.segments = 5
    await wait_until(lambda: not writer.disk_full)
    writer.submit(entry("after"))
    await wait_until(lambda: rig.told.committed[-1][1] == "after")
    numbers = [line.number for line in rig.lines()]
    assert (True, True) == (len(rig.told.no_room) > 0, known_at < len(rig.told.committed) - 1)
    assert (numbers, [line.record.id for line in rig.lines()]) == (
        [number for number, _ in rig.told.committed],
        [id_ for _, id_ in rig.told.committed],
    )


async def test_a_failed_sync_ends_all_writing(rig: Rig) -> None:
    """The sync is not tried again; what was in it is given back as failed, and what comes later is never written."""
    disk = FailingDisk()
    writer = rig.start(disk)
    disk.broken = True
    writer.submit(entry("o1"))
    await wait_until(lambda: bool(rig.told.errors))
    disk.broken = False
    writer.submit(entry("o2"))
    ended = await writer.stop(20)
    left = [id_of(left) for left in writer.left_over() if left.payload]
    assert (["o1"], True, ["o2"], 1) == (rig.told.failed, ended, left, disk.syncs)


async def test_stopping_writes_what_was_submitted(rig: Rig) -> None:
    """A stop comes after all that was submitted before it."""
    writer = rig.start(Disk())
    writer.submit(entry("o1"))
    assert (True, []) == (await writer.stop(20), writer.left_over())
    assert [(1, "o1")] == rig.told.committed


async def test_a_disk_that_does_not_answer_does_not_hold_the_stop(rig: Rig) -> None:
    """Whoever stops learns within the time that the thread is still held."""
    disk = SlowDisk()
    writer = rig.start(disk)
    writer.submit(entry("o1"))
    assert await writer.stop(0.05) is False
    disk.go.set()
