"""The called number is one valid number."""

from __future__ import annotations

from dataclasses import replace

from dialgate.domain.decision import Block
from dialgate.domain.numbers import NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.number_validity import number_validity
from tests.fakes.one_gate import FACTS, attempt


def test_what_could_not_be_read_is_refused_in_words() -> None:
    """The caller learns what to mend."""
    asked = replace(attempt(), called=NumberRefusal("letters", "Write digits."))
    assert [Block(Reason.INVALID_NUMBER, "number_validity", "Write digits.")] == list(number_validity(asked, FACTS))


def test_a_number_passes() -> None:
    """What was read as a number is one."""
    assert [] == list(number_validity(attempt(), FACTS))
