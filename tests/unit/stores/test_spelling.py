"""One value, one spelling, whichever library wrote it."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.stores.spelling import spelled

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters())
    | st.text("\x00\x1f\x7f\"\\/'<é退\ud800", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Word(StrEnum):
    ONE = "one"


@given(JSON)
def test_it_is_what_json_writes(value: object) -> None:
    """Byte for byte, so that whoever holds the rows of the log can repeat its hashes with any JSON library."""
    assert json.dumps(value, sort_keys=True, separators=(",", ":")).encode() == spelled(value)


def test_words_of_an_enumeration_are_words() -> None:
    """Domain values need no translation."""
    assert b'{"a":["one"]}' == spelled({"a": (Word.ONE,)})


@pytest.mark.parametrize("value", [b"", {1, 2}, datetime(2026, 11, 21, tzinfo=UTC), object()])
def test_what_is_no_json_is_refused(value: object) -> None:
    """Nothing is guessed."""
    with pytest.raises((TypeError, ValueError)):
        spelled({"a": value})


def test_fractions_are_short() -> None:
    """No record holds any; and JSON has no word for what is no number."""
    assert b"[0.1,null]" == spelled([0.1, math.nan])
