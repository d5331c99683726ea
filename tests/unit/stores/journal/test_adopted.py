"""The journal of a dead gate: who may take it, what is in it, how it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dialgate.app.errors import JournalUnavailableError, LedgerUnavailableError
from dialgate.app.records import Record
from dialgate.domain.ids import GateId
from dialgate.stores.journal import Into, OwnJournal, adoptable, lines, places
from dialgate.stores.journal.shipper import AT_ONCE
from tests.fakes.journal_tools import SetClock, decision, opt_out, sent, wait_until
from tests.fakes.sink import MemorySink

DEAD = GateId("dead")
SIBLING = GateId("sibling")
Die = Callable[..., Awaitable[None]]


@pytest.fixture
def die(tmp_path: Path) -> Die:
    """A gate that appends these records while SQL is down, and is gone."""

    async def run(*records: Record, gate: GateId = DEAD) -> None:
        sink = MemorySink()
        sink.down = True
        journal = await OwnJournal.open(tmp_path, gate, Into(sink), SetClock(), segment_bytes=1 << 16)
        for record in records:
            await journal.append(record)
        await journal.release()

    return run


async def test_only_journals_of_the_dead_can_be_adopted(die: Die, tmp_path: Path) -> None:
    """A living gate's journal and one's own are left alone, and what one sibling holds no other gets."""
    await die()
    own = await OwnJournal.open(tmp_path, SIBLING, Into(MemorySink()), SetClock(), segment_bytes=1 << 16)
    alive = await OwnJournal.open(tmp_path, GateId("alive"), Into(MemorySink()), SetClock(), segment_bytes=1 << 16)
    first, second = list(adoptable(tmp_path, SIBLING)), list(adoptable(tmp_path, GateId("other")))
    assert (["dead"], []) == ([dead.gate for dead in first], [dead.gate for dead in second])
    for dead in first:
        dead.release()
    await own.release()
    await alive.release()


async def test_the_dead_gates_records_reach_sql_in_order(die: Die, tmp_path: Path) -> None:
    """All of them, in batches that SQL can take."""
    records = [opt_out(f"o{number}") for number in range(AT_ONCE + 3)]
    sink = MemorySink()
    down = MemorySink()
    down.down = True
    journal = await OwnJournal.open(tmp_path, DEAD, Into(down), SetClock())
    await asyncio.gather(*(journal.append(record) for record in records))
    await journal.release()
    [dead] = adoptable(tmp_path, SIBLING)
    await dead.ship_all(sink)
    await dead.remove()
    assert (records, [AT_ONCE, 3]) == (list(sink.rows.values()), sink.batches)
    assert [] == places.standing(tmp_path)


async def test_an_adoption_that_fails_is_begun_again_by_the_next(die: Die, tmp_path: Path) -> None:
    """With SQL down nothing is given up: the lock goes back and all of it is there for whoever comes next."""
    await die(opt_out("o1"), opt_out("o2"))
    sink = MemorySink()
    sink.down = True
    [dead] = adoptable(tmp_path, SIBLING)
    with pytest.raises(LedgerUnavailableError):
        await dead.ship_all(sink)
    dead.release()
    sink.down = False
    [dead] = adoptable(tmp_path, GateId("another"))
    await dead.ship_all(sink)
    await dead.ship_all(sink)
    await dead.remove()
    assert ["o1", "o2"] == sink.ids


async def test_unfinished_attempts_are_named(die: Die, tmp_path: Path) -> None:
    """An allowed decision without any outcome may have been carried out: nobody knows but the carrier."""
    await die(decision("d1"), decision("d2"), decision("d3", "block"), sent("d1"), opt_out("o1"))
    [dead] = adoptable(tmp_path, SIBLING)
    assert [("d2", "acme")] == list(await dead.unfinished())
    dead.release()


async def test_an_attempt_that_was_shipped_before_the_crash_is_unfinished_too(tmp_path: Path) -> None:
    """That a decision is in SQL says nothing of its outcome."""
    sink = MemorySink()
    journal = await OwnJournal.open(tmp_path, DEAD, Into(sink), SetClock(), segment_bytes=1 << 16)
    await journal.append(decision("d1"))
    await journal.shipped()
    await journal.append(opt_out("o1"))
    await journal.shipped()
    await journal.release()
    [dead] = adoptable(tmp_path, SIBLING)
    assert ["o1"] == [record.id for record in await dead.records()]
    assert [("d1", "acme")] == list(await dead.unfinished())
    dead.release()


async def test_a_crash_between_sql_and_position_ships_again_without_harm(tmp_path: Path) -> None:
    """What SQL has committed and the journal does not know of is shipped twice and stands in SQL once."""
    sink = MemorySink()

    class Stuck(Into):
        """Commits, and is never heard of again."""

        async def ship(self, payloads: Sequence[bytes]) -> None:
            await super().ship(payloads)
            await asyncio.Event().wait()

    journal = await OwnJournal.open(tmp_path, DEAD, Stuck(sink), SetClock(), segment_bytes=1 << 16)
    await journal.append(opt_out("o1"))
    await wait_until(lambda: sink.ids == ["o1"])
    await journal.release()
    [dead] = adoptable(tmp_path, SIBLING)
    await dead.ship_all(sink)
    await dead.remove()
    assert (["o1"], [1, 1]) == (sink.ids, sink.batches)


async def test_lost_lines_are_reported_and_the_files_kept(die: Die, tmp_path: Path) -> None:
    """A disk that lost an acknowledged line is named loudly; the good lines are shipped and the evidence stays."""
    await die(opt_out("o1"), opt_out("o2"), opt_out("o3"))
    path = places.segment(tmp_path / "journals" / DEAD, 1)
    path.write_bytes(path.read_bytes().replace(b'"o2"', b'"o9"'))
    sink = MemorySink()
    [dead] = adoptable(tmp_path, SIBLING)
    with capture_logs() as logs:
        await dead.ship_all(sink)
        await dead.remove()
    assert (["o1", "o3"], [("journal_damaged", "2-2")]) == (sink.ids, [(log["event"], log["lines"]) for log in logs])
    assert ([], True) == (places.standing(tmp_path), (places.damaged(tmp_path) / DEAD).is_dir())


async def test_a_journal_of_a_newer_version_is_left_alone(die: Die, tmp_path: Path) -> None:
    """What this version cannot understand it neither ships nor removes."""
    await die(opt_out("o1"))
    path = places.segment(tmp_path / "journals" / DEAD, 1)
    newer = lines.payload(opt_out("o2")).replace(b'"kind":"opt_out"', b'"kind":"of_tomorrow"')
    path.write_bytes(path.read_bytes().rstrip(b"\0") + lines.seal(2, 1, 0, newer))
    [dead] = adoptable(tmp_path, SIBLING)
    with pytest.raises(JournalUnavailableError, match="newer version"):
        await dead.ship_all(MemorySink())
    with pytest.raises(JournalUnavailableError, match="newer version"):
        await dead.remove()
    dead.release()
    assert [tmp_path / "journals" / DEAD] == places.standing(tmp_path)


async def test_who_stops_half_way_holds_nothing_of_the_rest(die: Die, tmp_path: Path) -> None:
    """An error with one dead gate leaves the others to the next try."""
    await die(gate=GateId("a"))
    await die(gate=GateId("b"))
    for dead in adoptable(tmp_path, SIBLING):
        dead.release()
        break
    rest = list(adoptable(tmp_path, SIBLING))
    assert ["a", "b"] == [dead.gate for dead in rest]
    for dead in rest:
        dead.release()


async def test_a_release_after_removal_does_nothing(die: Die, tmp_path: Path) -> None:
    """Whatever order an interrupted caller cleans up in, no descriptor is closed twice."""
    await die()
    [dead] = adoptable(tmp_path, SIBLING)
    await dead.remove()
    with (tmp_path / "somebody else's").open("wb") as other:
        dead.release()
        other.write(b"still open")
    with pytest.raises(ValueError, match="once"):
        await dead.remove()


async def test_a_journal_that_cannot_be_removed_is_left_to_the_next(die: Die, tmp_path: Path) -> None:
    """The error says so in words, and the lock is free again."""
    await die()
    [dead] = adoptable(tmp_path, SIBLING)
    blocking = tmp_path / "journals" / (DEAD + ".gone")
    blocking.touch()
    with pytest.raises(JournalUnavailableError, match="cannot be removed"):
        await dead.remove()
    [again] = adoptable(tmp_path, SIBLING)
    again.release()
    assert DEAD == again.gate
