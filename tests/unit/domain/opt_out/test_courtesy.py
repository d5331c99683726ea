"""Words around what is said."""

from __future__ import annotations

import pytest

from dialgate.domain.opt_out.courtesy import Courtesy, unsigned
from dialgate.domain.opt_out.normalising import fold, words

POLITE = Courtesy.of([("please",), ("thank", "you")], [("thanks",)])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("please stop, thank you!", ". stop ."),
        ("stop. thanks, ann lee", ". stop ."),
        ("cancel thanks, my order", ". cancel , my order ."),
        ("thank them", ". thank them ."),
        ("please", "."),
    ],
)
def test_only_what_says_nothing_goes(text: str, left: str) -> None:
    """A name behind a closing goes too; a known word there is none."""
    assert left == " ".join(POLITE.taken_from(words(fold(text)), {"order"}))


@pytest.mark.parametrize(("text", "left"), [("STOP -John", "STOP"), ("cancel - tuesday", "cancel - tuesday")])
def test_a_name_behind_a_dash_is_a_signature(text: str, left: str) -> None:
    """Something else behind a dash is part of the message."""
    assert left == unsigned(text)
