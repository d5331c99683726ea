"""Nobody is called or texted at an hour that a row of law or policy forbids in any zone where they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.calendar import local, worded
from dialgate.domain.decision import Block
from dialgate.domain.numbers import Number
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts
    from dialgate.domain.policy import HoursRow, Schedule

NO_ZONE = "number_without_time_zone"


def calling_hours(attempt: Attempt, facts: Facts) -> Iterator[Block]:
    number = attempt.called
    if not isinstance(number, Number) or attempt.connected or number.e164 in facts.own_destinations:
        return
    standing = facts.policy.standing(attempt, number)
    schedule, at = standing.schedule, attempt.judged_at
    if standing.misread:
        yield Block(Reason.BAD_REQUEST, "calling_hours", schedule.problem)
        return
    if schedule.permits(at):
        return
    if schedule.problem:
        yield Block(Reason.CALLING_HOURS, "calling_hours", f"{NO_ZONE}: {schedule.problem}")
        return
    opening = schedule.next_opening(at)
    for row in schedule.refusing(at):
        holiday = row.week.holidays is not None and schedule.is_holiday(at)
        reason = Reason.HOLIDAY if holiday else Reason.CALLING_HOURS
        zones = ",".join(schedule.zones)
        yield Block(reason, "calling_hours", _detail(row, schedule, at), row.row.source, zones, opening)


def _detail(row: HoursRow, schedule: Schedule, at: datetime) -> str:
    """The row, and each zone that was tried with its clock and the hours of its day."""
    tried = [
        f"{there:%a %Y-%m-%d %H:%M} in {zone} ({worded(row.windows(there.date(), schedule.calendars))})"
        for zone, there in ((zone, local(at, zone)) for zone in schedule.zones)
    ]
    return f"{row.row.id}: it is {', '.join(tried)} where the called person may be."
