"""A kept answer comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialgate.app.envelope import SealedAnswers
from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.ports import CarrierAnswer
from dialgate.domain.decision import Block
from dialgate.domain.ids import DecisionId
from dialgate.domain.reasons import Reason

ID = DecisionId("d" * 32)
AT = datetime(2026, 11, 22, 9, 0, 0, 5, tzinfo=UTC)
ANSWER = CarrierAnswer(201, b"\x00\xff{}", "application/json", (("Retry-After", "1"),), "CA1")
BLOCKS = (
    Block(Reason.RECALLED, "recall", "退订", "source", "scope", AT),
    Block(Reason.SUPPRESSED, "suppression", "No."),
)


def turned(content: bytes) -> bytes:
    return content[::-1]


@pytest.mark.parametrize("kept", [Forwarded(ID, ANSWER), Refusal(ID, BLOCKS, "CA1"), Refusal(ID, BLOCKS[1:])])
def test_what_was_sealed_is_opened_unchanged(kept: Forwarded | Refusal) -> None:
    """Every field survives, and only whoever can unlock reads it."""
    answers = SealedAnswers(lock=turned, unlock=turned)
    sealed = answers.seal(kept)
    assert (kept, False) == (answers.open(sealed), ID.encode() in sealed and b"decision_id" in sealed)
