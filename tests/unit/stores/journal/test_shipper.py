"""Bringing records into SQL for as long as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.records import Record
from dialgate.stores.journal.lines import payload
from dialgate.stores.journal.shipper import AT_ONCE, EVERY_S, Into, Shipper
from tests.fakes.journal_tools import SetClock, opt_out, wait_until
from tests.fakes.sink import MemorySink


@asynccontextmanager
async def running(shipper: Shipper) -> AsyncIterator[None]:
    task = asyncio.create_task(shipper.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def filled(sink: MemorySink, count: int, clock: SetClock | None = None) -> Shipper:
    shipper = Shipper(Into(sink), clock or SetClock())
    for number in range(1, count + 1):
        shipper.add(number, payload(opt_out(f"o{number}")))
    return shipper


async def test_records_are_shipped_in_order_in_batches() -> None:
    """A backlog leaves in full batches, the oldest first."""
    sink = MemorySink()
    shipper = filled(sink, 2 * AT_ONCE + 5)
    async with running(shipper):
        await shipper.reached(2 * AT_ONCE + 5)
    assert ([AT_ONCE, AT_ONCE, 5], [f"o{n}" for n in range(1, 2 * AT_ONCE + 6)]) == (sink.batches, sink.ids)


async def test_a_record_leaves_by_itself_within_half_a_second() -> None:
    """Also right after another shipping, and without another record that would push it."""
    sink = MemorySink()
    shipper = filled(sink, 1)
    async with running(shipper):
        await shipper.reached(1)
        shipper.add(2, payload(opt_out("o2")))
        await shipper.reached(2)
    assert (["o1", "o2"], True) == (sink.ids, EVERY_S < 0.5)


async def test_sql_down_is_waited_for_and_told_once() -> None:
    """Shipping is tried until it works; the log says when it stopped and when it went on, not each try."""
    sink = MemorySink()
    sink.down = True
    shipper = filled(sink, 3)
    with capture_logs() as logs:
        async with running(shipper):
            await wait_until(lambda: sink.refused >= 3)
            held = (shipper.unshipped, shipper.shipped)
            sink.down = False
            await shipper.reached(3)
    assert ((3, 0), ["journal_cannot_ship", "journal_ships_again"]) == (held, [log["event"] for log in logs])


async def test_an_unexpected_error_does_not_end_the_shipping() -> None:
    """Whatever the sink raises, nothing is passed over."""

    class Odd(MemorySink):
        async def ship(self, records: Sequence[Record]) -> None:
            if self.refused == 0:
                self.refused = 1
                raise ValueError("odd")
            await super().ship(records)

    sink = Odd()
    shipper = filled(sink, 1)
    async with running(shipper):
        await shipper.reached(1)
    assert ["o1"] == sink.ids


async def test_waiting_ends_with_the_shipping() -> None:
    """Who waits for SQL learns that nobody ships any more."""
    sink = MemorySink()
    sink.down = True
    shipper = filled(sink, 1)
    async with running(shipper):
        waiting = asyncio.create_task(shipper.reached(1))
        await wait_until(lambda: sink.refused > 0)
    with pytest.raises(JournalUnavailableError):
        await waiting


async def test_the_age_of_the_oldest_is_known() -> None:
    """It runs from the record's arrival, and is zero when nothing waits."""
    clock, sink = SetClock(), MemorySink()
    shipper = filled(sink, 1, clock)
    clock.pass_s(7)
    shipper.add(2, payload(opt_out("o2")))
    before = shipper.oldest_unshipped_s
    async with running(shipper):
        await shipper.reached(2)
    assert (7.0, 0.0) == (before, shipper.oldest_unshipped_s)
