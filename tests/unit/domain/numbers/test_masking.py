"""Masked numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.numbers import mask


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+14155552671", "+1***2671"),
        ("+8613800138000", "+86***8000"),
        ("+442079460958", "+44***0958"),
        ("+35312345678", "+353***5678"),
        ("+29023456", "+290***56"),
        ("4155552671", "***"),
        ("call +14155552671", "***"),
        ("", "***"),
        ("client:alice", "client:***"),
        ("sip:alice@pbx.example", "sip:***"),
        ("sip:+14155552671@pbx.example", "sip:***"),
    ],
)
def test_a_mask_keeps_the_country_and_the_end(number: str, masked: str) -> None:
    """An operator can tell two numbers apart, and nobody can call one from a log."""
    assert masked == mask(number)


@given(st.text())
def test_no_text_comes_through_a_mask(text: str) -> None:
    """Whatever a log line is given, at most four digits of it are shown behind a country code."""
    masked = mask(text)
    assert masked in {"***", "sip:***", "client:***"} or len(masked.split("***")[1]) <= 4
