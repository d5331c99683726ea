"""The windows of a week, by weekday, holiday, eve and working weekend."""

from __future__ import annotations

from datetime import date

import pytest

from dialgate.domain.calendar import Calendar, Week, Windows, worded

WEEKDAY: Windows = ((540, 720), (840, 1_200))
SATURDAY: Windows = ((600, 720),)
HOLIDAY: Windows = ((780, 1_260),)
EVE: Windows = ((600, 1_140),)
DAYS = (*[WEEKDAY] * 5, SATURDAY, ())
XMAS = Calendar(
    "ZZ", date(2026, 1, 1), date(2026, 12, 31), frozenset({date(2026, 12, 25)}), frozenset({date(2026, 12, 13)})
)


@pytest.mark.parametrize(
    ("day", "windows"),
    [
        (date(2026, 12, 21), WEEKDAY),
        (date(2026, 12, 19), SATURDAY),
        (date(2026, 12, 20), ()),
        (date(2026, 12, 13), WEEKDAY),
        (date(2026, 12, 25), HOLIDAY),
        (date(2026, 12, 24), EVE),
        (date(2026, 12, 31), None),
        (date(2027, 1, 4), None),
    ],
)
def test_each_day_has_its_windows(day: date, windows: Windows | None) -> None:
    """Weekday, Saturday, Sunday, worked Sunday, holiday, eve; none known where the next day is beyond the calendar."""
    assert windows == Week(DAYS, HOLIDAY, EVE).windows(day, [XMAS])


def test_a_week_that_names_no_holidays_needs_no_calendar_that_reaches_far() -> None:
    """Rows for which holidays are the same go on when the calendar ends."""
    calendar = Calendar("ZZ", date(2026, 1, 1), date(2026, 12, 31), XMAS.holidays)
    assert WEEKDAY == Week(DAYS).windows(date(2031, 1, 6), [calendar])


def test_a_week_with_worked_weekends_needs_one() -> None:
    """A Saturday of a year that is not announced may be a working day, or a Monday a holiday: it is not known."""
    assert Week(DAYS).windows(date(2027, 1, 4), [XMAS]) is None
    assert WEEKDAY == Week((WEEKDAY,) * 7).windows(date(2027, 1, 4), [XMAS])


@pytest.mark.parametrize(
    ("windows", "words"), [(WEEKDAY, "09:00-12:00 and 14:00-20:00"), ((), "no hours"), (None, "no known hours")]
)
def test_windows_are_worded(windows: Windows | None, words: str) -> None:
    """People read clock times."""
    assert words == worded(windows)
