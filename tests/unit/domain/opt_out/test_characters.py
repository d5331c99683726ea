"""Tables of characters."""

from __future__ import annotations

from dialgate.domain.opt_out.characters import LOOK_ALIKES, SIMPLIFIED, TRADITIONAL


def test_each_traditional_character_becomes_one_that_stays() -> None:
    """Folded once is folded for good."""
    assert [] == [new for new in SIMPLIFIED if ord(new) in TRADITIONAL]


def test_look_alikes_become_plain_letters() -> None:
    """What looks Latin is read as Latin."""
    assert all(chr(code).isascii() for code in LOOK_ALIKES.values())
