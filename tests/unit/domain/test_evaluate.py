"""All rules are asked, and nothing that goes wrong in a rule lets an attempt through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from dialgate.domain.attempt import Attempt
from dialgate.domain.decision import Block, Evaluation, Guarded
from dialgate.domain.evaluate import Rule, evaluate
from dialgate.domain.facts import Facts
from dialgate.domain.guard import AtMost
from dialgate.domain.reasons import Reason
from tests.fakes.one_gate import FACTS, attempt

HOURS = Block(Reason.CALLING_HOURS, "hours", "Too late.")
LISTED = Block(Reason.LISTED, "listed", "On a list.")
CAP = Guarded(AtMost("cap", 1, 60), Block(Reason.FREQUENCY_CAP, "cap", "Too many."))


def hours(_attempt: Attempt, _facts: Facts) -> list[Block]:
    return [HOURS]


def listed(_attempt: Attempt, _facts: Facts) -> list[Block]:
    return [LISTED]


def cap(_attempt: Attempt, _facts: Facts) -> list[Guarded]:
    return [CAP]


def broken(_attempt: Attempt, _facts: Facts) -> list[Block]:
    raise ZeroDivisionError("division by zero: +12025550123")


def half_broken(_attempt: Attempt, _facts: Facts) -> Iterator[Guarded]:
    yield CAP
    raise KeyError("US")


def silent(_attempt: Attempt, _facts: Facts) -> Iterable[Block]:
    return cast("Iterable[Block]", None)


def bare_guard(_attempt: Attempt, _facts: Facts) -> Iterable[Guarded]:
    return cast("Iterable[Guarded]", [CAP.guard])


def asked(*rules: Rule) -> Evaluation:
    return evaluate(attempt(), FACTS, rules)


def reasons(*rules: Rule) -> list[tuple[str, str]]:
    return [(block.reason.value, block.rule) for block in asked(*rules).blocks]


def test_each_failing_rule_is_reported() -> None:
    """Whoever is refused learns every reason at once, in the order of the rules, guards included."""
    assert Evaluation((HOURS, LISTED), (CAP,)) == asked(hours, cap, listed)


def test_no_rule_no_block() -> None:
    """Rules alone decide: without one nothing is refused and nothing guarded."""
    assert Evaluation((), ()) == asked()


def test_a_rule_that_raises_refuses() -> None:
    """A mistake in a rule blocks the attempt and names the rule; the others are heard all the same."""
    assert [("rule_error", "broken"), ("listed", "listed")] == reasons(broken, listed)


def test_a_rule_that_raises_half_way_refuses() -> None:
    """What a rule said before it failed is not taken for all it had to say."""
    assert [("rule_error", "half_broken")] == reasons(half_broken)


def test_the_error_of_a_rule_is_not_quoted() -> None:
    """The words of an error may hold a number; only its kind is told."""
    (block,) = asked(broken).blocks
    expected = "The rule broken failed with ZeroDivisionError; the attempt is refused until it is mended."
    assert expected == block.detail


def test_a_rule_that_answers_nothing_readable_refuses() -> None:
    """Forgetting to answer is a mistake, not an allow."""
    assert [("rule_error", "silent")] == reasons(silent)


def test_a_guard_without_its_block_refuses() -> None:
    """An answer of a kind that nobody would check is a mistake, not an allow."""
    assert [("rule_error", "bare_guard")] == reasons(bare_guard)
