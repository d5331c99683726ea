"""From a spelling to digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.numbers import might_be_number
from dialgate.domain.numbers.text import Written, read
from dialgate.domain.numbers.values import NumberRefusal, OtherDestination

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
PHONE_TEXT = st.text(st.sampled_from("0123456789+()-. ;,xpw#*/:@tel\u200b\u202e\uff11\u0661²\x00"), max_size=40)


@given(ANY_TEXT | PHONE_TEXT)
def test_reading_never_loses_or_invents_a_digit(text: str) -> None:
    """What is read has exactly the decimal digits of the text, in its order, and no text makes it raise."""
    found = read(text)
    if isinstance(found, Written):
        assert "".join(str(int(char)) for char in text if char.isdecimal()) == found.digits


@pytest.mark.parametrize(
    ("text", "scheme", "address"),
    [
        ("sip:bob@example.com", "sip:", "bob@example.com"),
        ("SIP:+14155552671@example.com;transport=tcp", "sip:", "+14155552671@example.com;transport=tcp"),
        ("bob@example.com", "sip:", "bob@example.com"),
        ("client:Alice", "client:", "Alice"),
        ("app:AP0123", "app:", "AP0123"),
        ("messenger:1234567890", "messenger:", "1234567890"),
    ],
)
def test_addresses_that_are_no_numbers_are_told_apart(text: str, scheme: str, address: str) -> None:
    """They are neither read as the number in them nor changed."""
    assert OtherDestination(scheme, address) == read(text)


@pytest.mark.parametrize("text", ["client:Al ice", "client:", "sip:bob@ex\u200bample.com", "client:\uff21lice"])
def test_an_address_that_would_have_to_be_cleaned_is_refused(text: str) -> None:
    """What is asked for and what is forwarded are the same address."""
    found = read(text)
    assert isinstance(found, NumberRefusal)
    assert "characters" == found.reason


def test_a_text_of_any_length_is_answered() -> None:
    """Long text is refused whole, never cut, because a cut could hide digits."""
    assert isinstance(read("+" + " " * 10_000 + "14155552671"), NumberRefusal)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "+14155552671",
            "4155552671",
            "(415) 555-2671",
            "tel:4155552671",
            "whatsapp:+14155552671",
            "\uff0b１４１５５５５２６７１",
        ),
        *(
            "call me on +1 415 555 2671 now",
            '["+14155552671"]',
            "4155552671,4155552672",
            "sip:+14155552671@example.com",
        ),
    ],
)
def test_values_that_read_as_a_number_are_noticed(text: str) -> None:
    """A parameter that should be harmless cannot carry a number past the gate."""
    assert might_be_number(text)


@pytest.mark.parametrize("text", ["", "true", "30", "14400", "en-GB", "Your order 20261121 is ready", "+", "2 + 2"])
def test_values_that_read_as_something_else_are_left_alone(text: str) -> None:
    """Harmless parameters stay usable."""
    assert not might_be_number(text)


@given(ANY_TEXT)
def test_any_text_can_be_asked_about(text: str) -> None:
    """Looking for a number never raises."""
    assert might_be_number(text) in {True, False}
