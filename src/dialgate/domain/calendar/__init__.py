"""Time by the called person's clock: zones, days and what kind of day they are, windows of a week. It knows no rule."""

from __future__ import annotations

from dialgate.domain.calendar.days import Calendar, DayKind, kind_of
from dialgate.domain.calendar.week import ALL_DAY, DAYS, Week, Window, Windows, worded
from dialgate.domain.calendar.zones import closes, is_place_zone, local, opens, zone_data_problem

__all__ = [
    "ALL_DAY",
    "DAYS",
    "Calendar",
    "DayKind",
    "Week",
    "Window",
    "Windows",
    "closes",
    "is_place_zone",
    "kind_of",
    "local",
    "opens",
    "worded",
    "zone_data_problem",
]
