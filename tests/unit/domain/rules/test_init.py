"""The ordered list of rules."""

from __future__ import annotations

from dialgate.domain.rules import RULES


def test_rules_are_asked_in_this_order() -> None:
    """The first reason a dialer reads is about the number, then the sender, then the person, then the pace."""
    expected = ["number_validity", "destination", "key_active", "suppression", "duplicate"]
    assert expected == [rule.__name__ for rule in RULES]
