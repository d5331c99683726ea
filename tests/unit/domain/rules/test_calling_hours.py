"""Nobody is called or texted outside the hours of every row, in every zone where they may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.decision import Block
from dialgate.domain.facts import Facts
from dialgate.domain.numbers import NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.calling_hours import calling_hours
from tests.fakes.policies import MONDAY, at, facts, shipped, to

SATURDAY, SUNDAY, THANKSGIVING = "2026-11-28", "2026-11-29", "2026-11-26"
EAST, CENTRAL, SHANGHAI = "America/New_York", "America/Chicago", "Asia/Shanghai"
FLORIDA, TEXAS, RHODE_ISLAND, TOLL_FREE = "+13055550123", "+12145550123", "+14015550123", "+18005550123"
PANHANDLE, CHINA, LONDON = "+18504325012", "+8613912345678", "+442079460958"

NONE = "none"
FEDERAL = ("08:00-21:00",) * 3
EVENING_8 = ("08:00-20:00",) * 3
FROM_9 = ("09:00-21:00",) * 3
# State, device, row, windows of weekdays, Saturday and Sunday in the last week of November 2026, holidays.
# Source: the rows of the states as read for 2026-11-21; federal where a state has none that is stricter.
STATES: list[tuple[str, str, str, tuple[str, str, str], str]] = [
    ("US-AL", "live", "us_al_hours", ("08:00-20:00", "08:00-20:00", NONE), NONE),
    ("US-AR", "", "us_ar_hours", FEDERAL, "same"),
    ("US-AZ", "", "us_az_hours", FEDERAL, "same"),
    ("US-CA", "automated", "us_ca_hours", FROM_9, "same"),
    ("US-CA", "live", "us_hours", FEDERAL, "same"),
    ("US-CT", "", "us_ct_hours", ("09:00-20:00",) * 3, "same"),
    ("US-DC", "", "us_dc_hours", FEDERAL, "same"),
    ("US-FL", "", "us_fl_hours", EVENING_8, "same"),
    ("US-GA", "automated", "us_ga_hours", FEDERAL, "same"),
    ("US-HI", "", "us_hi_hours", FEDERAL, "same"),
    ("US-IL", "", "us_il_hours", FEDERAL, "same"),
    ("US-IN", "automated", "us_in_hours", ("09:00-20:00",) * 3, "same"),
    ("US-KY", "", "us_ky_hours", ("10:00-21:00",) * 3, "same"),
    ("US-LA", "", "us_la_hours", ("08:00-20:00", "08:00-20:00", NONE), NONE),
    ("US-MA", "", "us_ma_hours", EVENING_8, "same"),
    ("US-MD", "", "us_md_hours", EVENING_8, "same"),
    ("US-ME", "automated", "us_me_hours", ("09:00-17:00", NONE, NONE), "same"),
    ("US-MI", "", "us_mi_hours", FROM_9, "same"),
    ("US-MN", "", "us_mn_hours", FROM_9, "same"),
    ("US-MO", "", "us_mo_hours", FEDERAL, "same"),
    ("US-MS", "", "us_ms_hours", ("08:00-20:00", "08:00-20:00", NONE), "same"),
    ("US-MT", "", "us_mt_hours", FEDERAL, "same"),
    ("US-NC", "", "us_nc_hours", FEDERAL, "same"),
    ("US-ND", "", "us_nd_hours", FEDERAL, "same"),
    ("US-NE", "automated", "us_ne_hours", ("08:00-21:00", "08:00-21:00", "13:00-21:00"), "13:00-21:00"),
    ("US-NJ", "", "us_nj_hours", FEDERAL, "same"),
    ("US-NM", "", "us_nm_hours", FROM_9, "same"),
    ("US-NV", "", "us_nv_hours", ("09:00-20:00",) * 3, "same"),
    ("US-NY", "", "us_ny_hours", FEDERAL, "same"),
    ("US-OK", "", "us_ok_hours", EVENING_8, "same"),
    ("US-OR", "", "us_or_hours", EVENING_8, "same"),
    ("US-PA", "", "us_pa_hours", ("09:00-19:00", "09:00-19:00", NONE), NONE),
    ("US-RI", "", "us_ri_hours", ("09:00-18:00", "10:00-17:00", NONE), NONE),
    ("US-SC", "", "us_sc_hours", FEDERAL, "same"),
    ("US-SD", "", "us_sd_hours", ("09:00-21:00", "09:00-21:00", NONE), "same"),
    ("US-TN", "", "us_tn_hours", FEDERAL, "same"),
    ("US-TX", "", "us_tx_voice_hours", ("09:00-21:00", "09:00-21:00", "12:00-21:00"), "same"),
    ("US-UT", "", "us_ut_hours", ("08:00-21:00", "08:00-21:00", NONE), NONE),
    ("US-VA", "", "us_va_hours", FEDERAL, "same"),
    ("US-WA", "", "us_wa_hours", EVENING_8, "same"),
    ("US-WI", "", "us_wi_hours", FEDERAL, "same"),
    ("US-WV", "", "us_wv_hours", FEDERAL, "same"),
    ("US-WY", "", "us_wy_hours", EVENING_8, "same"),
    *[(f"US-{state}", "", "us_hours", FEDERAL, "same") for state in ("AK", "CO", "DE", "IA", "KS", "NH", "OH", "VT")],
    *[(f"US-{state}", "", "us_hours", FEDERAL, "same") for state in ("AS", "GU", "ID", "MP", "PR", "VI")],
]


def blocks(one: Attempt, told: Facts | None = None) -> list[Block]:
    return list(calling_hours(one, told or facts()))


def rows(one: Attempt) -> list[str]:
    """The ids of the rows that refuse."""
    return [block.detail.partition(":")[0] for block in blocks(one)]


@pytest.mark.parametrize(("state", "device", "row", "week", "holidays"), STATES)
def test_each_state_has_its_hours(state: str, device: str, row: str, week: tuple[str, str, str], holidays: str) -> None:
    """To the minute: the first is permitted, the one before is not; the last is permitted, the end is not."""
    code, zone = next(
        (code, where.zones[0])
        for code, where in shipped().places.by_area_code.items()
        if [place.subdivision for place in where.places] == [state]
    )
    days = [*zip((MONDAY, SATURDAY, SUNDAY), week, strict=True)]
    days.append((THANKSGIVING, week[0] if holidays == "same" else holidays))
    for day, window in days:
        if window == NONE:
            assert row in rows(_in(code, device, day, "12:00", zone))
            continue
        begin, _, end = window.partition("-")
        first, after = at(day, begin, zone), at(day, end, zone)
        one = _in(code, device, day, begin, zone)
        assert [] == rows(one)
        assert [] == rows(replace(one, received_at=after - timedelta(seconds=1)))
        assert row in rows(replace(one, received_at=first - timedelta(seconds=1)))
        assert row in rows(replace(one, received_at=after))


def test_each_row_of_the_united_states_stands_in_the_table() -> None:
    """No state row is shipped that the table above does not prove."""
    known = {row for _, _, row, _, _ in STATES}
    others = {"us_collection_hours", "us_unknown_state_hours", "us_tx_sms_hours", "us_pa_hours_until_2026_10_17"}
    rules = [place for at_, place in shipped().rules.items() if at_.country == "US"]
    assert known | others == {row.row.id for place in rules for found in place.hours.values() for row in found}


@pytest.mark.parametrize(
    ("called", "day", "clock", "zone", "refusing"),
    [
        (FLORIDA, MONDAY, "20:30", EAST, ["us_fl_hours"]),
        (TEXAS, SUNDAY, "09:30", CENTRAL, ["us_tx_voice_hours"]),
        (RHODE_ISLAND, SATURDAY, "17:00", EAST, ["us_ri_hours"]),
        (TOLL_FREE, MONDAY, "12:00", EAST, ["number_without_time_zone"]),
        (PANHANDLE, MONDAY, "20:30", CENTRAL, ["us_hours", "us_fl_hours"]),
        (PANHANDLE, MONDAY, "20:30", EAST, ["us_fl_hours"]),
        (PANHANDLE, MONDAY, "08:30", EAST, ["us_hours", "us_fl_hours"]),
        (PANHANDLE, MONDAY, "19:30", EAST, []),
        (CHINA, MONDAY, "12:30", SHANGHAI, ["cn_default_hours"]),
        (CHINA, MONDAY, "11:59", SHANGHAI, []),
        (CHINA, MONDAY, "14:00", SHANGHAI, []),
        (CHINA, SATURDAY, "18:00", SHANGHAI, ["cn_default_hours"]),
        (CHINA, SUNDAY, "10:30", SHANGHAI, ["cn_default_hours"]),
        (CHINA, "2026-10-10", "19:30", SHANGHAI, []),
        (CHINA, "2027-01-04", "10:30", SHANGHAI, ["cn_default_hours"]),
        (LONDON, MONDAY, "09:59", "Europe/London", ["world_unknown_hours"]),
        (LONDON, MONDAY, "10:00", "Europe/London", []),
        ("+12155550123", "2026-10-17", "20:30", EAST, []),
        ("+12155550123", "2026-10-18", "12:00", EAST, ["us_pa_hours"]),
        ("+12155550123", "2026-10-19", "20:30", EAST, ["us_pa_hours"]),
        ("+15035550123", "2025-12-31", "20:30", "America/Los_Angeles", []),
        ("+15035550123", "2026-01-01", "20:30", "America/Los_Angeles", ["us_or_hours"]),
    ],
)
def test_the_row_that_refuses_is_named(called: str, day: str, clock: str, zone: str, refusing: list[str]) -> None:
    """First in the sentence, so that whoever asks why finds the law."""
    assert refusing == rows(to(called, at(day, clock, zone)))


def test_texts_of_texas_have_their_own_row() -> None:
    """Since 1 September 2025."""
    early = [to(TEXAS, at(day, "08:30", CENTRAL), Channel.SMS) for day in ("2025-08-29", "2025-09-02")]
    assert [[], ["us_tx_sms_hours"]] == [rows(one) for one in early]


def test_the_sentence_tells_zones_clocks_and_hours() -> None:
    """Row, each zone that was tried, what its clock shows, what is permitted there; and the source beside it."""
    (block,) = blocks(to(PANHANDLE, at(MONDAY, "20:30", EAST)))
    expected = (
        "us_fl_hours: it is Mon 2026-11-23 19:30 in America/Chicago (08:00-20:00), "
        "Mon 2026-11-23 20:30 in America/New_York (08:00-20:00) where the called person may be."
    )
    assert (Reason.CALLING_HOURS, "calling_hours", expected) == (block.reason, block.rule, block.detail)
    assert block.source.startswith("Public repository rule table")
    assert (at("2026-11-24", "08:00", CENTRAL), {CENTRAL, EAST}) == (block.retry_at, set(block.scope.split(",")))


def test_a_holiday_has_its_own_reason() -> None:
    """On Thanksgiving Rhode Island is closed, and opens on the day after; Florida does not mind."""
    (block,) = blocks(to(RHODE_ISLAND, at(THANKSGIVING, "12:00", EAST)))
    assert (Reason.HOLIDAY, at("2026-11-27", "09:00", EAST)) == (block.reason, block.retry_at)
    assert [] == blocks(to(FLORIDA, at(THANKSGIVING, "12:00", EAST)))


def test_beyond_the_calendar_nothing_is_promised() -> None:
    """The holidays of 2027 are not announced: refused, and no time is named."""
    (block,) = blocks(to(CHINA, at("2027-01-04", "10:30", SHANGHAI)))
    assert (Reason.CALLING_HOURS, None) == (block.reason, block.retry_at)
    assert "no known hours" in block.detail


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": Purpose.TRANSACTIONAL},
        {"called": NumberRefusal("invalid", "No number.")},
        {"connected": True, "received_at": at(MONDAY, "21:01", EAST)},
        {"received_at": at(MONDAY, "23:30", EAST), "due_at": at("2026-11-24", "12:00", EAST)},
    ],
)
def test_what_no_row_forbids_is_permitted(change: dict[str, Any]) -> None:
    """Another purpose, what is no number, a call that goes on, a message scheduled for an open hour."""
    assert [] == blocks(replace(to(FLORIDA, at(MONDAY, "12:00", EAST)), **change))


def test_a_scheduled_attempt_is_judged_when_it_is_due() -> None:
    """Asked for at noon, due at night: refused."""
    assert ["us_hours", "us_fl_hours"] == rows(
        replace(to(FLORIDA, at(MONDAY, "12:00", EAST)), due_at=at(MONDAY, "22:00", EAST))
    )


def test_own_destinations_are_exempt() -> None:
    """An agent's phone rings at night too."""
    night = to(FLORIDA, at(MONDAY, "23:00", EAST))
    assert [] == blocks(night, replace(facts(), own_destinations=frozenset({FLORIDA})))
    assert [] != blocks(night, replace(facts(), own_destinations=frozenset({TEXAS})))


def test_a_tenant_tightens() -> None:
    """Its lunch break is a refusal of its own; under an open base only its own windows hold."""
    lunch = {"windows": {"daily": [["09:00", "12:00"], ["14:00", "20:00"]]}}
    noon, night = to(FLORIDA, at(MONDAY, "12:30", EAST)), to(FLORIDA, at(MONDAY, "21:30", EAST))
    assert ["tenant_hours"] == [block.detail.partition(":")[0] for block in blocks(noon, facts(calling_hours=lunch))]
    assert 3 == len(blocks(night, facts(calling_hours=lunch)))
    assert 1 == len(blocks(night, facts(base="open", calling_hours=lunch)))
    assert [] == blocks(night, facts(base="open"))


@pytest.mark.parametrize("policy", [{}, {"base": "open"}])
@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.TRANSACTIONAL])
def test_a_location_that_is_no_place_is_refused(policy: dict[str, Any], purpose: Purpose) -> None:
    """Whether or not a row asks for the hour: whoever named it means something, and nobody knows what."""
    told = facts(**policy)
    (block,) = blocks(to(FLORIDA, at(MONDAY, "12:00", EAST), purpose=purpose, location="Narnia"), told)
    assert (Reason.BAD_REQUEST, "calling_hours", None) == (block.reason, block.rule, block.retry_at)
    assert block.detail.startswith("This location cannot be resolved; give an IANA time zone")


def test_a_location_that_contradicts_the_number_only_adds() -> None:
    """In London it is noon; by the number it may still be night in Florida. Later both permit."""
    noon = to(FLORIDA, at(MONDAY, "12:00", "Europe/London"), location="Europe/London")
    assert ["us_hours", "us_fl_hours", "us_unknown_state_hours"] == rows(noon)
    assert [] == rows(replace(noon, received_at=at(MONDAY, "16:00", "Europe/London")))


def _in(code: str, device: str, day: str, clock: str, zone: str) -> Attempt:
    """To a number of this area code, whose person is in this zone."""
    exchange = "633" if code == "684" else "555"  # all lines of American Samoa
    return to(f"+1{code}{exchange}0123", at(day, clock, zone), device=device, location=zone)
