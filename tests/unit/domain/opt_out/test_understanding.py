"""What a message asks for."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.lexicon import compile_lexicon
from dialgate.domain.opt_out.understanding import Means, carrier_answers, understand
from tests.fakes.lexicon import shipped
from tests.house import tree
from tests.labelled import lines

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


@pytest.mark.parametrize("after", [" this bill", " at 5", " the car"])
@pytest.mark.parametrize("word", ["STOP", "Cancel", "END", "quit", "start", "help", "info", "T"])
def test_the_first_word_alone_never_counts(word: str, after: str) -> None:
    """Ordinary messages that begin with a keyword change nothing."""
    assert Intent.NONE is understand(word + after, "CN", LEXICON).intent


@pytest.mark.parametrize(
    "dress", ["{}. Thank you", "please {}!!", "{}\nRegards, Ann", "{} -John", "{}\nSent from my iPhone"]
)
def test_courtesy_and_signature_change_nothing(dress: str) -> None:
    """A polite refusal is a refusal."""
    assert ("stop", "STOP") == _of(dress.format("Stop"))


@pytest.mark.parametrize(
    "text", ["quir", "stpo", "st0p", "STOOOP", "s t o p", "S.T.O.P", "unsubcribe", "\u0405TO\u0420", "\ua731top"]
)
def test_a_keyword_is_known_however_it_was_typed(text: str) -> None:
    """Slips of a key, held keys, letters apart and look-alike letters hide no refusal."""
    assert "stop" == _of(text)[0]


@pytest.mark.parametrize(
    "text", ["quite", "quiet", "suit", "shop", "step", "story", "spot", "ends", "cancer", "top", "soup"]
)
def test_a_word_of_its_own_is_no_slip(text: str) -> None:
    """Nobody is silenced for an ordinary word."""
    assert "none" == _of(text)[0]


def test_a_slip_never_starts() -> None:
    """To lift a refusal takes the very word."""
    assert "none" == _of("stsrt")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Liked \u201cReply STOP to opt out\u201d",
        "\u5bf9\u201c\u56de\u590dTD\u9000\u8ba2\u201d\u8868\u793a\u559c\u6b22",
        "Auto-reply: I am out of office, stop texting",
    ],
)
def test_what_a_machine_writes_asks_for_nothing(text: str) -> None:
    """Tapbacks quote our own footer; automatic replies speak for nobody."""
    assert "none" == _of(text)[0]


def test_a_footer_counts_alone_and_is_a_quotation_beside_other_words() -> None:
    """Who copies it obeys it; who writes about it does not."""
    assert ["stop", "none"] == [_of("Text STOP to 12345")[0], _of("> Reply STOP to opt out\nSee you at noon")[0]]


def test_narrower_only_by_what_may_go_on() -> None:
    """In doubt everything is refused."""
    narrowed = [
        understand(text, "US", LEXICON)
        for text in (
            "texts are fine, just don't call",
            "stop calling me",
            "keep the appointment reminders but stop the promos",
        )
    ]
    assert [("voice", ""), ("", ""), ("", "marketing")] == [(each.channel, each.purpose) for each in narrowed]


def test_a_sentence_starts_only_who_is_suppressed() -> None:
    """To the others it is talk."""
    text = "please start texting me again"
    assert Intent.START is understand(text, "US", LEXICON, suppressed=True).intent
    assert Intent.NONE is understand(text, "US", LEXICON).intent


def test_a_phrase_is_evidence_by_its_rule_and_never_by_the_message() -> None:
    """What people wrote is in no record of what it meant."""
    assert ("stop", "en:stop.contact") == _of("stop calling me you people")
    assert "zh-Hant" == understand("\u5225\u518d\u50b3\u7c21\u8a0a\u7d66\u6211", "TW", LEXICON).language


def test_languages_may_be_mixed_and_far_from_home() -> None:
    """People write as they speak, wherever their number is from."""
    assert Intent.STOP is understand("please no me llamen mas", "DE", LEXICON).intent


def test_what_the_grammar_leaves_open_the_model_may_ask_about() -> None:
    """Between its thresholds a person decides; without a model only words do."""
    assert LEXICON.model is not None
    eager = replace(LEXICON, model=replace(LEXICON.model, bias=40.0))
    found = understand("zzz qqq vvv", "US", eager)
    assert (Intent.STOP, Means.MODEL, True) == (found.intent, found.by, found.sure)
    assert Intent.NONE is understand("zzz qqq vvv", "US", replace(LEXICON, model=None)).intent


def test_a_phrase_that_the_model_doubts_is_asked_about() -> None:
    """Two witnesses who disagree leave it to a person; meanwhile it is a refusal."""
    assert LEXICON.model is not None
    doubtful = replace(LEXICON, model=replace(LEXICON.model, bias=-40.0))
    found = understand("stop calling me", "US", doubtful)
    assert (Intent.STOP, Means.PHRASE, False) == (found.intent, found.by, found.sure)


def test_the_end_of_a_long_message_is_read_too() -> None:
    """Who rambles refuses first or last."""
    assert Intent.STOP is understand("and then the weather " * 400 + ". stop texting me", "US", LEXICON).intent


def test_mutated_replies_are_answered(deep: bool) -> None:  # noqa: FBT001 - a fixture
    """Cut, doubled, mixed and broken messages raise nothing: 2,000 of them, 100,000 in the deep profile."""
    chance = random.Random(20_261_122)
    texts = [text for text, _, _, _ in MESSAGES] + [line.text for line in lines("development")]
    for _ in range(100_000 if deep else 2_000):
        found = understand(_mutated(chance, texts), chance.choice(["US", "CN", "FR", ""]), LEXICON)
        assert (found.intent is Intent.NONE) == (found.evidence == "")


def _mutated(chance: random.Random, texts: list[str]) -> str:
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        odd = chance.choice(
            [
                "\u202e",
                "\u200b",
                "\ud800",
                "\x00",
                "'",
                "((",
                "\u0e33",
                "\U0001f6d1",
                " ",
                chr(chance.randint(0, 0x10FFFF)),
            ]
        )
        text = chance.choice(
            [text[:at] + odd + text[at:], text[at:], text[:at] * 2, text + chance.choice(texts), text[::-1]]
        )
    return text * 200 if chance.random() < 0.01 else text


def _of(text: str) -> tuple[str, str]:
    found = understand(text, "US", LEXICON)
    return str(found.intent), found.evidence


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
        ("vale pues", "STOP", Intent.STOP, "OptOutType=STOP"),
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
    found = understand(text, "US", LEXICON, opt_out_type)
    assert (intent, keyword) == (found.intent, found.evidence)
    assert (Means.CARRIER if "=" in keyword else Means.KEYWORD) is found.by


def test_a_verdict_is_answered_in_the_language_of_the_country() -> None:
    """Where only the carrier understood, the person is answered as people there speak."""
    assert "es" == understand("pues", "MX", LEXICON, "STOP").language


def test_a_word_that_stops_in_one_language_and_starts_in_another_stops() -> None:
    """Of two meanings the one that lets less through counts."""
    data = yaml.safe_load((tree.ROOT / "config/keywords.yaml").read_text(encoding="utf-8"))
    data["start"]["de"] = [{"words": ["BASTA"], "source": "general", "confidence": "believed"}]
    data["languages"]["CH"] = ["de", "it"]
    assert Intent.STOP is understand("basta", "CH", compile_lexicon(data, {})).intent


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
