"""The windows of a week: half-open, several a day, by weekday, with holidays and their eves where a rule names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialgate.domain.calendar.days import Calendar, DayKind, kind_of

Window = tuple[int, int]
"""Minutes after local midnight, from (inclusive) and until (exclusive, at most 1,440)."""
Windows = tuple[Window, ...]
"""In order and apart from each other; empty: none that day."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY: Windows = ((0, 1_440),)
_MONDAY = 0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Windows, ...]
    """Seven, from Monday."""
    holidays: Windows | None = None
    """None: a holiday has the windows of its weekday."""
    eves: Windows | None = None
    """Of the day before a holiday; None as for holidays."""

    def windows(self, day: date, calendars: Sequence[Calendar]) -> Windows | None:
        """Those of `day`; None if it, or the day after where eves count, lies outside what the calendars cover.

        A day of the weekend that is worked has the hours of a Monday.
        """
        if not self._asks_for_calendar(calendars):
            return self.days[day.weekday()]
        kind = kind_of(day, calendars)
        if kind is DayKind.UNKNOWN:
            return None
        if kind is DayKind.HOLIDAY and self.holidays is not None:
            return self.holidays
        if self.eves is not None:
            following = kind_of(day + _DAY, calendars)
            if following is not DayKind.ORDINARY and following is not DayKind.WORKING:
                return self.eves if following is DayKind.HOLIDAY else None
        return self.days[_MONDAY if kind is DayKind.WORKING else day.weekday()]

    def _asks_for_calendar(self, calendars: Sequence[Calendar]) -> bool:
        if self.holidays is not None or self.eves is not None:
            return True
        return any(calendar.working for calendar in calendars) and len(set(self.days)) > 1


def worded(windows: Windows | None) -> str:
    """For people: "09:00-12:00 and 14:00-20:00"."""
    if windows is None:
        return "no known hours"
    return " and ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in windows) or "no hours"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
