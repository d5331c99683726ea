"""The language of phrases."""

from __future__ import annotations

import pickle

import pytest

from dialgate.domain.opt_out.normalising import fold, words
from dialgate.domain.opt_out.patterns import Automaton

CLASSES = {"contact": ["calling", "hitting me up"]}


def found(pattern: str, text: str) -> set[str]:
    tokens = words(fold(text))
    return {" ".join(tokens[each.first : each.end]) for each in Automaton([("p", pattern)], CLASSES).find(tokens)}


@pytest.mark.parametrize(
    ("pattern", "text", "parts"),
    [
        ("stop <contact> [me]", "now stop hitting me up", {"stop hitting me up"}),
        ("stop <contact> [me]", "stop calling me", {"stop calling", "stop calling me"}),
        ("(call|text) me", "text me", {"text me"}),
        ("stop .. texts", "stop with all these texts", {"stop with all these texts"}),
        ("stop .. texts", "stop. no texts", set()),
        ("^ enough $", "well, enough! bye", {"enough"}),
        ("^ enough $", "good enough", set()),
        ("at <number>", "at 5:30pm", {"at <number>".replace("<number>", "#")}),
        ("别[再]发", "别再发了", {"别 再 发"}),
    ],
)
def test_patterns_fit_what_they_say(pattern: str, text: str, parts: set[str]) -> None:
    """One short language for words and for ideographs."""
    assert parts == found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("stop (me", "is not closed"),
        ("stop me)", "closing bracket too many"),
        ("[me]", "fits nothing"),
        ("<nobody> calls", "no class 'nobody'"),
        ("a < b", "cannot be read"),
        (".. me", "none may begin with a gap"),
    ],
)
def test_a_mistake_in_a_pattern_is_named(pattern: str, told: str) -> None:
    """Whoever writes phrases is told what is wrong with which."""
    with pytest.raises(ValueError, match=told):
        Automaton([("place", pattern)], CLASSES)


def test_the_words_of_a_class_share_what_follows_them() -> None:
    """Two classes of many words in a row cost their sum, not their product."""
    many = {name: [f"{name}{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)] for name in ("verb", "noun")}
    small, large = (Automaton([("p", pattern)], many) for pattern in ("<verb>|<noun>", "<verb> [me] <noun>"))
    assert len(pickle.dumps(large)) < 2 * len(pickle.dumps(small))
