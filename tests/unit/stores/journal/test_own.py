"""A living gate's journal: acknowledged is on disk, full, failed, closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.records import Record
from dialgate.domain.ids import GateId
from dialgate.stores.journal import Disk, Into, OwnJournal, adoptable, places
from dialgate.stores.journal.scan import scan
from dialgate.stores.journal.segments import KEEP_S
from tests.fakes.journal_tools import FailingDisk, SetClock, SmallDisk, decision, opt_out, sent
from tests.fakes.sink import MemorySink

GATE = GateId("gate")
NOBODY = GateId("nobody")
Open = Callable[..., Awaitable[OwnJournal]]


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
async def opened(tmp_path: Path, sink: MemorySink) -> AsyncIterator[Open]:
    journals: list[OwnJournal] = []

    async def start(disk: Disk | None = None, clock: SetClock | None = None) -> OwnJournal:
        journal = await OwnJournal.open(tmp_path, GATE, Into(sink), clock or SetClock(), disk=disk, segment_bytes=2_000)
        journals.append(journal)
        return journal

    yield start
    for journal in journals:
        await journal.release()


async def append_many(journal: OwnJournal, made: Callable[[str], Record]) -> None:
    for number in range(100):
        await journal.append(made(str(number)))


async def wait_for_a_decision(journal: OwnJournal) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                return await journal.append(decision("again"))
            except JournalUnavailableError:
                await asyncio.sleep(0.002)


async def test_what_append_has_acknowledged_is_in_the_file(opened: Open, sink: MemorySink, tmp_path: Path) -> None:
    """With SQL down each acknowledged record can be read back, in order, over several segments."""
    sink.down = True
    journal = await opened()
    records = [opt_out(f"o{number}") for number in range(50)]
    for record in records:
        await journal.append(record)
    assert tuple(records) == scan(tmp_path / "journals" / GATE).unshipped


async def test_a_second_owner_is_refused(opened: Open) -> None:
    """Two gates never write one journal."""
    await opened()
    with pytest.raises(JournalUnavailableError, match="already"):
        await opened()


async def test_all_files_are_private(opened: Open, tmp_path: Path) -> None:
    """Nobody but the gate's own user reads numbers from the journal."""
    await opened()
    found = [(tmp_path / "journals").stat(), *(path.stat() for path in (tmp_path / "journals").rglob("*"))]
    assert {0o700, 0o600} == {told.st_mode & 0o777 for told in found}


async def test_a_full_disk_is_for_opt_outs(opened: Open) -> None:
    """Decisions are refused in words as soon as no space is left in reserve; opt-outs and outcomes still fit; with
    room again decisions go on by themselves.
    """
    disk = SmallDisk(2)
    journal = await opened(disk=disk)
    with pytest.raises(JournalUnavailableError, match="volume is full"):
        await append_many(journal, decision)
    await journal.append(opt_out("o1"))
    await journal.append(sent("d0"))
    with pytest.raises(JournalUnavailableError, match="volume is full"):
        await journal.append(decision("still"))
    disk.segments = 3
    await journal.append(opt_out("o2"))
    await wait_for_a_decision(journal)


async def test_a_disk_without_any_room_left_refuses_opt_outs_in_words(opened: Open, sink: MemorySink) -> None:
    """What cannot be kept is not acknowledged, and the journal goes on once there is room."""
    disk = SmallDisk(2)
    sink.down = True
    journal = await opened(disk=disk)
    with pytest.raises(JournalUnavailableError, match="free some space"):
        await append_many(journal, opt_out)
    kept = journal.unshipped
    disk.segments = 1
    await journal.append(opt_out("after"))
    assert (True, False) == (kept > 10, journal.failed.is_set())


async def test_a_failed_disk_ends_the_journal(opened: Open) -> None:
    """After a failed sync every append is refused for good, and the owner is told to end."""
    disk = FailingDisk()
    journal = await opened(disk=disk)
    disk.broken = True
    with pytest.raises(JournalUnavailableError, match="disk has failed"):
        await journal.append(opt_out("o1"))
    disk.broken = False
    for call in (journal.append(opt_out("o2")), journal.shipped()):
        with pytest.raises(JournalUnavailableError, match="disk has failed"):
            await call
    assert (True, False) == (journal.failed.is_set(), await journal.close(1))


async def test_nobody_waits_for_ever_on_a_failed_disk(opened: Open) -> None:
    """All appends that were on their way are refused, none hangs."""
    disk = FailingDisk()
    journal = await opened(disk=disk)
    disk.broken = True
    calls = [journal.append(opt_out(f"o{number}")) for number in range(20)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [JournalUnavailableError] * 20 == [type(result) for result in results]
    assert 0 == journal.unshipped


async def test_a_place_that_cannot_be_written_is_refused_in_words(opened: Open, tmp_path: Path) -> None:
    """The error names the directory and what it needs, and leaves nothing behind."""
    with pytest.raises(JournalUnavailableError, match="free space"):
        await opened(disk=SmallDisk(1))
    assert [] == places.standing(tmp_path)


async def test_a_cancelled_append_may_be_recorded_and_counts(opened: Open, sink: MemorySink) -> None:
    """Who stops waiting leaves the record on its way: it is shipped, and `shipped` waits for it."""
    journal = await opened()
    leaving = asyncio.create_task(journal.append(opt_out("o1")))
    await asyncio.sleep(0)
    leaving.cancel()
    await journal.shipped()
    assert (["o1"], 0) == (sink.ids, journal.unshipped)


async def test_shipped_segments_are_deleted_in_time(opened: Open, sink: MemorySink, tmp_path: Path) -> None:
    """A long life does not fill the disk, and what is left reads without a loss."""
    clock = SetClock()
    journal = await opened(clock=clock)
    for number in range(100):
        await journal.append(opt_out(f"o{number}"))
    directory = tmp_path / "journals" / GATE
    grown = len(places.segments(directory))
    await journal.shipped()
    clock.pass_s(KEEP_S)
    await journal.append(opt_out("last"))
    await journal.shipped()
    assert (True, True) == (grown > 5, len(places.segments(directory)) <= 3)
    assert ((), ["last"]) == (scan(directory).lost, [record.id for record in scan(directory).unshipped])


async def test_a_clean_close_leaves_nothing(opened: Open, sink: MemorySink, tmp_path: Path) -> None:
    """Closing ships the rest, and the removed journal is no sibling's work."""
    journal = await opened()
    await journal.append(opt_out("o1"))
    closed = await journal.close(20)
    await journal.remove()
    assert (True, ["o1"], []) == (closed, sink.ids, places.standing(tmp_path))
    with pytest.raises(JournalUnavailableError, match="closed"):
        await journal.append(opt_out("o2"))


async def test_a_close_that_cannot_ship_keeps_the_journal(opened: Open, sink: MemorySink, tmp_path: Path) -> None:
    """With SQL down the close ends in time, says so, and holds the lock until it is released."""
    sink.down = True
    journal = await opened()
    await journal.append(opt_out("o1"))
    closed = await journal.close(0.05)
    held = list(adoptable(tmp_path, NOBODY))
    with pytest.raises(ValueError, match="shipped"):
        await journal.remove()
    await journal.release()
    [orphan] = adoptable(tmp_path, NOBODY)
    assert (False, [], [opt_out("o1")]) == (closed, held, list(await orphan.records()))
    orphan.release()


async def test_the_backlog_is_known(opened: Open, sink: MemorySink) -> None:
    """Count and age of what is not in SQL can be shown."""
    sink.down = True
    clock = SetClock()
    journal = await opened(clock=clock)
    await journal.append(opt_out("o1"))
    clock.pass_s(3)
    await journal.append(opt_out("o2"))
    assert (2, 3.0) == (journal.unshipped, journal.oldest_unshipped_s)
