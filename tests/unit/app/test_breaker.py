"""Whether the carrier is worth asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from dialgate.app.breaker import FAILURES, PROBE_S, Breaker
from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer
from dialgate.domain.reasons import Reason
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.one_gate import ToldCarrier


@dataclass(slots=True)
class ReadCarrier(ToldCarrier):
    """Counts the reads, and may be away."""

    away: bool = True
    reads: list[str] = field(default_factory=list)

    async def read(self, path: str, query: object) -> CarrierAnswer:
        self.reads.append(path)
        if self.away:
            raise CarrierUnreachableError("refused")
        return CarrierAnswer(200, b"{}", "application/json")


@pytest.fixture
def carrier() -> ReadCarrier:
    return ReadCarrier(SetClock())


@pytest.fixture
def breaker(carrier: ReadCarrier) -> Breaker:
    return Breaker(carrier)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_so_many_failures_in_a_row(breaker: Breaker) -> None:
    """One fewer changes nothing, and an answer in between begins the row anew."""
    fail(breaker, FAILURES - 1)
    breaker.answered()
    fail(breaker, FAILURES - 1)
    before = breaker.blocks(AT)
    breaker.failed()
    assert ((), 1) == (before, len(breaker.blocks(AT)))


def test_the_refusal_says_why_and_when_to_come_back(breaker: Breaker) -> None:
    """A dialer that waits until the next probe has waited long enough to ask again."""
    fail(breaker, FAILURES)
    (block,) = breaker.blocks(AT)
    assert (Reason.GATE_UNAVAILABLE, "carrier_down") == (block.reason, block.rule)
    assert AT + timedelta(seconds=PROBE_S) == block.retry_at


async def test_a_carrier_that_answers_is_not_probed(breaker: Breaker, carrier: ReadCarrier) -> None:
    """The probe costs nothing on a good day."""
    fail(breaker, FAILURES - 1)
    await breaker.probe()
    assert [] == carrier.reads


async def test_it_stays_open_until_a_probe_is_answered(breaker: Breaker, carrier: ReadCarrier) -> None:
    """Each probe is one read; the first that is answered lets creates through again."""
    fail(breaker, FAILURES)
    await breaker.probe()
    still = breaker.open
    carrier.away = False
    await breaker.probe()
    assert (True, False, 2) == (still, breaker.open, len(carrier.reads))
