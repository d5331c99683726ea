"""A tenant whose own policy cannot be followed reaches nobody: without it the packs alone could permit too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


def policy_followed(_attempt: Attempt, facts: Facts) -> Iterator[Block]:
    if facts.problem:
        yield Block(Reason.RULE_ERROR, "policy_followed", facts.problem)
