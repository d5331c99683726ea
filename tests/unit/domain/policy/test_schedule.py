"""When an attempt is permitted: every row, in every zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.policy import Schedule
from tests.fakes.policies import MONDAY, at, number, shipped, tenant, to

EAST, CENTRAL, SHANGHAI = "America/New_York", "America/Chicago", "Asia/Shanghai"
NUMBERS = (
    "+13055550123", "+18504325012", "+12145550123", "+14015550123", "+12155550123", "+12085550123", "+19075550123",
    "+16045550123", "+18675550123", "+8613912345678", "+442079460958", "+4915112345678", "+551155256325",
)  # fmt: skip
SPLIT_DAY = {"windows": {"weekdays": [["00:00", "01:30"], ["02:30", "24:00"]], "sat": [["00:00", "24:00"]], "sun": []}}
TENANTS = (tenant(), tenant(base="open", calling_hours=SPLIT_DAY), tenant(calling_hours=SPLIT_DAY))
INSTANTS = st.one_of(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(-240, 1_440).map(lambda minute: datetime(2026, 3, 8, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(-240, 1_440).map(lambda minute: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minute)),
)


def schedule(called: str, *, own: int = 0, channel: Channel = Channel.VOICE) -> Schedule:
    one = to(called, at(MONDAY, "12:00", EAST), channel)
    return TENANTS[own].standing(one, number(called)).schedule


SCHEDULES = st.builds(schedule, st.sampled_from(NUMBERS), own=st.integers(0, 2), channel=st.sampled_from(Channel))


@given(SCHEDULES, INSTANTS)
def test_no_permitted_instant_lies_outside_a_window(one: Schedule, instant: datetime) -> None:
    """In any candidate zone, by the clock and the date that are shown there."""
    if not one.permits(instant):
        return
    for row in one.rows:
        for zone in one.zones:
            there = instant.astimezone(ZoneInfo(zone))
            minute = there.hour * 60 + there.minute
            windows = row.windows(there.date(), one.calendars) or ()
            assert any(begin <= minute < end for begin, end in windows)


@given(SCHEDULES, INSTANTS)
def test_the_quick_answer_is_the_thorough_one(one: Schedule, instant: datetime) -> None:
    """An instant is permitted if, and only if, no row refuses it."""
    assert (not one.refusing(instant)) is one.permits(instant)


@given(SCHEDULES, INSTANTS, st.integers(0, 999))
def test_the_next_opening_is_the_first_permitted_instant(one: Schedule, instant: datetime, part: int) -> None:
    """It is permitted, nothing before it is, and a permitted instant is its own next opening."""
    opening = one.next_opening(instant)
    if opening is None:
        assert not one.permits(instant)
        return
    assert one.permits(opening)
    if opening > instant:
        assert not one.permits(opening - timedelta(microseconds=1))
        assert not one.permits(instant + (opening - instant) * part // 1_000)


@given(SCHEDULES, INSTANTS, st.integers(0, 999))
def test_it_is_permitted_until_it_closes(one: Schedule, instant: datetime, part: int) -> None:
    """All that lies between an instant and the closing after it is permitted; the closing is not."""
    closing = one.closes_at(instant)
    if closing is None:
        assert one.permits(instant)
        return
    assert not one.permits(closing)
    if closing > instant:
        assert one.permits(instant + (closing - instant) * part // 1_000)


@given(st.sampled_from(NUMBERS), INSTANTS)
def test_a_tenant_never_permits_what_the_packs_refuse(called: str, instant: datetime) -> None:
    """Its own windows are added to the packs', never put in their place."""
    if schedule(called, own=2).permits(instant):
        assert schedule(called).permits(instant)
        assert schedule(called, own=1).permits(instant)


def test_an_evening_closes_where_it_is_latest() -> None:
    """Of two candidate zones the eastern closes both in the evening, the western opens both in the morning."""
    one = schedule("+18504325012")
    noon = at(MONDAY, "12:00", EAST)
    assert at(MONDAY, "20:00", EAST) == one.closes_at(noon)
    assert at("2026-11-24", "08:00", CENTRAL) == one.next_opening(at(MONDAY, "20:00", EAST))


def test_the_spring_festival_is_waited_for() -> None:
    """From the last working Saturday before it to the first weekday after it: eleven days."""
    one = schedule("+8613912345678")
    assert at("2026-02-24", "09:00", SHANGHAI) == one.next_opening(at("2026-02-14", "20:00", SHANGHAI))
    assert at("2026-02-14", "09:00", SHANGHAI) == one.next_opening(at("2026-02-13", "20:00", SHANGHAI))


def test_beyond_the_calendar_there_is_no_opening() -> None:
    """What nobody has announced yet cannot be promised."""
    assert schedule("+8613912345678").next_opening(at("2026-12-31", "20:00", SHANGHAI)) is None


def test_a_week_that_is_always_open_never_closes() -> None:
    """There is no closing within the time that is looked over."""
    always = tenant(base="open", calling_hours={"windows": {"daily": [["00:00", "24:00"]]}})
    one = always.standing(to("+13055550123", at(MONDAY, "12:00", EAST)), number("+13055550123")).schedule
    assert one.closes_at(at(MONDAY, "12:00", EAST)) is None


def test_without_rows_all_is_permitted() -> None:
    """Where nothing restricts the hour, it never closes, whether or not the zone is known."""
    code = to("+18005550123", at(MONDAY, "03:00", EAST), purpose=Purpose.TRANSACTIONAL)
    one = shipped_schedule(code.called_as_asked, code.purpose)
    assert (True, (), None) == (
        one.permits(code.received_at),
        one.refusing(code.received_at),
        one.closes_at(code.received_at),
    )


def test_a_row_in_an_unknown_zone_never_permits() -> None:
    """Without a zone there is no hour: every row refuses, and no opening is known."""
    one = schedule("+18005550123")
    noon = at(MONDAY, "12:00", EAST)
    assert (False, one.rows, None, noon) == (
        one.permits(noon),
        one.refusing(noon),
        one.next_opening(noon),
        one.closes_at(noon),
    )


def test_what_was_worked_out_does_not_grow_for_ever() -> None:
    """Dry runs at any date cost no memory that stays."""
    one = schedule("+13055550123")
    for day in range(200):
        assert one.permits(datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=day))
    assert len(one._open) <= 64  # noqa: SLF001 - the memory is what is asked about


def shipped_schedule(called: str, purpose: Purpose) -> Schedule:
    one = to(called, at(MONDAY, "12:00", EAST), purpose=purpose)
    assert tenant().policy is shipped()
    return tenant().standing(one, number(called)).schedule
