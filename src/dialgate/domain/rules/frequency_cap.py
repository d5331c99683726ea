"""Nobody is contacted more often than each cap that concerns the attempt permits. The store counts at reservation."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dialgate.domain.decision import Block, Guarded
from dialgate.domain.guard import AtMost
from dialgate.domain.numbers import Number
from dialgate.domain.policy.limits import rolling
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


def frequency_cap(attempt: Attempt, facts: Facts) -> Iterator[Block | Guarded]:
    number = attempt.called
    if not isinstance(number, Number) or attempt.connected or number.e164 in facts.own_destinations:
        return
    for cap, count in facts.policy.standing(attempt, number).counts(attempt, number):
        if count is None:
            detail = f"{cap.worded}, and the number does not tell in which time zone it rings."
            yield Block(Reason.FREQUENCY_CAP, "frequency_cap", detail, cap.row.source, "+".join(cap.scope))
            continue
        window_s = 0 if cap.span else cap.window_s
        block = _reached(cap.worded, window_s, cap.row.source, cap.scope, count.ends_at)
        yield Guarded(AtMost(count.key, cap.at_most, count.window_s), block)


@lru_cache(maxsize=1_024)
def _reached(worded: str, window_s: int, source: str, scope: tuple[str, ...], ends_at: datetime | None) -> Block:
    """`window_s`: 0 for a span of the calendar, whose end is known."""
    mend = f" There is room again once the earliest is {rolling(window_s)} old." if window_s else ""
    return Block(Reason.FREQUENCY_CAP, "frequency_cap", f"{worded}.{mend}", source, "+".join(scope), ends_at)
