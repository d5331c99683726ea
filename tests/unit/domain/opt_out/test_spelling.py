"""Words mistyped."""

from __future__ import annotations

import pytest

from dialgate.domain.opt_out.spelling import Spelling, is_slip

SPELLING = Spelling(known=["stop", "quit", "call", "no"], real=["quite", "shop"], meant=["stop", "quit", "end"])


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("stooop", "stop"),
        ("stopp", "stop"),
        ("nooo", "no"),
        ("calll", "call"),
        ("quir", "quit"),
        ("stpo", "stop"),
        ("quite", "quite"),
        ("shop", "shop"),
        ("enf", "enf"),
        ("goods", "goods"),
        ("退", "退"),
    ],
)
def test_what_was_meant_is_read(word: str, read: str) -> None:
    """Held keys and slips are mended, other words and short ones left alone."""
    assert read == SPELLING.correct(word)


@pytest.mark.parametrize(
    ("word", "slip"), [("sop", True), ("sstop", True), ("sotp", True), ("dtop", True), ("st0p", True), ("step", False)]
)
def test_a_slip_is_one_edit_that_a_thumb_makes(word: str, slip: bool) -> None:  # noqa: FBT001 - a column
    """A key far away is no slip."""
    assert slip == is_slip(word, "stop")
