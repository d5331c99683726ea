"""What every journal promises, on disk and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.ports import Journal
from dialgate.domain.ids import GateId
from dialgate.stores.journal import Into, OwnJournal
from tests.fakes.journal import MemoryJournal
from tests.fakes.journal_tools import SetClock, decision, opt_out, sent
from tests.fakes.sink import MemorySink

BOUND = 8


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture(params=["disk", "memory"])
async def journal(request: pytest.FixtureRequest, sink: MemorySink, tmp_path: Path) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal(sink, BOUND)
        return
    own = await OwnJournal.open(
        tmp_path, GateId("gate"), Into(sink), SetClock(), segment_bytes=1 << 16, max_unshipped=BOUND
    )
    yield own
    await own.release()


async def test_what_was_appended_is_in_the_log_after_shipped(journal: Journal, sink: MemorySink) -> None:
    """`shipped` returns once every record appended before it is in SQL, whole and in order."""
    records = [decision("d1"), sent("d1"), opt_out("o1"), decision("d2", "block", reasons=["退订"])]
    for record in records:
        await journal.append(record)
    await journal.shipped()
    assert records == list(sink.rows.values())


async def test_shipped_returns_when_there_is_nothing(journal: Journal, sink: MemorySink) -> None:
    """Nothing appended is nothing to wait for."""
    await journal.shipped()
    assert [] == sink.batches


async def test_decisions_stop_at_the_bound_and_nothing_else_does(journal: Journal, sink: MemorySink) -> None:
    """With SQL down and the bound reached a decision is refused at once; opt-outs and outcomes are still taken."""
    sink.down = True
    for number in range(BOUND):
        await journal.append(decision(f"d{number}"))
    with pytest.raises(JournalUnavailableError):
        await journal.append(decision("one too many"))
    await journal.append(opt_out("o1"))
    await journal.append(sent("d1"))
    sink.down = False
    await journal.shipped()
    assert [*(f"d{number}" for number in range(BOUND)), "o1", "d1"] == sink.ids


async def test_decisions_go_on_after_the_backlog_is_shipped(journal: Journal, sink: MemorySink) -> None:
    """The bound counts what is unshipped, so it lifts by itself."""
    for number in range(BOUND):
        await journal.append(decision(f"d{number}"))
    await journal.shipped()
    await journal.append(decision("next"))
    await journal.shipped()
    assert "next" == sink.ids[-1]


async def test_concurrent_appends_are_all_kept(journal: Journal, sink: MemorySink) -> None:
    """However many wait at the same time, each is recorded once."""
    await asyncio.gather(*(journal.append(opt_out(f"o{number}")) for number in range(200)))
    await journal.shipped()
    assert [f"o{number}" for number in range(200)] == sink.ids
