"""Which rows apply to an attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.policy import Place
from tests.fakes.policies import MONDAY, at, number, shipped, tenant, to

NOON = at(MONDAY, "12:00", "America/New_York")


def applying(called: str, channel: Channel = Channel.VOICE, **more: Any) -> tuple[list[str], list[str]]:  # noqa: ANN401
    standing = tenant().standing(to(called, NOON, channel, **more), number(called))
    return [row.row.id for row in standing.schedule.rows], [cap.row.id for cap in standing.caps]


@pytest.mark.parametrize(
    ("called", "more", "hours", "caps"),
    [
        ("+13055550123", {}, ["us_hours", "us_fl_hours"], ["fl_3_24h"]),
        ("+13035550123", {}, ["us_hours"], []),
        ("+12075550123", {}, ["us_hours", "us_me_hours"], ["me_auto"]),
        ("+12075550123", {"device": "live"}, ["us_hours"], []),
        ("+13055550123", {"location": "US-TX"}, ["us_hours", "us_fl_hours", "us_tx_voice_hours"], ["fl_3_24h"]),
        ("+18005550123", {}, ["us_hours", "us_unknown_state_hours"], ["us_unknown_state_3_24h"]),
        (
            "+13055550123",
            {"location": "America/Denver"},
            ["us_hours", "us_fl_hours", "us_unknown_state_hours"],
            ["fl_3_24h", "us_unknown_state_3_24h"],
        ),
        ("+13055550123", {"purpose": Purpose.COLLECTION, "debt": "1"}, ["us_collection_hours"], ["regf_7in7"]),
        ("+13055550123", {"purpose": Purpose.TRANSACTIONAL}, [], []),
        ("+17875550123", {}, ["us_hours"], []),
        ("+442079460958", {}, ["world_unknown_hours"], ["world_unknown_1_24h"]),
        ("+14165550123", {}, ["world_unknown_hours"], ["world_unknown_1_24h"]),
        (
            "+8613912345678",
            {},
            ["cn_voice_hours", "cn_default_hours"],
            ["cn_tccc_24h", "cn_tccc_5min", "cn_policy_voice", "cn_policy_voice_month"],
        ),
    ],
)
def test_the_rows_of_a_place_apply(called: str, more: dict[str, Any], hours: list[str], caps: list[str]) -> None:
    """Country and state, of the number and of the location, each once; the profile where nothing is known."""
    assert (hours, caps) == applying(called, **more)


def test_a_place_without_rows_of_its_own_has_its_country_or_the_profile() -> None:
    """No place is without rules."""
    policy = shipped()
    assert policy.at(Place("CN", "CN-31")) is policy.at(Place("CN"))
    assert policy.at(Place("GB", "GB-LND")) is policy.at(Place("*")) is policy.at(Place(""))


def test_holidays_of_an_unknown_state_are_those_of_all() -> None:
    """Victory Day of Rhode Island closes a number that may be there."""
    codes = {calendar.code for calendar in shipped().at(Place("US")).calendars}
    assert {"US", "US-AL", "US-LA", "US-NE", "US-PA", "US-RI", "US-UT"} == codes
    assert ["US", "US-RI"] == [calendar.code for calendar in shipped().at(Place("US", "US-RI")).calendars]


def test_what_was_worked_out_is_used_again() -> None:
    """A second number of the same place costs a look-up; another place, channel or purpose is another case."""
    own = tenant()
    one, other = to("+13055550123", NOON), to("+13055550124", NOON)
    first = own.standing(one, number("+13055550123"))
    assert first is own.standing(other, number("+13055550124"))
    assert first is not own.standing(replace(one, channel=Channel.SMS), number("+13055550123"))


def test_a_location_that_is_wrong_does_not_share_with_one_that_is_absent() -> None:
    """The sentence of a problem is the one of this attempt."""
    own = tenant()
    toll_free = to("+18005550123", NOON)
    told = own.standing(replace(toll_free, location="nowhere"), number("+18005550123")).schedule.problem
    untold = own.standing(toll_free, number("+18005550123")).schedule.problem
    assert ("cannot be resolved" in told, "does not tell" in untold) == (True, True)


def test_a_cap_of_the_calendar_needs_a_zone() -> None:
    """A day that nobody knows the beginning of is no day: the cap cannot be counted."""
    own = tenant(base="open", frequency_cap={"limits": [{"scope": "number", "at_most": 1, "calendar": "day"}]})
    one = to("+18005550123", NOON)
    assert [None] == [
        count for _, count in own.standing(one, number("+18005550123")).counts(one, number("+18005550123"))
    ]
