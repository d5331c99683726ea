"""What a cap counts together, and until when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.policy.caps import KEPT_S, CapRow, read_cap
from tests.fakes.policies import MONDAY, at, to

CAP: dict[str, Any] = {
    "id": "zz_cap",
    "scope": "number",
    "at_most": 3,
    "window_s": 60,
    "channels": "any",
    "purposes": "any",
    "legal": "law",
    "source": "gazette",
    "confidence": "primary",
}
NUMBER, OTHER = "+13055550123", "+13055550124"
EAST, WEST = "America/New_York", "America/Los_Angeles"
HELLO = to(NUMBER, at(MONDAY, "12:00", EAST))


def cap(**change: object) -> CapRow:
    fields = {**CAP, **change}
    if "calendar" in change:
        del fields["window_s"]
    return read_cap(fields, "cap", {"gazette": "The gazette"})


def keys(row: CapRow, attempt: Attempt = HELLO, number: str = NUMBER, *zones: str) -> list[str]:
    return [count.key for count in row.counts(attempt, number, zones or (EAST,))]


@pytest.mark.parametrize(
    ("scope", "change"),
    [
        ("number", {"campaign": "b", "purpose": Purpose.SURVEY, "subject": "s", "debt": "d"}),
        ("campaign", {"subject": "s", "channel": Channel.SMS}),
        ("debt", {"campaign": "b"}),
        (["number", "subject"], {"debt": "d2"}),
        ("tenant", {"campaign": "b", "debt": "d2", "subject": "s2"}),
        (["everyone", "number"], {"tenant": "other", "campaign": "b"}),
    ],
)
def test_what_shares_the_scope_is_counted_together(scope: object, change: dict[str, Any]) -> None:
    """Whatever else differs."""
    one = replace(HELLO, campaign="a", debt="d", subject="s") if scope == "debt" else HELLO
    if scope == "campaign":
        one = replace(one, campaign="a")
    if scope == ["number", "subject"]:
        one = replace(one, subject="s")
    assert keys(cap(scope=scope), one) == keys(cap(scope=scope), replace(one, **change))


@pytest.mark.parametrize(
    ("scope", "change"),
    [
        ("number", {"tenant": "other"}),
        (["number", "campaign"], {"campaign": "b"}),
        (["number", "purpose"], {"purpose": Purpose.SURVEY}),
        (["number", "channel"], {"channel": Channel.SMS}),
        (["number", "subject"], {"subject": "s"}),
        ("debt", {"debt": "d"}),
    ],
)
def test_what_differs_in_the_scope_is_counted_apart(scope: object, change: dict[str, Any]) -> None:
    """Each part of the scope tells attempts apart, and tenants are always apart."""
    assert keys(cap(scope=scope)) != keys(cap(scope=scope), replace(HELLO, **change))


def test_a_debt_is_counted_over_all_numbers() -> None:
    """Two numbers of one debtor share the count of the debt."""
    owing = replace(HELLO, debt="4711")
    assert keys(cap(scope="debt"), owing) == keys(cap(scope="debt"), owing, OTHER)


def test_a_debt_that_is_not_told_is_counted_by_the_number() -> None:
    """Saying nothing does not throw all debtors together, nor free anybody."""
    assert keys(cap(scope="debt"), HELLO) != keys(cap(scope="debt"), HELLO, OTHER)


def test_no_text_of_a_dialer_meets_another_key() -> None:
    """A subject with separators in it is not taken for a subject and a debt."""
    row = cap(scope=["subject", "debt"])
    assert keys(row, replace(HELLO, subject="a/1:b", debt="c")) != keys(row, replace(HELLO, subject="a", debt="b/1:c"))


def test_a_day_is_the_day_of_the_called_person() -> None:
    """At 03:30 UTC it is still yesterday in New York; the next day begins at 05:00 UTC."""
    late = replace(HELLO, received_at=datetime(2026, 11, 24, 3, 30, tzinfo=UTC))
    (count,) = cap(calendar="day").counts(late, NUMBER, (EAST,))
    assert (f"cap/zz_cap/acme/{NUMBER}/2026-11-23", KEPT_S["day"]) == (count.key, count.window_s)
    assert datetime(2026, 11, 24, 5, tzinfo=UTC) == count.ends_at


def test_two_dates_are_two_counts() -> None:
    """Where the candidate zones have different dates the attempt counts on both."""
    late = replace(HELLO, received_at=datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    counts = list(cap(calendar="day").counts(late, NUMBER, (EAST, WEST)))
    assert ["2026-11-23", "2026-11-24"] == [count.key.rpartition("/")[2] for count in counts]
    assert [datetime(2026, 11, day, 8, tzinfo=UTC) for day in (24, 25)] == [count.ends_at for count in counts]


@pytest.mark.parametrize(
    ("span", "begins", "ends_at"),
    [
        ("week", "2026-11-23", datetime(2026, 11, 30, 5, tzinfo=UTC)),
        ("month", "2026-11-01", datetime(2026, 12, 1, 5, tzinfo=UTC)),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first(span: str, begins: str, ends_at: datetime) -> None:
    """Of the called person's calendar."""
    (count,) = cap(calendar=span).counts(replace(HELLO, received_at=at("2026-11-27", "12:00", EAST)), NUMBER, (EAST,))
    assert (begins, ends_at) == (count.key.rpartition("/")[2], count.ends_at)


def test_a_cap_counts_while_it_is_in_force() -> None:
    """On the day before it there is nothing to count."""
    row = cap(valid_from=MONDAY)
    assert [] == keys(row, replace(HELLO, received_at=at("2026-11-22", "23:59", EAST)))
    assert 1 == len(keys(row, replace(HELLO, received_at=at(MONDAY, "00:00", EAST))))


def test_a_scheduled_attempt_counts_when_it_is_due() -> None:
    """A message for Thursday belongs to Thursday."""
    due = replace(HELLO, due_at=at("2026-11-26", "12:00", EAST))
    assert ["2026-11-26"] == [key.rpartition("/")[2] for key in keys(cap(calendar="day"), due)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scope": "everyone"}, "cap.scope: must say what is counted, such as number"),
        ({"scope": ["number", "number"]}, "cap.scope: names something twice"),
        ({"scope": "offer"}, "cap.scope: 'offer' must be one of tenant, everyone, number"),
        ({"at_most": 0}, "cap.at_most: 0 must be a whole number from 1 to 1000000"),
        ({"window_s": 35 * 86_400 + 1}, "cap.window_s: 3024001 must be a whole number from 1 to 3024000"),
        ({"calendar": "year"}, "cap.calendar: 'year' must be one of day, week, month"),
        ({"kind": "rolling"}, "cap: kind is unknown"),
    ],
)
def test_a_cap_with_a_mistake_is_refused(change: dict[str, object], sentence: str) -> None:
    """The mistake is named with its place."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        cap(**change)


def test_a_cap_has_one_kind_of_window() -> None:
    """Both a rolling window and a span of the calendar would be two caps."""
    with pytest.raises(ValueError, match="needs either window_s or calendar"):
        read_cap({**CAP, "calendar": "day"}, "cap", {"gazette": "The gazette"})


def test_a_cap_is_worded() -> None:
    """People read what is limited."""
    two = cap(scope=["everyone", "number", "debt"], channels=["voice"])
    assert (
        f"At most 3 calls in 60 seconds to this number about this debt by all callers together ({two.row.id})"
        == two.worded
    )
    day = cap(calendar="day", channels="any")
    assert f"At most 3 attempts in one day of the called person's calendar to this number ({day.row.id})" == day.worded
