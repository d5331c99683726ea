"""Strict reading: a mistake in a file is named with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from dialgate.domain.reading import check, day, listed, mapping, one_of, record, text, texts, whole


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: record({"b": 1}, "top", frozenset({"a"})), "top: a is missing"),
        (lambda: record({"a": 1, "b": 1}, "top", frozenset({"a"})), "top: b is unknown"),
        (lambda: mapping([], "top"), "top: must be a mapping"),
        (lambda: mapping({1: 2}, "top"), "top: 1 must be a text; quote it"),
        (lambda: listed("a", "top"), "top: must be a list"),
        (lambda: texts([], "top"), "top: must hold at least one entry"),
        (lambda: text(" ", "top"), "top: ' ' must be a text; quote it"),
        (lambda: one_of("c", "top", ("a", "b")), "top: 'c' must be one of a, b"),
        (lambda: whole("5", "top", 5), "top: '5' must be a whole number from 1 to 5"),
        (lambda: whole(6, "top", 5), "top: 6 must be a whole number from 1 to 5"),
        (lambda: day("2026-02-30", "top"), "top: '2026-02-30' must be a day such as 2026-01-31"),
        (lambda: check(not "held", "top", "mend it"), "top: mend it"),
    ],
)
def test_a_mistake_is_named_with_its_place(read: Callable[[], object], sentence: str) -> None:
    """Whoever edits a file learns where it is wrong and what is expected there."""
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read()


def test_what_is_right_is_handed_on() -> None:
    """Values that are as they should be come back as they are."""
    fields = record({"a": "x", "b": ["y"]}, "top", frozenset({"a"}), frozenset({"b", "c"}))
    assert ("x", ("y",)) == (text(fields["a"], "a"), texts(fields["b"], "b"))
    assert ([], 3, date(2026, 1, 31), "a") == (
        listed([], "l"),
        whole(3, "w", 3),
        day("2026-01-31", "d"),
        one_of("a", "o", ("a",)),
    )
