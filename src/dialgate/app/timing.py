"""How long the carrier may take to carry out a create: until the called person's window closes, and no longer."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.numbers import Number
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.front import Asked
    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts
    from dialgate.domain.policy import Schedule

ON_ITS_WAY_S = 2
"""The carrier begins to count a message's validity when it has it: a leave may be 1 s old, the rest is the wire."""
TAKEN_S = 60
"""A reservation outlives the validity by this: the carrier may take a message as late as the client waits for its
answer, and clocks differ.
"""


def timed(attempt: Attempt, asked: Asked, facts: Facts) -> tuple[Attempt, Asked]:
    """Of a create. A call learns until when it may be dialled; a message's validity is lowered to what its window
    leaves from the time on that it is due, and if that is nothing, it is refused.
    """
    schedule = _schedule(attempt, facts)
    closes_at = _closes_at(attempt, schedule)
    if attempt.channel is Channel.VOICE:
        return (attempt if closes_at is None else replace(attempt, dial_until=closes_at)), asked
    validity_s = asked.lifetime_s
    if closes_at is not None and schedule is not None:
        left_s = int((closes_at - attempt.judged_at).total_seconds()) - ON_ITS_WAY_S
        if left_s < 1:
            return attempt, replace(asked, found=(*asked.found, _too_late(schedule, closes_at)))
        validity_s = min(validity_s, left_s)
    wait_s = max(0, math.ceil((attempt.judged_at - attempt.received_at).total_seconds()))
    lowered = asked if validity_s == asked.lifetime_s else replace(asked, lifetime_s=validity_s)
    return replace(attempt, lifetime_s=wait_s + validity_s + TAKEN_S), lowered


def _schedule(attempt: Attempt, facts: Facts) -> Schedule | None:
    """None: no hours apply."""
    called = attempt.called
    if not isinstance(called, Number) or called.e164 in facts.own_destinations:
        return None
    return facts.policy.standing(attempt, called).schedule


def _closes_at(attempt: Attempt, schedule: Schedule | None) -> datetime | None:
    """None too where hours forbid it already: that is their rule's to say."""
    if schedule is None or not schedule.permits(attempt.judged_at):
        return None
    return schedule.closes_at(attempt.judged_at)


def _too_late(schedule: Schedule, closes_at: datetime) -> Block:
    detail = "The window of the called person closes before the carrier could have sent it."
    return Block(Reason.CALLING_HOURS, "calling_hours", detail, retry_at=schedule.next_opening(closes_at))
