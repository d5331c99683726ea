"""Whose policy cannot be followed reaches nobody."""

from __future__ import annotations

from dataclasses import replace

from dialgate.domain.reasons import Reason
from dialgate.domain.rules.policy_followed import policy_followed
from tests.fakes.no_rows import FACTS
from tests.fakes.one_gate import attempt


def test_a_policy_that_is_followed_is_no_reason() -> None:
    """The rule speaks of the policy alone, never of the attempt."""
    assert [] == list(policy_followed(attempt(), FACTS))


def test_the_problem_is_told_in_its_own_words() -> None:
    """As a rule's error, because no attempt of this tenant is at fault."""
    (block,) = policy_followed(attempt(), replace(FACTS, problem="policy.base: is wrong"))
    assert (Reason.RULE_ERROR, "policy.base: is wrong") == (block.reason, block.detail)
