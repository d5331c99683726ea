"""The language between rules and stores."""

from __future__ import annotations

from typing import get_args

from dialgate.domain.guard import AtMost, Guard, MustBeAbsent, MustBePresent


def test_three_guards_are_the_whole_language() -> None:
    """A store that knows these three can check whatever any rule asks."""
    assert {MustBeAbsent, MustBePresent, AtMost} == set(get_args(Guard))
