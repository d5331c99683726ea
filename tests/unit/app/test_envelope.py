"""A kept answer is the same when it is given again, and readable to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.app.envelope import SealedAnswers
from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.ports import CarrierAnswer
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import decision_id

ANSWER = CarrierAnswer(201, b'{"sid": "CA1", "to": "\xc3\xa9"}', "application/json", (("Retry-After", "1"),), "CA1")
BLOCK = Block(Reason.RECALLED, "recall", "Opted out.", "source", "scope", AT + timedelta(hours=1))


def locked(text: bytes) -> bytes:
    return b"locked " + text[::-1]


def unlocked(text: bytes) -> bytes:
    return text.removeprefix(b"locked ")[::-1]


ANSWERS = SealedAnswers(locked, unlocked)


@pytest.mark.parametrize(
    "kept",
    [
        Forwarded(decision_id(1), ANSWER),
        Refusal(decision_id(1), (BLOCK,), carrier_sid="CA1"),
        Refusal(decision_id(1), (Block(Reason.OUTCOME_UNKNOWN, "forward", "Nobody knows."),)),
    ],
)
def test_it_comes_back_whole(kept: Forwarded | Refusal) -> None:
    """A repeat gets byte for byte what the first got."""
    assert kept == ANSWERS.open(ANSWERS.seal(kept))


def test_it_is_locked() -> None:
    """Nothing of the answer lies open in the store."""
    sealed = ANSWERS.seal(Forwarded(decision_id(1), ANSWER))
    assert (True, False) == (sealed.startswith(b"locked "), b"decision_id" in sealed)
