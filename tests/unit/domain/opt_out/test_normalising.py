"""One spelling of a short message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.opt_out.normalising import normalise


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  “Stop   ALL!” 🛑", "stop all"),
        ("【退 订】", "退订"),
        ("Ｏｐｔ－Ｏｕｔ", "opt out"),
        ("ARRÊT", "arret"),
        ("İPTAL", "iptal"),
        ("ｽﾄｯﾌﾟ", "ストップ"),
        ("बंद करो", "बंद करो"),
        ("Don’t\u200b call", "dont call"),
        ("...", ""),
        ("stop" + " " * 100_000, "stop"),
        ("stop" + "\u2800" * 5_000, ""),
    ],
)
def test_spellings_of_one_word_become_one(text: str, folded: str) -> None:
    """A person's stop is not lost in capitals, accents, quotes, emoji or invisible characters."""
    assert folded == normalise(text)


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_is_folded_once_and_for_all(text: str) -> None:
    """No text makes it raise, and a folded text stays as it is."""
    folded = normalise(text)
    assert folded == normalise(folded)
