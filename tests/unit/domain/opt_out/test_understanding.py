"""What a message asks for."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.opt_out.keywords import Intent, compile_keywords
from dialgate.domain.opt_out.understanding import Understanding, carrier_answers, understand
from tests.fakes.lexicon import shipped
from tests.house import tree

LEXICON = shipped()
KEYWORDS = LEXICON.keywords
LINES = (tree.ROOT / "tests/data/keyword_messages.jsonl").read_text(encoding="utf-8").splitlines()
MESSAGES: list[tuple[str, str, str, str]] = [tuple(json.loads(line)) for line in LINES]
"""Text, region of the number, intent, language of the answer."""


def test_each_labelled_message_is_understood_as_labelled() -> None:
    """Keywords in any dress are understood in the language they are answered in; ordinary talk is left alone."""
    understood = [(text, country, understand(text, country, LEXICON)) for text, country, _, _ in MESSAGES]
    assert MESSAGES == [(text, country, str(found.intent), found.language) for text, country, found in understood]


def test_each_word_has_a_labelled_message() -> None:
    """No word is added without a message that shows what it does."""
    shown = {understand(text, country, LEXICON).evidence for text, country, _, _ in MESSAGES}
    assert set() == {each.word for meant in KEYWORDS.by_word.values() for each in meant} - shown


@pytest.mark.parametrize("after", [" this bill", ". Thank you", " at 5", " 1", "\nregards, A"])
def test_the_first_word_alone_never_counts(after: str) -> None:
    """Ordinary messages that begin with a keyword change nothing."""
    words = [each.word for meant in KEYWORDS.by_word.values() for each in meant]
    understood = {word: understand(word + after, "CN", LEXICON).intent for word in words}
    assert {Intent.NONE} == set(understood.values())


@given(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.sampled_from(["US", "CN", "FR", "", "ZZ"]),
    st.sampled_from(["", "STOP", "START", "HELP", "stop", "?"]) | st.text(),
)
def test_any_text_is_answered(text: str, country: str, opt_out_type: str) -> None:
    """No message, however broken, makes an opt-out fail; what is understood has a language and evidence."""
    found = understand(text, country, LEXICON, opt_out_type)
    assert (found.intent is Intent.NONE) == (found.language == "") == (found.evidence == "")


@pytest.mark.parametrize(
    ("text", "opt_out_type", "intent", "keyword"),
    [
        ("basta ya", "STOP", Intent.STOP, "OptOutType=STOP"),
        ("vuelvo", "START", Intent.START, "OptOutType=START"),
        ("?", "HELP", Intent.HELP, "OptOutType=HELP"),
        ("STOP", "START", Intent.STOP, "STOP"),
        ("STOP", "HELP", Intent.STOP, "STOP"),
        ("START", "STOP", Intent.STOP, "OptOutType=STOP"),
        ("START", "HELP", Intent.HELP, "OptOutType=HELP"),
        ("HELP", "START", Intent.HELP, "HELP"),
        ("YES", "START", Intent.NONE, ""),
        ("yes!", "start", Intent.NONE, ""),
        ("YES", "STOP", Intent.STOP, "OptOutType=STOP"),
        ("hello", "OTHER", Intent.NONE, ""),
    ],
)
def test_the_carriers_verdict_only_ever_tightens(text: str, opt_out_type: str, intent: Intent, keyword: str) -> None:
    """A stop that the carrier saw counts, one that we saw stays, and a YES starts nothing."""
    language = "" if intent is Intent.NONE else "en"
    assert Understanding(intent, language, keyword) == understand(text, "US", LEXICON, opt_out_type)


def test_a_verdict_is_answered_in_the_language_of_the_country() -> None:
    """Where only the carrier understood, the person is answered as people there speak."""
    assert "es" == understand("ya no", "MX", LEXICON, "STOP").language


def test_a_word_that_stops_in_one_language_and_starts_in_another_stops() -> None:
    """Of two meanings the one that lets less through counts."""
    data = yaml.safe_load((tree.ROOT / "config/keywords.yaml").read_text(encoding="utf-8"))
    data["start"]["de"] = [{"words": ["BASTA"], "source": "general", "confidence": "believed"}]
    data["languages"]["CH"] = ["de", "it"]
    assert Intent.STOP is understand("basta", "CH", compile_keywords(data)).intent


@pytest.mark.parametrize(
    ("text", "mode", "opt_out_type", "toll_free", "answered"),
    [
        ("STOP", "default", "", False, True),
        (" yes ", "default", "", False, True),
        ("INFO", "default", "", False, True),
        ("TD", "default", "", False, False),
        ("退订", "default", "", False, False),
        ("ARRET", "default", "", False, False),
        ("STOP please", "default", "", False, False),
        ("TD", "advanced", "STOP", False, True),
        ("STOP", "advanced", "", False, False),
        ("STOP", "none", "", False, False),
        ("STOP", "none", "STOP", False, False),
        ("STOP", "none", "", True, True),
        ("UNSTOP", "default", "", True, True),
        ("CANCEL", "default", "", True, False),
        ("HELP", "default", "", True, False),
        ("BAJA", "advanced", "STOP", True, True),
    ],
)
def test_nobody_is_answered_twice(text: str, mode: str, opt_out_type: str, *, toll_free: bool, answered: bool) -> None:
    """Where the carrier has answered the gate is silent, everywhere else it answers."""
    assert answered == carrier_answers(text, mode, opt_out_type, toll_free=toll_free)
