"""No number hides behind another: digits are read in every way in which a switchboard might dial them."""

from __future__ import annotations

import pytest

from dialgate.domain.numbers.hidden import numbers_in

PERSON = "+14155552671"
LONDON = "+442079460958"


@pytest.mark.parametrize(
    "digits",
    [
        "4155552671",
        "14155552671",
        "ww14155552671#",
        "9w4155552671",
        "9W1415w555w2671",
        "91415555267112",
        "415*555#2671",
        "0014155552671",
        "01114155552671",
    ],
)
def test_a_number_in_the_plan_of_the_switchboard_is_seen(digits: str) -> None:
    """With trunk digits before it, with pauses in it, with an extension behind it."""
    assert PERSON in [number.e164 for number in numbers_in(digits, 1)]


@pytest.mark.parametrize("digits", ["0014155552671", "9w0014155552671#", "00w14155552671w"])
def test_a_number_of_another_country_is_seen(digits: str) -> None:
    """A switchboard in London dials abroad as well."""
    assert PERSON in [number.e164 for number in numbers_in(digits, 44)]


def test_a_national_spelling_is_seen() -> None:
    """The trunk zero is one of the digits that may be taken off."""
    assert LONDON in [number.e164 for number in numbers_in("02079460958", 44)]


@pytest.mark.parametrize("digits", ["", "w", "1", "ww1234#", "123456", "1*2*3#", "0000000"])
def test_extensions_and_menus_are_no_numbers(digits: str) -> None:
    """Fewer digits than any number has reach nobody outside."""
    assert () == numbers_in(digits, 1)


def test_each_reading_is_named_once() -> None:
    """In the order of the numbers, whatever the order of the digits."""
    found = [number.e164 for number in numbers_in("4155552671w4155552671", 1)]
    assert (sorted(set(found)), True) == (found, PERSON in found)
