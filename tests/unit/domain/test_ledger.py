"""What the ledger holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialgate.domain.ledger import Source, no_snooze

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMED = "sms voice agent form email complaint regulator import carrier"


def test_the_sources_of_opt_outs_keep_their_names() -> None:
    """The words that clients send as `source` stay what they are."""
    assert NAMED.split() == [source.value for source in Source]


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(days=400)])
def test_a_snooze_ends_in_the_time_to_come(ahead: timedelta) -> None:
    """From the next instant to a year and a month."""
    assert "" == no_snooze(NOW + ahead, NOW, Source.AGENT)


@pytest.mark.parametrize(
    ("ahead", "what"), [(timedelta(0), "over already"), (timedelta(days=400, seconds=1), "more than 400 days")]
)
def test_what_is_no_snooze_says_what_to_do_instead(ahead: timedelta, what: str) -> None:
    """An end that has passed would be no opt-out at all; one too far away is meant for good."""
    problem = no_snooze(NOW + ahead, NOW, Source.FORM)
    assert (True, True) == (what in problem, "leave it out" in problem)


@pytest.mark.parametrize("source", [Source.COMPLAINT, Source.REGULATOR])
def test_what_the_law_asks_for_does_not_end_by_itself(source: Source) -> None:
    """A complaint holds until somebody takes it back."""
    assert "does not end by itself" in no_snooze(NOW + timedelta(days=30), NOW, source)
