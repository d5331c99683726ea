"""What a message says in one language."""

from __future__ import annotations

from typing import Any

import pytest

from dialgate.domain.opt_out.normalising import fold, words
from dialgate.domain.opt_out.phrases import Kind, Said, compile_phrases
from tests.fakes.lexicon import shipped

DATA: dict[str, Any] = {
    "version": "1",
    "classes": {"contact": ["calling", "texting"]},
    "courtesy": ["please"],
    "stop": {"contact": ["stop <contact>", "if you dont stop"]},
    "unsure": {"work": ["stop <contact> me at work"]},
    "none": {"by": ["dont stop", "stop by"]},
    "footer": {"ours": ["reply stop to end"]},
    "automatic": {"reply": ["^ auto reply"]},
    "keep": {"sms": ["texts are fine"]},
}
PHRASES = compile_phrases("en", DATA)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stop calling", Said(Kind.STOP, "stop.contact")),
        ("don't stop calling", Said(Kind.NONE, "none.by")),
        ("if you don't stop I sue", Said(Kind.STOP, "stop.contact")),
        ("stop by. stop calling", Said(Kind.STOP, "stop.contact")),
        ("stop calling me at work", Said(Kind.UNSURE, "unsure.work")),
        ("Reply STOP to end", Said(Kind.STOP, "footer")),
        ("what is reply STOP to end", Said(Kind.NONE, "footer.ours")),
        ("Auto reply: stop calling", Said(Kind.NONE, "automatic.reply")),
        ("texts are fine, stop calling", Said(Kind.STOP, "stop.contact", frozenset({"sms"}))),
        ("hello", None),
    ],
)
def test_of_several_phrases_the_right_one_counts(text: str, said: Said | None) -> None:
    """What is none takes others with it, unless a longer one holds it whole."""
    assert said == PHRASES.said(words(fold(text)))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("colour", 1, "colour is unknown"),
        ("stop", {"a": []}, "stop.a: must be a list"),
        ("stop", {"a": ["<x>"]}, r"stop.a\[0\]: there is no class 'x'"),
        ("keep", {"fax": ["fax is fine"]}, "keep.fax: must be one of"),
        ("courtesy", ["!"], "must have a letter"),
    ],
)
def test_a_mistake_in_a_file_is_named_by_its_place(field: str, value: object, told: str) -> None:
    """A wrong file is never half used."""
    with pytest.raises(ValueError, match=told):
        compile_phrases("en", DATA | {field: value})


def test_each_language_with_keywords_of_its_own_has_phrases() -> None:
    """Those of the issue, Chinese in one file for both scripts."""
    assert {"en", "zh", "es", "fr", "pt", "de", "it", "nl"} <= set(shipped().phrases)
