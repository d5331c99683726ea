"""A decision says allow in one way only, and when to come back only if coming back can help."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialgate.domain.decision import Block, Decision
from dialgate.domain.reasons import Reason
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import attempt

SOON, LATER = AT + timedelta(minutes=1), AT + timedelta(hours=1)


def decided(*retry_at: datetime | None) -> Decision:
    blocks = tuple(Block(Reason.FREQUENCY_CAP, "cap", "Too many.", retry_at=at) for at in retry_at)
    return Decision(attempt(), blocks, "test", AT)


def test_no_block_is_the_only_allow() -> None:
    """A decision with any block refuses."""
    assert (True, False) == (decided().allowed, decided(None).allowed)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [((), None), ((SOON,), SOON), ((LATER, SOON), LATER), ((SOON, None), None), ((None,), None)],
)
def test_it_names_a_time_only_when_all_refusals_pass(
    blocks: tuple[datetime | None, ...], expected: datetime | None
) -> None:
    """The time to come back is that of the last refusal, and there is none while one refusal has no end."""
    assert expected == decided(*blocks).retry_at
