"""No call is dialled and no message sent by the carrier's queue after the window of the called person has closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialgate.app.front import Asked
from dialgate.app.timing import ON_ITS_WAY_S, TAKEN_S, timed
from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.facts import Facts
from dialgate.domain.numbers import NumberRefusal
from dialgate.domain.reasons import Reason
from tests.fakes.no_rows import EVERYTHING_OPEN
from tests.fakes.policies import MONDAY, at, facts, to

EAST = "America/New_York"
FLORIDA = "+13055550123"
CLOSES = at(MONDAY, "20:00", EAST)
OPENS = at("2026-11-24", "08:00", EAST)
LONGEST_S = 36_000
ASKED = Asked(called=FLORIDA, calling="", content="", lifetime_s=LONGEST_S, fields=())


def message(clock: str, day: str = MONDAY) -> Attempt:
    return to(FLORIDA, at(day, clock, EAST), Channel.SMS, lifetime_s=LONGEST_S)


def validity_s(attempt: Attempt, asked: Asked = ASKED, known: Facts | None = None) -> int:
    _, lowered = timed(attempt, asked, known or facts())
    assert () == lowered.found
    return lowered.lifetime_s


def test_a_call_learns_until_when_it_may_be_dialled() -> None:
    """Florida closes at 20:00."""
    attempt, asked = timed(to(FLORIDA, at(MONDAY, "19:59", EAST)), ASKED, facts())
    assert (CLOSES, ASKED) == (attempt.dial_until, asked)


def test_where_no_hours_apply_a_call_may_wait() -> None:
    """No row, one's own agents, or a number that cannot be read: there is no such time."""
    call = to(FLORIDA, at(MONDAY, "19:59", EAST))
    own = replace(facts(), own_destinations=frozenset({FLORIDA}))
    unreadable = replace(call, called=NumberRefusal("letters", "Write digits."))
    told = [timed(call, ASKED, EVERYTHING_OPEN), timed(call, ASKED, own), timed(unreadable, ASKED, facts())]
    assert [None, None, None] == [attempt.dial_until for attempt, _ in told]


def test_what_hours_forbid_already_is_left_to_their_rule() -> None:
    """It refuses with every row that does."""
    attempt, asked = timed(to(FLORIDA, at(MONDAY, "20:30", EAST)), ASKED, facts())
    assert (None, ()) == (attempt.dial_until, asked.found)
    assert () == timed(message("20:30"), ASKED, facts())[1].found


def test_the_validity_of_a_message_ends_with_its_window() -> None:
    """Less the time that it takes to get there; at most what the dialer gave."""
    brief = replace(ASKED, lifetime_s=600)
    assert 3_600 - ON_ITS_WAY_S == validity_s(message("19:00"))
    assert 600 == validity_s(message("19:00"), brief)
    assert 300 - ON_ITS_WAY_S == validity_s(message("19:55"), brief)
    assert LONGEST_S == validity_s(message("09:00"))
    assert LONGEST_S == validity_s(message("19:00"), known=EVERYTHING_OPEN)


def test_a_message_without_a_second_left_is_refused_until_the_next_window() -> None:
    """For the hours, with the time from which on it may be sent."""
    just = replace(message("19:00"), received_at=CLOSES - timedelta(seconds=ON_ITS_WAY_S, microseconds=1))
    _, asked = timed(just, ASKED, facts())
    (block,) = asked.found
    assert (Reason.CALLING_HOURS, OPENS) == (block.reason, block.retry_at)
    assert 1 == validity_s(replace(just, received_at=CLOSES - timedelta(seconds=ON_ITS_WAY_S + 1)))


def test_a_scheduled_message_is_measured_from_its_own_time() -> None:
    """Asked for in the night, due in the evening: its validity is what that evening's window leaves."""
    asked_at, due_at = at(MONDAY, "03:00", EAST), at(MONDAY, "19:30", EAST)
    scheduled = replace(message("03:00"), due_at=due_at)
    attempt, asked = timed(scheduled, ASKED, facts())
    assert 1_800 - ON_ITS_WAY_S == asked.lifetime_s
    assert (due_at - asked_at).total_seconds() + asked.lifetime_s + TAKEN_S == attempt.lifetime_s


def test_a_reservation_lives_as_long_as_the_carrier_can_act() -> None:
    """A queued call a day; a message its validity and the time that it may take to be taken; a scheduled one from its
    time on, 35 days ahead at most.
    """
    call, _ = timed(to(FLORIDA, at(MONDAY, "12:00", EAST), purpose=Purpose.TRANSACTIONAL), ASKED, facts())
    sent, _ = timed(message("19:00"), replace(ASKED, lifetime_s=60), facts())
    far = replace(message("12:00"), due_at=at("2026-12-28", "12:00", EAST))
    scheduled, _ = timed(far, replace(ASKED, lifetime_s=60), facts())
    days = timedelta(days=35).total_seconds()
    assert (86_400, 60 + TAKEN_S, days + 60 + TAKEN_S) == (call.lifetime_s, sent.lifetime_s, scheduled.lifetime_s)
