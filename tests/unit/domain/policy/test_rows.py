"""A row of law or policy is read strictly."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.calendar import ALL_DAY
from dialgate.domain.policy.rows import read_hours, read_week
from tests.fakes.policies import MONDAY, at, to

ROW: dict[str, Any] = {
    "id": "zz_hours",
    "channels": ["voice"],
    "purposes": ["marketing", "survey"],
    "device": "live",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "windows": {"daily": [["08:00", "21:00"]], "weekdays": [["09:00", "12:00"], ["14:00", "24:00"]], "sun": []},
    "legal": "law",
    "source": "gazette",
    "confidence": "primary",
}
SOURCES = {"gazette": "The gazette"}
HELLO = to("+13055550123", at(MONDAY, "12:00", "America/New_York"))


def test_the_most_special_key_of_a_week_counts() -> None:
    """A single day before weekdays, weekdays before daily."""
    weekday, saturday = ((540, 720), (840, 1_440)), ((480, 1_260),)
    week = read_week(ROW["windows"], "windows")
    assert (*[weekday] * 5, saturday, ()) == week.days
    assert (None, None) == (week.holidays, week.eves)


@pytest.mark.parametrize(
    ("windows", "sentence"),
    [
        ({"weekdays": []}, "windows: sat is missing; say its windows, or [] for none"),
        ({"daily": [], "never": []}, "windows: never is unknown"),
        ({"daily": "same"}, "windows.daily: only holidays and eves can be the same as their weekday"),
        ({"daily": [["9:00", "12:00"]]}, 'windows.daily[0]: \'9:00\' must be a time from "00:00" to "24:00"'),
        ({"daily": [["09:00", "24:01"]]}, 'windows.daily[0]: \'24:01\' must be a time from "00:00" to "24:00"'),
        ({"daily": [["21:00", "08:00"]]}, 'windows.daily[0]: must be two times in order, such as ["09:00", "12:00"]'),
        ({"daily": [["08:00"]]}, 'windows.daily[0]: must be two times in order, such as ["09:00", "12:00"]'),
        ({"daily": [[480, 720]]}, "windows.daily[0]: 480 must be a text; quote it"),
        (
            {"daily": [["08:00", "12:00"], ["12:00", "13:00"]]},
            "windows.daily: the windows must be in order and apart from each other",
        ),
    ],
)
def test_a_week_with_a_mistake_is_refused(windows: object, sentence: str) -> None:
    """Windows out of order, half a window, or a time that no clock shows never pass for something else."""
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_week(windows, "windows")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": "hearsay"}, "row.source: 'hearsay' is not among the sources"),
        ({"channels": ["fax"]}, "row.channels: 'fax' must be one of voice, sms"),
        ({"purposes": []}, "row.purposes: must hold at least one entry"),
        ({"device": "robot"}, "row.device: 'robot' must be one of any, live, automated"),
        ({"valid_to": "2025-01-01"}, "row: valid_to is before valid_from"),
        ({"holidays": []}, "row: holidays is unknown"),
        ({"legal": "custom"}, "row.legal: 'custom' must be one of law, code, platform, policy"),
    ],
)
def test_a_row_with_a_mistake_is_refused(change: dict[str, object], sentence: str) -> None:
    """The mistake is named with its place."""
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_hours({**ROW, **change}, "row", SOURCES)


def test_a_row_is_in_force_between_its_days() -> None:
    """Both days belong to it; outside them it closes nothing."""
    row = read_hours(ROW, "row", SOURCES)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [False, True, True, False] == [row.row.in_force(day) for day in days]
    assert (ALL_DAY, ALL_DAY) == (row.windows(days[0], ()), row.windows(days[3], ()))
    assert not row.row.always


def test_any_means_each() -> None:
    """`any` stands for every channel and every purpose."""
    row = read_hours({**ROW, "channels": "any", "purposes": "any"}, "row", SOURCES).row
    assert (frozenset(Channel), frozenset(Purpose)) == (row.channels, row.purposes)


@pytest.mark.parametrize(
    ("device", "covered"), [("", True), ("live", True), ("LIVE", True), ("robot", True), ("automated", False)]
)
def test_a_device_that_is_not_told_falls_under_every_row(device: str, covered: bool) -> None:  # noqa: FBT001 - expected
    """Only the other known device is free of a row; a word that is not known frees nobody."""
    assert covered is read_hours(ROW, "row", SOURCES).row.covers(replace(HELLO, device=device))


def test_a_row_is_for_its_channels_and_purposes() -> None:
    """A text does not fall under a row for calls, nor a one-time code under one for marketing."""
    row = read_hours(ROW, "row", SOURCES).row
    assert not row.covers(replace(HELLO, channel=Channel.SMS))
    assert not row.covers(replace(HELLO, purpose=Purpose.TRANSACTIONAL))
