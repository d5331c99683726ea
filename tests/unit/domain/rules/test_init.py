"""The ordered list of rules."""

from __future__ import annotations

from dialgate.domain.rules import RULES


def test_rules_are_asked_in_this_order() -> None:
    """The first reason a dialer reads is about the number, who asks, the person's no, then sender, hour and pace."""
    expected = ["number_validity", "destination", "key_active", "policy_followed", "suppression"]
    assert [*expected, "caller_id", "calling_hours", "frequency_cap", "duplicate"] == [rule.__name__ for rule in RULES]
