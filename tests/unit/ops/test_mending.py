"""What of a spreadsheet's damage is undone, and what is told instead."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.ops import mending
from dialgate.ops.mending import Broken

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("+14155552671", "+14155552671"),
        (" 13800138000\u00a0", "13800138000"),
        ("'13800138000", "13800138000"),
        ("\u2018+8613800138000", "+8613800138000"),
        ('="13800138000"', "13800138000"),
        ("=13800138000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("13800138000,00", "13800138000"),
        ("1.3800138001E+10", "13800138001"),
        ("+1.4155552671e10", "+14155552671"),
        ("\ufeff+14155552671\u200b", "+14155552671"),
        ("(415) 555-2671", "(415) 555-2671"),
        ("not a number", "not a number"),
    ],
)
def test_what_loses_nothing_is_undone(cell: str, expected: str) -> None:
    """Every digit of the text that the gate is asked about stood in the cell; what is no number, the gate says."""
    assert expected == mending.number(cell)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1.38001E+10", "exponent"),
        ("1,38E+10", "exponent"),
        ("4E+9", "exponent"),
        ("1.38001380012E+10", "exponent"),
        ("", "missing"),
        ("'", "missing"),
        ("\u00a0", "missing"),
        ("1380013\n8000", "characters"),
        ("1" * 257, "characters"),
    ],
)
def test_what_has_lost_digits_is_told(cell: str, reason: str) -> None:
    """No number is guessed."""
    assert Broken(reason) == mending.number(cell)


@given(st.integers(10_000, 10**15 - 1))
def test_all_digits_in_scientific_spelling_are_the_number(number: int) -> None:
    """A cell that shows every digit is read as they stand; one that shows fewer is not."""
    digits = str(number)
    power = len(digits) - 1
    assert digits == mending.number(f"{digits[0]}.{digits[1:]}E+{power}")
    assert Broken("exponent") == mending.number(f"{digits[0]}.{digits[1:-1]}E+{power}")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ""),
        ("2026-03-02", "2026-03-01T16:00:00Z"),
        ("2026/3/2 9:05", "2026-03-02T01:05:00Z"),
        ("2026-03-02T09:05:07Z", "2026-03-02T09:05:07Z"),
        ("2026-03-02 09:05:07.123+0100", "2026-03-02T08:05:07Z"),
        ("31.12.2025", "2025-12-30T16:00:00Z"),
        ("03.03.2026 10:00", "2026-03-03T02:00:00Z"),
    ],
)
def test_dates_are_read_in_their_zone(cell: str, expected: str) -> None:
    """A time without a zone is one of the place where the list was kept."""
    assert expected == mending.instant(cell, SHANGHAI)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("02.03.2026", "date_ambiguous"),
        ("46083", "date_serial"),
        ("46083.5", "date_serial"),
        ("03/02/2026", "date"),
        ("2026-13-02", "date"),
        ("2026-03-02 25:00", "date"),
        ("0001-01-01", "date"),
        ("yesterday", "date"),
    ],
)
def test_a_date_that_can_be_two_is_told(cell: str, reason: str) -> None:
    """Nobody guesses which of two days it was, nor what a day's number counts from."""
    assert Broken(reason) == mending.instant(cell, SHANGHAI)


def test_a_time_of_this_machine() -> None:
    """Without a zone of the list's own, the machine's holds."""
    assert mending.instant("2026-03-02", None) != ""
    assert "2026-03-02T00:00:00Z" == mending.instant("2026-03-02", UTC)


def test_a_note_is_cut_and_never_refused() -> None:
    """No opt-out is lost for its words."""
    assert ("a b", "x" * 256) == (mending.note(" a\nb "), mending.note("x" * 300))
