"""The same content is not sent to the same number twice within a minute. Within one call it may be heard again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block, Guarded
from dialgate.domain.guard import AtMost
from dialgate.domain.numbers import Reachable
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts

WINDOW_S = 60
_SENT_ALREADY = Block(
    Reason.DUPLICATE,
    "duplicate",
    f"The same content was sent to this number within the last {WINDOW_S} s by another request. Wait that long.",
)


def duplicate(attempt: Attempt, facts: Facts) -> Iterator[Guarded]:
    if not facts.policy.duplicate or not attempt.content or attempt.connected:
        return
    if not isinstance(attempt.called, Reachable):
        return
    key = f"duplicate/{attempt.tenant}/{attempt.channel}/{attempt.called.callee}/{attempt.content}"
    yield Guarded(AtMost(key, 1, WINDOW_S), _SENT_ALREADY)
