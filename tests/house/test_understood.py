"""Replies are understood well enough, on lines that nobody tuned on. `make bench` prints the table."""

from __future__ import annotations

from functools import cache

import pytest

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import Means, understand
from tests.labelled import ALL, Score, is_asked, is_stop, lines, read, scores, shipped

PARTS = ("development", "test")
LEAST_RECALL = 0.95
LEAST_IN = {"en": 0.90, "es": 0.90, "fr": 0.90, "zh-Hans": 0.90}
MOST_FALSE_STOPS = 0.005
"""Of the hard negatives."""
MOST_ASKED = 0.15
"""Of all that is no refusal: three quarters of these lines are hard negatives, far more than people write."""

understood = cache(lambda part: scores(part, shipped()))


def held(score: Score) -> float:
    """A reply of which the gate is unsure counts as an opt-out until a person has decided: nobody is contacted."""
    return (score.understood + score.asked) / score.stops


def misses(part: str) -> str:
    """For whoever has to mend it. Who reads the misses of the test part has to write new lines for it."""
    found = [(line, read(line, shipped())) for line in lines(part)]
    lost = [line for line, meant in found if line.label is Intent.STOP and not (is_stop(meant) or is_asked(meant))]
    silenced = [line for line, meant in found if line.label is not Intent.STOP and is_stop(meant)]
    return "\n".join(
        [f"{part}: missed {line.text!r}" for line in lost] + [f"{part}: stopped by {line.text!r}" for line in silenced]
    )


@pytest.mark.parametrize("part", PARTS)
def test_refusals_are_heard(part: str) -> None:
    """At least 95 of 100 hold from the moment they are heard, and 90 of 100 in each of the four largest languages."""
    found = understood(part)
    low = [language for language, least in LEAST_IN.items() if held(found[language]) < least]
    assert (True, []) == (held(found[ALL]) >= LEAST_RECALL, low), misses(part)


@pytest.mark.parametrize("part", PARTS)
def test_hardly_anybody_is_silenced_who_did_not_ask_for_it(part: str) -> None:
    """Of messages that are full of the words of refusal and are none, at most one in 200 is acted upon."""
    score = understood(part)[ALL]
    assert score.false_stops <= MOST_FALSE_STOPS * score.hard, misses(part)


@pytest.mark.parametrize("part", PARTS)
def test_people_are_asked_about_few_messages(part: str) -> None:
    """To ask about everything would hear every refusal, too."""
    score = understood(part)[ALL]
    assert score.false_asks <= MOST_ASKED * score.others


def test_every_keyword_is_understood_alone() -> None:
    """In every country where its language is spoken, in capitals and with a full stop."""
    keywords = shipped().keywords
    missed = [
        (keyword.word, country)
        for meant in keywords.by_word.values()
        for keyword in meant
        if keyword.intent is Intent.STOP
        for country, languages in keywords.languages.items()
        if country in (keyword.countries or {country}) and (keyword.everywhere or keyword.language in languages)
        for written in (keyword.word, f"{keyword.word.upper()}.")
        if not is_keyword_stop(written, country)
    ]
    assert [] == missed


def is_keyword_stop(written: str, country: str) -> bool:
    meant = understand(written, country, shipped())
    return is_stop(meant) and meant.by is Means.KEYWORD
