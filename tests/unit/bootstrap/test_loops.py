"""Steps that are repeated for as long as a gate lives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from structlog.testing import capture_logs

from dialgate.app.errors import LedgerUnavailableError, StoreUnavailableError
from dialgate.bootstrap.loops import every

LEDGER, STORE = LedgerUnavailableError("no ledger"), StoreUnavailableError("no store")


async def told(outcomes: Iterable[Exception | None]) -> list[tuple[str, str]]:
    """What is logged, as level and event, while the step ends like this, time after time."""
    left = iter(outcomes)
    over = asyncio.Event()

    async def step() -> None:
        outcome = next(left, over)
        if outcome is over:
            over.set()
        elif isinstance(outcome, Exception):
            raise outcome

    with capture_logs() as logs:
        repeated = asyncio.create_task(every(0, "poll", step))
        waiting = asyncio.create_task(over.wait())
        await asyncio.wait({repeated, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert (True, False) == (over.is_set(), repeated.done())
        repeated.cancel()
        await asyncio.wait({repeated})
    return [(entry["log_level"], entry["event"]) for entry in logs]


async def test_a_step_that_works_says_nothing() -> None:
    """Five times a second would fill the log."""
    assert [] == await told([None] * 5)


async def test_a_failing_step_is_told_when_it_begins_to_fail_and_when_it_works_again() -> None:
    """Once each, however often it is tried in between."""
    expected = [("warning", "step_failing"), ("info", "step_works_again")]
    assert expected == await told([None, LEDGER, LEDGER, LEDGER, None, None])


async def test_another_failure_is_told_too() -> None:
    """When the ledger is back and the store is gone, the log says so."""
    expected = [("warning", "step_failing"), ("warning", "step_failing"), ("info", "step_works_again")]
    assert expected == await told([LEDGER, STORE, STORE, None])


async def test_what_nobody_expected_does_not_end_the_step() -> None:
    """A mistake of ours is told with its trace, and the next turn comes all the same."""
    assert [("error", "step_failed"), ("info", "step_works_again")] == await told([ZeroDivisionError(), None])


async def test_the_log_says_which_step_and_why() -> None:
    """The sentence of the error is the operator's mend."""

    async def step() -> None:
        raise LEDGER

    with capture_logs() as logs:
        repeated = asyncio.create_task(every(0, "adopt", step))
        async with asyncio.timeout(20):
            while not logs:
                await asyncio.sleep(0)
        repeated.cancel()
        await asyncio.wait({repeated})
    assert [("adopt", "no ledger")] == [(entry["step"], entry["problem"]) for entry in logs]
