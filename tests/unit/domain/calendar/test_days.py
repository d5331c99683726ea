"""What kind of day it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialgate.domain.calendar import Calendar, DayKind, kind_of
from tests.fakes.policies import shipped

CN = shipped().calendars["CN"]
SPRING_FESTIVAL_2026 = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.WORKING),
        (date(2026, 10, 11), DayKind.ORDINARY),
        (date(2026, 10, 12), DayKind.ORDINARY),
        (date(2026, 12, 31), DayKind.ORDINARY),
        (date(2027, 1, 1), DayKind.UNKNOWN),
        (date(2024, 12, 31), DayKind.UNKNOWN),
    ],
)
def test_days_of_the_chinese_calendar(day: date, kind: DayKind) -> None:
    """Statutory holidays, weekend days that are worked, and days that nobody has announced yet are told apart."""
    assert kind is kind_of(day, [CN])


def test_the_spring_festival_has_nine_days_in_2026() -> None:
    """15 to 23 February 2026 are free; the Saturdays around them are worked."""
    assert [DayKind.HOLIDAY] * 9 == [kind_of(day, [CN]) for day in SPRING_FESTIVAL_2026]
    assert DayKind.WORKING is kind_of(date(2026, 2, 14), [CN]) is kind_of(date(2026, 2, 28), [CN])


def test_a_holiday_of_any_calendar_is_a_holiday() -> None:
    """A person may be where one of them counts; a working day elsewhere does not undo it."""
    day = date(2026, 10, 10)
    other = Calendar("ZZ", date(2026, 1, 1), date(2026, 12, 31), frozenset({day}))
    assert DayKind.HOLIDAY is kind_of(day, [CN, other])


def test_without_a_calendar_each_day_is_ordinary() -> None:
    """Nothing is known of holidays there; the rows that need them have a calendar."""
    assert DayKind.ORDINARY is kind_of(date(2026, 12, 25), [])


def test_the_weekend_days_that_are_worked_are_weekend_days() -> None:
    """The data make a working day of a Saturday or Sunday alone, and of no holiday."""
    assert {5, 6} == {day.weekday() for day in CN.working}
    assert not CN.working & CN.holidays
