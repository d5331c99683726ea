"""A limit in a sentence for people."""

from __future__ import annotations

import pytest

from dialgate.domain.attempt import Channel
from dialgate.domain.policy.caps import PARTS
from dialgate.domain.policy.limits import calendar, limit, rolling


@pytest.mark.parametrize(
    ("window_s", "words"),
    [
        (1, "1 second"),
        (60, "60 seconds"),
        (90, "90 seconds"),
        (300, "5 minutes"),
        (28_800, "8 hours"),
        (86_400, "24 hours"),
        (604_800, "7 days"),
        (90_000, "25 hours"),
    ],
)
def test_a_window_is_told_as_people_say_it(window_s: int, words: str) -> None:
    """In the largest unit that fits more than once."""
    assert words == rolling(window_s)


def test_a_limit_says_what_it_counts() -> None:
    """Calls, messages or both, one or more, and who says so."""
    both = limit(3, rolling(86_400), ("number",), frozenset(Channel), "the tenant's own policy")
    assert "At most 3 attempts in 24 hours to this number (the tenant's own policy)" == both
    call = limit(1, calendar("week"), ("everyone", "debt"), {Channel.VOICE}, "row")
    assert (
        "At most 1 call in one week of the called person's calendar about this debt by all callers together (row)"
        == call
    )
    assert "At most 2 messages in 60 seconds by this tenant (row)" == limit(
        2, rolling(60), ("tenant",), {Channel.SMS}, "row"
    )


def test_everything_that_can_be_counted_has_words() -> None:
    """No limit can be written that cannot be told."""
    assert all(" (row)" in limit(1, rolling(60), (part,), frozenset(Channel), "row") for part in PARTS)
