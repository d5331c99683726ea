"""Every few minutes the carrier's list is read from where it was read to; nothing that fails moves the bookmark."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialgate.app.errors import CarrierUnreachableError, LedgerUnavailableError
from dialgate.app.missed import AGAIN, EVERY, GRACE, MESSAGES, OVERLAP, TRIES, Missed
from tests.fakes.journal_tools import AT
from tests.fakes.messages import MemoryBookmarks, said
from tests.fakes.reading_back import Reading

SECOND = timedelta(seconds=1)


class Catching(Reading):
    def __init__(self) -> None:
        super().__init__()
        self.bookmarks = MemoryBookmarks()
        self.missed = Missed(self.reading, self.bookmarks, self.clock)

    async def tick_after(self, span: timedelta) -> dict[str, int]:
        self.pass_s(span.total_seconds())
        return dict(await self.missed.tick())

    async def seen_up_to(self) -> datetime | None:
        return await self.missed.seen_up_to()


@pytest.fixture
async def gate() -> Catching:
    gate = Catching()
    await gate.directory.refresh()
    return gate


async def test_the_first_tick_begins_a_little_back(gate: Catching) -> None:
    """What was before any gate is for the import."""
    assert (None, {}) == (await gate.seen_up_to(), await gate.tick_after(timedelta()))
    assert ([(AT - GRACE - OVERLAP, AT - GRACE, "")], AT - GRACE) == (gate.messages.asked, await gate.seen_up_to())


async def test_each_walk_begins_before_the_end_of_the_last(gate: Catching) -> None:
    """Lists are late; a message that was seen already is known."""
    await gate.tick_after(timedelta())
    gate.told(said("SM1", "STOP", AT - GRACE - SECOND))
    found = await gate.tick_after(EVERY)
    later = await gate.tick_after(EVERY)
    assert ({"stop": 1}, {}, True) == (found, later, await gate.is_suppressed())
    assert [AT - GRACE - OVERLAP, AT - GRACE - OVERLAP, AT + EVERY - GRACE - OVERLAP] == [
        since for since, _, _ in gate.messages.asked
    ]


async def test_nothing_is_asked_before_its_time(gate: Catching) -> None:
    """However often the step is taken."""
    await gate.tick_after(timedelta())
    await gate.tick_after(EVERY - SECOND)
    assert 1 == len(gate.messages.asked)
    await gate.tick_after(SECOND)
    assert 2 == len(gate.messages.asked)


async def test_a_young_message_is_left_to_its_webhook(gate: Catching) -> None:
    """Which is answered; a later walk finds what did not come."""
    await gate.tick_after(timedelta())
    gate.told(said("SM1", "STOP", AT + EVERY - GRACE + SECOND))
    assert {} == await gate.tick_after(EVERY)
    assert {"stop": 1} == await gate.tick_after(EVERY)


async def test_what_came_while_no_gate_was_up_is_found_whole(gate: Catching) -> None:
    """From the bookmark on, however long ago that is."""
    await gate.tick_after(timedelta())
    gate.messages.size = 10
    gate.told(*(said(f"SM{n}", "STOP", AT + n * SECOND, sender=f"+1202555{1000 + n}") for n in range(100)))
    restarted = Missed(gate.reading, gate.bookmarks, gate.clock)
    gate.pass_s(86_400)
    assert ({"stop": 100}, 100) == (dict(await restarted.tick()), gate.sql.head)


async def test_a_page_that_fails_leaves_the_bookmark(gate: Catching) -> None:
    """And is asked for again soon, not at once."""
    await gate.tick_after(timedelta())
    before = await gate.seen_up_to()
    gate.told(said("SM1", "STOP", AT))
    gate.messages.errors = [CarrierUnreachableError("no answer")]
    with pytest.raises(CarrierUnreachableError):
        await gate.tick_after(EVERY)
    assert ({}, before) == (await gate.tick_after(AGAIN - SECOND), await gate.seen_up_to())
    assert {"stop": 1} == await gate.tick_after(SECOND)
    assert AT + EVERY + AGAIN - GRACE == await gate.seen_up_to()


async def test_a_long_walk_goes_on_where_it_was(gate: Catching) -> None:
    """A tick ends in time; the next one asks for the page behind, and tells only what is new."""
    await gate.tick_after(timedelta())
    gate.messages.size = 1
    gate.told(*(said(f"SM{n}", "STOP", AT + n * SECOND, sender=f"+1202555{1000 + n}") for n in range(3)))
    missed = Missed(gate.reading, gate.bookmarks, HurryingClock(AT + EVERY))
    told = [dict(await missed.tick()) for _ in range(4)]
    assert ([{"stop": 1}] * 3 + [{}], ["", "1", "2"]) == (told, [place for _, _, place in gate.messages.asked[1:4]])


async def test_a_walk_that_keeps_failing_begins_again(gate: Catching) -> None:
    """The page that it wants may be gone."""
    await gate.tick_after(timedelta())
    gate.messages.size = 1
    gate.told(said("SM1", "STOP", AT), said("SM2", "hello", AT - SECOND))
    gate.messages.errors = [CarrierUnreachableError("no answer")] * TRIES
    for _ in range(TRIES):
        with pytest.raises(CarrierUnreachableError):
            await gate.tick_after(EVERY)
    assert {"stop": 1, "none": 1} == await gate.tick_after(EVERY)
    assert "" == gate.messages.asked[-2][2]


async def test_without_sql_nothing_is_read(gate: Catching) -> None:
    """Nobody knows from where on."""
    gate.bookmarks.error = LedgerUnavailableError("SQL is down")
    with pytest.raises(LedgerUnavailableError):
        await gate.tick_after(timedelta())
    assert ([], {}) == (gate.messages.asked, gate.bookmarks.places)


async def test_a_clock_that_went_back_reads_no_span_twice_over(gate: Catching) -> None:
    """The bookmark never moves back."""
    ahead = AT + timedelta(hours=1)
    gate.bookmarks.places[MESSAGES] = ahead.isoformat()
    await gate.tick_after(timedelta())
    assert ahead == await gate.seen_up_to()


class HurryingClock:
    """Each look at the boot-time clock costs a minute."""

    def __init__(self, at: datetime) -> None:
        self._at, self._s = at, 0.0

    def now(self) -> datetime:
        return self._at

    def boottime_s(self) -> float:
        self._s += 60
        return self._s
