"""Nobody is contacted more often than each cap permits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.decision import Block, Guarded
from dialgate.domain.facts import Facts
from dialgate.domain.guard import AtMost
from dialgate.domain.numbers import NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.frequency_cap import frequency_cap
from tests.fakes.policies import MONDAY, at, facts, to

FLORIDA, OTHER, CHINA, TOLL_FREE = "+13055550123", "+13055550124", "+8613912345678", "+18005550123"
EAST, SHANGHAI = "America/New_York", "Asia/Shanghai"
NOON = at(MONDAY, "12:00", EAST)
FIVE_LAYERS = [(1, 60), (3, 900), (5, 3_600), (10, 86_400), (20, 604_800)]
LAYERED = facts(
    base="open",
    frequency_cap={
        "limits": [{"scope": "number", "at_most": most, "window_s": window} for most, window in FIVE_LAYERS]
    },
)


def guards(one: Attempt, told: Facts | None = None) -> list[AtMost]:
    asked = [answer for answer in frequency_cap(one, told or facts()) if isinstance(answer, Guarded)]
    return [guarded.guard for guarded in asked if isinstance(guarded.guard, AtMost)]


def test_florida_permits_three_a_day_on_one_subject() -> None:
    """Calls and texts together, each subject apart."""
    (call,) = guards(to(FLORIDA, NOON, subject="roof"))
    (text,) = guards(to(FLORIDA, NOON, Channel.SMS, subject="roof"))
    (other,) = guards(to(FLORIDA, NOON, subject="car"))
    assert (3, 86_400) == (call.limit, call.window_s)
    assert (True, False) == (call == text, call == other)


def test_mainland_china_permits_one_a_day_and_four_in_thirty() -> None:
    """By our default profile, beside what the platforms count over all callers."""
    found = {guard.key: (guard.limit, guard.window_s) for guard in guards(to(CHINA, at(MONDAY, "10:00", SHANGHAI)))}
    assert {
        f"cap/cn_policy_voice/acme/{CHINA}": (1, 86_400),
        f"cap/cn_policy_voice_month/acme/{CHINA}": (4, 30 * 86_400),
        f"cap/cn_tccc_24h//{CHINA}": (5, 86_400),
        f"cap/cn_tccc_5min//{CHINA}": (3, 300),
    } == found


def test_a_debt_is_called_seven_times_in_seven_days_over_all_numbers() -> None:
    """Source: 12 CFR 1006.14(b)(2)."""
    one = to(FLORIDA, NOON, purpose=Purpose.COLLECTION, debt="4711")
    (guard,) = guards(one)
    assert (7, 604_800) == (guard.limit, guard.window_s)
    assert [guard] == guards(to(OTHER, NOON, purpose=Purpose.COLLECTION, debt="4711"))
    assert [guard] != guards(replace(one, debt="4712"))


def test_five_layers_are_five_counts() -> None:
    """Each window has a key of its own, so that no shorter one prunes what a longer one counts."""
    found = guards(to(FLORIDA, NOON), LAYERED)
    assert FIVE_LAYERS == [(guard.limit, guard.window_s) for guard in found]
    assert 5 == len({guard.key for guard in found})


def test_five_layers_hold_over_a_week() -> None:
    """Attempts every 10 s for a week: in no window are there more than its cap permits, and each cap is used up."""
    counted: dict[str, list[datetime]] = {}
    allowed: list[datetime] = []
    (asked,) = [guards(to(FLORIDA, NOON), LAYERED)]
    for second in range(0, 604_800 + 86_400, 10):
        instant = NOON + timedelta(seconds=second)
        if all(_free(counted.get(guard.key, []), guard, instant) for guard in asked):
            allowed.append(instant)
            for guard in asked:
                counted.setdefault(guard.key, []).append(instant)
    for most, window_s in FIVE_LAYERS:
        busiest = max(sum(0 <= (b - a).total_seconds() < window_s for b in allowed) for a in allowed)
        assert most == busiest


def test_a_cap_of_the_calendar_is_free_at_the_next_midnight() -> None:
    """Of the called person, whatever the store's window says."""
    told = facts(base="open", frequency_cap={"limits": [{"scope": "number", "at_most": 1, "calendar": "day"}]})
    (answer,) = frequency_cap(to(FLORIDA, NOON), told)
    assert isinstance(answer, Guarded)
    assert (Reason.FREQUENCY_CAP, at("2026-11-24", "00:00", EAST)) == (answer.block.reason, answer.block.retry_at)


def test_a_cap_of_the_calendar_refuses_where_no_zone_is_known() -> None:
    """Nobody knows which day it is there."""
    told = facts(base="open", frequency_cap={"limits": [{"scope": "number", "at_most": 1, "calendar": "day"}]})
    (answer,) = frequency_cap(to(TOLL_FREE, NOON), told)
    assert isinstance(answer, Block)
    assert Reason.FREQUENCY_CAP is answer.reason


def test_the_refusal_names_the_row() -> None:
    """With what it permits and its source."""
    (answer,) = frequency_cap(to(FLORIDA, NOON), facts())
    assert isinstance(answer, Guarded)
    said = "At most 3 attempts in 24 hours to this number on this subject (fl_3_24h)."
    assert f"{said} There is room again once the earliest is 24 hours old." == answer.block.detail
    assert ("number+subject", True) == (answer.block.scope, bool(answer.block.source))


def test_the_refusal_of_an_own_limit_is_for_people() -> None:
    """It says whose limit it is; the row by which it is counted stands in the source."""
    answer = list(frequency_cap(to(FLORIDA, NOON), LAYERED))[3]
    assert isinstance(answer, Guarded)
    said = "At most 10 attempts in 24 hours to this number (the tenant's own policy). There is room again once "
    assert answer.block.detail.startswith(said)
    row = "tenant:number:86400s:sms+voice:collection+informational+marketing+survey+transactional"
    assert (f"the tenant's own policy, row {row}", "number") == (answer.block.source, answer.block.scope)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (to(FLORIDA, NOON), facts(base="open")),
        (to(FLORIDA, NOON, connected=True), facts()),
        (to(FLORIDA, NOON), replace(facts(), own_destinations=frozenset({FLORIDA}))),
        (replace(to(FLORIDA, NOON), called=NumberRefusal("invalid", "No number.")), facts()),
    ],
)
def test_where_nothing_is_limited_nothing_is_counted(one: Attempt, told: Facts) -> None:
    """Under an open base, while a call goes on, for own destinations, for what is no number."""
    assert [] == list(frequency_cap(one, told))


def _free(counted: list[datetime], guard: AtMost, instant: datetime) -> bool:
    return sum((instant - at_).total_seconds() < guard.window_s for at_ in counted) < guard.limit
