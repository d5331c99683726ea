"""Ask every rule. A rule that raises refuses; no rule is skipped because another has refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dialgate.domain.decision import Block, Evaluation, Guarded
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


class Rule(Protocol):
    """Pure: looks at an attempt and at facts, answers with blocks, or with guards that the store must check."""

    __name__: str

    def __call__(self, attempt: Attempt, facts: Facts, /) -> Iterable[Block | Guarded]: ...


def evaluate(attempt: Attempt, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
    """Never raises because of a rule: the rule's error becomes the block `rule_error`, which names it."""
    blocks: list[Block] = []
    guarded: list[Guarded] = []
    for rule in rules:
        for answer in _ask(rule, attempt, facts):
            if isinstance(answer, Guarded):
                guarded.append(answer)
            else:
                blocks.append(answer)
    return Evaluation(tuple(blocks), tuple(guarded))


def _ask(rule: Rule, attempt: Attempt, facts: Facts) -> list[Block | Guarded]:
    try:
        return [_checked(answer) for answer in rule(attempt, facts)]
    except Exception as error:  # noqa: BLE001 - a rule skipped because it raised would be an allow
        detail = (
            f"The rule {rule.__name__} failed with {type(error).__name__}; the attempt is refused until it is mended."
        )
        return [Block(Reason.RULE_ERROR, rule.__name__, detail)]


def _checked(answer: Block | Guarded) -> Block | Guarded:
    """A guard without its block, or anything else that no one would look at, must not pass for an allow."""
    if not isinstance(answer, (Block, Guarded)):
        raise TypeError(f"{type(answer).__name__} is neither a block nor a guarded block")
    return answer
