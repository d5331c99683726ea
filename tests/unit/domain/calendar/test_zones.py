"""Local times mean instants, also on the days on which clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from dialgate.domain.calendar import closes, is_place_zone, local, opens, zone_data_problem
from tests.fakes.policies import shipped

ZONES = sorted({zone for where in shipped().places.by_area_code.values() for zone in where.zones} | {"Asia/Shanghai"})
HOURS = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(3 * 365 * 24)]


def test_the_time_zone_data_are_new_enough() -> None:
    """British Columbia no longer changes its clocks: UTC-7 in December 2026."""
    assert timedelta(hours=-7) == local(datetime(2026, 12, 15, tzinfo=UTC), "America/Vancouver").utcoffset()
    assert "" == zone_data_problem()


@pytest.mark.parametrize(
    "name",
    ["", "UTC", "Etc/Unknown", "Etc/GMT+5", "EST5EDT", "US/Eastern", "America/Nowhere", "../../etc/passwd",
     "America/../../../etc/passwd", "america/chicago", "America/Chicago\n", "America", "Asia/"],
)  # fmt: skip
def test_only_a_place_has_a_zone(name: str) -> None:
    """A name that is no IANA zone of a place on earth says nothing of anybody's clock."""
    assert not is_place_zone(name)


def test_places_are_known() -> None:
    """Zones of places are known, with as many parts as they have."""
    assert all(map(is_place_zone, ["America/Chicago", "America/Argentina/Buenos_Aires", "Asia/Shanghai", *ZONES]))


@pytest.mark.parametrize("zone", ZONES)
def test_windows_hold_on_the_days_on_which_clocks_are_changed(zone: str) -> None:
    """From 2025 to 2027: 08:00 and 21:00 of a day are the first instants at which the clocks there show that."""
    changed = [
        local(after, zone).date()
        for before, after in pairwise(HOURS)
        if local(before, zone).utcoffset() != local(after, zone).utcoffset()
    ]
    for day in changed:
        for minute in (480, 1_260):
            begins = opens(zone, day, minute)
            assert begins == closes(zone, day, minute)
            there = local(begins, zone)
            assert (day, minute) == (there.date(), there.hour * 60 + there.minute)
            assert minute - 1 == (before := local(begins - timedelta(minutes=1), zone)).hour * 60 + before.minute


def test_a_time_that_is_shown_twice_opens_late_and_closes_early() -> None:
    """On 1 November 2026 clocks in New York show 01:30 twice: at 05:30 and at 06:30 UTC."""
    day = date(2026, 11, 1)
    assert datetime(2026, 11, 1, 6, 30, tzinfo=UTC) == opens("America/New_York", day, 90)
    assert datetime(2026, 11, 1, 5, 30, tzinfo=UTC) == closes("America/New_York", day, 90)


def test_a_time_that_is_skipped_opens_late_and_closes_early() -> None:
    """On 8 March 2026 clocks in New York skip 02:30; the change is at 07:00 UTC."""
    day = date(2026, 3, 8)
    assert datetime(2026, 3, 8, 7, 30, tzinfo=UTC) == opens("America/New_York", day, 150)
    assert datetime(2026, 3, 8, 6, 30, tzinfo=UTC) == closes("America/New_York", day, 150)


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    """24:00 is 00:00 of the following day."""
    assert opens("Asia/Shanghai", date(2026, 12, 1), 0) == closes("Asia/Shanghai", date(2026, 11, 30), 1_440)
