"""A message for later: read strictly, because it is judged and counted at the time that it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialgate.app.front import Asked
from dialgate.carriers.twilio.front.asking import read
from dialgate.carriers.twilio.front.schedule import due_at, unschedulable, written
from dialgate.domain.attempt import Channel
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.front.wire import FORM, RULES, form, route

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MESSAGE = (("To", "+14155552671"), ("Body", "Hello"))
SERVICE = ("MessagingServiceSid", "MG" + "5" * 32)
FIXED = ("ScheduleType", "fixed")


def at(text: str) -> tuple[str, str]:
    return ("SendAt", text)


def asked(*fields: tuple[str, str]) -> Asked:
    read_ = read(RULES, route(Channel.SMS), FORM, form(*MESSAGE, *fields))
    assert isinstance(read_, Asked)
    return read_


@pytest.mark.parametrize("text", ["2026-11-30T15:00:00Z", "2026-11-30T15:00:00+00:00", "2026-11-30T15:00:00.123456Z"])
def test_an_instant_in_utc_is_taken_in_whole_seconds(text: str) -> None:
    """As the official SDKs write it, in whichever language."""
    scheduled = asked(SERVICE, FIXED, at(text))
    assert ((), DUE, "2026-11-30T15:00:00Z") == (scheduled.found, scheduled.due_at, written(DUE))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30T15:00:00",
        "2026-11-30T15:00:00+01:00",
        "2026-11-30 15:00:00Z",
        "2026-11-30",
        "2026-02-30T15:00:00Z",
        "2026-11-30T25:00:00Z",
        "2026-11-30T15:00:00Z ",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "tomorrow",
        "1795532400",
        "\uff12026-11-30T15:00:00Z",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """A time that could be read in two ways would be judged at one and sent at the other."""
    scheduled = asked(SERVICE, FIXED, at(text))
    assert ([Reason.BAD_REQUEST], None) == ([block.reason for block in scheduled.found], scheduled.due_at)


@pytest.mark.parametrize(
    "fields",
    [
        (SERVICE, FIXED),
        (SERVICE, at("2026-11-30T15:00:00Z")),
        (SERVICE, ("ScheduleType", "optimize"), at("2026-11-30T15:00:00Z")),
        (("From", "+14155550100"), FIXED, at("2026-11-30T15:00:00Z")),
    ],
)
def test_half_a_schedule_is_refused(fields: tuple[tuple[str, str], ...]) -> None:
    """The carrier might send it at once, or in whose name we do not know."""
    assert [Reason.BAD_REQUEST] == [block.reason for block in asked(*fields).found]


def test_no_schedule_is_no_time() -> None:
    """Empty values are none."""
    assert ((), None) == (asked(SERVICE).found, due_at((at(""), ("ScheduleType", ""))))
    assert () == asked(SERVICE, ("ScheduleType", ""), at("")).found


@pytest.mark.parametrize(
    ("ahead", "fits"),
    [
        (timedelta(seconds=300), False),
        (timedelta(seconds=301), True),
        (timedelta(days=35), True),
        (timedelta(days=35, seconds=1), False),
        (timedelta(days=-1), False),
    ],
)
def test_the_carrier_takes_no_nearer_and_no_farther_time(ahead: timedelta, *, fits: bool) -> None:
    """More than five minutes and at most 35 days ahead."""
    reasons = [block.reason for block in unschedulable(NOW + ahead, NOW)]
    assert ([] if fits else [Reason.BAD_REQUEST]) == reasons
    assert () == unschedulable(None, NOW)
