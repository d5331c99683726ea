"""What kind of day it is: an ordinary one, a holiday, a day of the weekend that is worked, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum


class DayKind(Enum):
    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    WORKING = "working"
    """A day of the weekend with the hours of a weekday (调休)."""
    UNKNOWN = "unknown"
    """Outside what a calendar covers: it may be a holiday."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Of one country or sub-division. `since` and `until` (inclusive) say how far it is known."""

    code: str
    since: date
    until: date
    holidays: frozenset[date]
    working: frozenset[date] = frozenset()


def kind_of(day: date, calendars: Sequence[Calendar]) -> DayKind:
    """By all of them: a holiday of any is a holiday. Without a calendar every day is ordinary."""
    for calendar in calendars:
        if day in calendar.holidays:
            return DayKind.HOLIDAY
    for calendar in calendars:
        if not calendar.since <= day <= calendar.until:
            return DayKind.UNKNOWN
    worked = any(day in calendar.working for calendar in calendars)
    return DayKind.WORKING if worked else DayKind.ORDINARY
