"""Identifiers sort by time and say when they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialgate.domain import ids

NOW_MS = 1_772_420_400_123


def test_later_sorts_later() -> None:
    """An id made a millisecond later sorts behind every id made before it, whatever chance gave."""
    early = ids.time_sortable(NOW_MS, b"\xff" * ids.RANDOM_BYTES)
    late = ids.time_sortable(NOW_MS + 1, bytes(ids.RANDOM_BYTES))
    assert [early, late] == sorted([late, early])


def test_an_id_says_when_it_was_made() -> None:
    """The instant comes back to the millisecond, in UTC."""
    made = ids.made_at(ids.time_sortable(NOW_MS, bytes(ids.RANDOM_BYTES)))
    assert datetime(2026, 3, 2, 3, 0, tzinfo=UTC) + timedelta(milliseconds=123) == made


def test_chance_must_be_whole() -> None:
    """Fewer random bytes than 80 bits are refused rather than padded."""
    with pytest.raises(ValueError, match="10 random bytes are needed, not 9"):
        ids.time_sortable(NOW_MS, bytes(9))


def test_what_it_makes_is_well_formed() -> None:
    """Every id that is made here is known again."""
    assert ids.well_formed(ids.time_sortable(NOW_MS, b"\xab" * ids.RANDOM_BYTES))


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "0" * 32 + "\n", "０" * 32])
def test_nothing_else_is_well_formed(text: str) -> None:
    """Text from outside that could not have come from here is not taken for an id."""
    assert not ids.well_formed(text)
