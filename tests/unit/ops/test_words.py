"""What the command line says."""

from __future__ import annotations

import string

from dialgate.ops.words import _WORDS, language_of, say


def test_both_languages_need_the_same_values() -> None:
    """No sentence lacks in one language what it has in the other."""
    fields = {word: [_fields(text) for text in both] for word, both in _WORDS.items()}
    assert [] == [word for word, (english, chinese) in fields.items() if english != chinese]


def test_values_are_put_in() -> None:
    """A sentence names what it is about."""
    assert "可在 noon 之后重试。" == say("again", "zh", when="noon")


def test_what_is_asked_for_goes_first() -> None:
    """--lang decides whatever the terminal speaks."""
    assert ("zh", "en") == (language_of("zh"), language_of("en"))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
