"""An attempt that says little is judged as the most restricted kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialgate.domain.attempt import Purpose
from tests.fakes.one_gate import attempt


def test_a_purpose_that_nobody_named_is_marketing() -> None:
    """The strictest purpose is the default."""
    assert Purpose.MARKETING is attempt().purpose


def test_a_call_may_wait_for_a_day() -> None:
    """A queued call stays in flight for the 24 h in which the carrier may still place it."""
    assert attempt().lifetime_s == 24 * 3600


def test_an_attempt_is_judged_when_it_is_due() -> None:
    """At once, unless the dialer has scheduled it."""
    now = attempt()
    later = now.received_at + timedelta(days=1)
    assert (now.received_at, later) == (now.judged_at, replace(now, due_at=later).judged_at)
