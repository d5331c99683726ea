"""The compiled words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from dialgate.domain.opt_out.keywords import SPOKEN, Intent, Keywords, compile_keywords
from dialgate.domain.opt_out.normalising import normalise
from tests.house import tree

DATA: dict[str, Any] = yaml.safe_load((tree.ROOT / "config/keywords.yaml").read_text(encoding="utf-8"))


def compiled() -> Keywords:
    return compile_keywords(DATA)


def test_the_shipped_words_compile() -> None:
    """Each listed word is found in its normalised spelling, with the source and confidence it was listed with."""
    keywords = compiled()
    listed = [
        word for intent in SPOKEN for entries in DATA[intent].values() for item in entries for word in item["words"]
    ]
    assert sorted(listed) == sorted(each.word for meant in keywords.by_word.values() for each in meant)
    assert all(normalise(word) in keywords.by_word for word in listed)


def test_verified_words_name_their_source() -> None:
    """General knowledge is no source for a verified word."""
    words = [each for meant in compiled().by_word.values() for each in meant if each.source == "general"]
    assert {"believed"} == {each.confidence for each in words}


def test_single_letters_count_in_china_alone() -> None:
    """T, R and N are ordinary answers everywhere else."""
    keywords = compiled()
    assert [frozenset({"CN"})] * 3 == [keywords.by_word[letter][0].countries for letter in ("t", "r", "n")]
    assert [] == [word for word in keywords.by_word if len(word) == 1 and word.isascii() and word not in "trn"]


def test_yes_starts_nothing() -> None:
    """No bare assent is a word that lifts an opt-out."""
    keywords = compiled()
    starting = {word for word, meant in keywords.by_word.items() if any(each.intent is Intent.START for each in meant)}
    assert set() == starting & keywords.never_start
    assert "yes" in keywords.never_start


def test_languages_start_with_those_of_the_country() -> None:
    """English and both Chinese scripts are asked for any number, after what is spoken there."""
    assert ("en", "fr", "en", "zh-Hans", "zh-Hant") == compiled().languages_of("CA")
    assert ("en", "zh-Hans", "zh-Hant") == compiled().languages_of("")


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("colour", "red", "keywords: colour is unknown"),
        ("version", 3, "version"),
        ("languages.NO", [False], "languages.NO"),
        ("languages.FR", ["xx"], "languages.FR: 'xx' has no confirmations"),
        ("always", [], "always"),
        ("stop.en", "STOP", "stop.en"),
        ("stop.en", [{"words": ["X"], "source": "fcc"}], "stop.en[0]: confidence is missing"),
        ("stop.en", [{"words": ["X"], "source": "fcc", "confidence": "sure"}], "stop.en[0].confidence"),
        ("stop.en", [{"words": ["X"], "source": "none", "confidence": "verified"}], "stop.en[0].source"),
        ("stop.en", [{"words": ["!"], "source": "fcc", "confidence": "verified"}], "stop.en[0]: '!' has no letter"),
        ("stop.en", [{"words": [True], "source": "fcc", "confidence": "verified"}], "stop.en[0].words"),
        ("stop.en", [{"words": ["X", "x"], "source": "fcc", "confidence": "verified"}], "stop.en[0]: 'x' stands twice"),
        ("stop.en", [{"words": ["X"], "source": "fcc", "confidence": "verified", "note": "?"}], "note is unknown"),
        ("stop.xx", [{"words": ["X"], "source": "fcc", "confidence": "verified"}], "stop.xx[0]: this language has no"),
        (
            "start.en",
            [{"words": ["YES"], "source": "aws", "confidence": "verified"}],
            "start.en[0]: 'YES' never starts",
        ),
        (
            "start.en",
            [{"words": ["END"], "source": "aws", "confidence": "verified"}],
            "start.en[0]: 'END' stands twice",
        ),
        ("confirmations.en", {"stop": "{sender_name}"}, "confirmations.en"),
        ("confirmations.en.stop", "You will get no more messages.", "confirmations.en.stop"),
        ("confirmations.en.stop", "{sender_name} {offer}", "confirmations.en.stop"),
        ("confirmations", {}, "confirmations: en is missing"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_its_place(path: str, value: object, place: str) -> None:
    """Whoever edits the words is told where the mistake is, and the wrong file is never half used."""
    data = copy.deepcopy(DATA)
    *parents, last = path.split(".")
    inner = data
    for name in parents:
        inner = inner[name]
    inner[last] = value
    with pytest.raises(ValueError, match=r"^.+: .+") as caught:
        compile_keywords(data)
    assert place in str(caught.value)


def test_a_file_that_is_no_mapping_is_refused() -> None:
    """An empty or foreign file is a mistake with a name, not a crash."""
    with pytest.raises(ValueError, match="keywords: must be a mapping"):
        compile_keywords(None)
