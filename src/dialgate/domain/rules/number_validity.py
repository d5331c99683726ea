"""The called number must be exactly one valid number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block
from dialgate.domain.numbers import NumberRefusal
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


def number_validity(attempt: Attempt, _facts: Facts) -> Iterator[Block]:
    if isinstance(attempt.called, NumberRefusal):
        yield Block(Reason.INVALID_NUMBER, "number_validity", attempt.called.message)
