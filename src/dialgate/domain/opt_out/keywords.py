"""The words of opting out, opting in and asking for help, compiled from `config/keywords.yaml`.

Owns the shape of that data. Reading the file, and keeping the last good version, is its caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from dialgate.domain.opt_out.normalising import normalise
from dialgate.domain.reading import check, listed, mapping, record, text, texts

T = TypeVar("T")

FALLBACK_LANGUAGE = "en"
SENDER_NAME = "{sender_name}"

_FIELDS = frozenset(
    {"version", "sources", "always", "languages", "stop", "start", "help", "never_start", "confirmations"}
)
_WORD_FIELDS = frozenset({"words", "source", "confidence"})
_CONFIDENCES = frozenset({"verified", "believed"})


class Intent(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    NONE = "none"


SPOKEN = (Intent.STOP, Intent.START, Intent.HELP)


@dataclass(frozen=True, slots=True)
class Keyword:
    word: str
    """As it stands in the file."""
    intent: Intent
    language: str
    source: str
    confidence: str
    countries: frozenset[str] | None = None
    """Regions of numbers for which it counts; None: those that speak the language."""
    everywhere: bool = False
    """Counts for every number, whatever is spoken there."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """An immutable snapshot."""

    version: str
    by_word: Mapping[str, tuple[Keyword, ...]]
    """Normalised word -> what it means, one entry a language."""
    languages: Mapping[str, tuple[str, ...]]
    """ISO 3166-1 region -> languages, the first one first."""
    always: tuple[str, ...]
    never_start: frozenset[str]
    """Normalised words that lift nothing even where a carrier takes them for an opt-in."""
    confirmations: Mapping[str, Mapping[Intent, str]]

    def languages_of(self, country: str) -> tuple[str, ...]:
        return (*self.languages.get(country, ()), *self.always)


def compile_keywords(data: object) -> Keywords:
    """From the parsed file. Errors: ValueError that names the place in the file and what is expected there."""
    top = record(data, "keywords", _FIELDS)
    sources = frozenset(mapping(top["sources"], "sources"))
    spoken = _confirmations(top["confirmations"])
    never_start = frozenset(map(normalise, texts(top["never_start"], "never_start")))
    by_word: dict[str, tuple[Keyword, ...]] = {}
    for intent in SPOKEN:
        for place, keyword in _keywords(top[intent], intent, sources):
            word = normalise(keyword.word)
            known = by_word.get(word, ())
            check(bool(word), place, f"{keyword.word!r} has no letter or digit")
            check(all(other.language != keyword.language for other in known), place, f"{keyword.word!r} stands twice")
            check(intent is not Intent.START or word not in never_start, place, f"{keyword.word!r} never starts")
            check(keyword.language in spoken, place, "this language has no confirmations")
            by_word[word] = (*known, keyword)
    languages = {
        country: _languages(spoken_there, f"languages.{country}", spoken)
        for country, spoken_there in mapping(top["languages"], "languages").items()
    }
    return Keywords(
        version=text(top["version"], "version"),
        by_word=MappingProxyType(by_word),
        languages=MappingProxyType(languages),
        always=_languages(top["always"], "always", spoken),
        never_start=never_start,
        confirmations=spoken,
    )


def _keywords(data: object, intent: Intent, sources: frozenset[str]) -> Iterator[tuple[str, Keyword]]:
    for language, words in mapping(data, intent).items():
        for number, entry in enumerate(listed(words, f"{intent}.{language}")):
            place = f"{intent}.{language}[{number}]"
            fields = record(entry, place, _WORD_FIELDS, optional=frozenset({"countries"}))
            source, confidence = text(fields["source"], place), text(fields["confidence"], place)
            check(source in sources, f"{place}.source", f"{source!r} is not among the sources")
            check(confidence in _CONFIDENCES, f"{place}.confidence", "must be verified or believed")
            everywhere = fields.get("countries") == "any"
            narrowed = "countries" in fields and not everywhere
            countries = frozenset(texts(fields["countries"], f"{place}.countries")) if narrowed else None
            for word in texts(fields["words"], f"{place}.words"):
                yield place, Keyword(word, intent, language, source, confidence, countries, everywhere)


def _confirmations(data: object) -> Mapping[str, Mapping[Intent, str]]:
    compiled: dict[str, Mapping[Intent, str]] = {}
    for language, wordings in mapping(data, "confirmations").items():
        place = f"confirmations.{language}"
        fields = record(wordings, place, frozenset(SPOKEN))
        compiled[language] = MappingProxyType(
            {intent: _template(fields[intent], f"{place}.{intent}") for intent in SPOKEN}
        )
    check(FALLBACK_LANGUAGE in compiled, "confirmations", f"{FALLBACK_LANGUAGE} is missing")
    return MappingProxyType(compiled)


def _template(value: object, place: str) -> str:
    wording = text(value, place)
    rest = wording.replace(SENDER_NAME, "", 1)
    check(rest != wording and "{" not in rest and "}" not in rest, place, f"must name {SENDER_NAME} once, nothing else")
    return wording


def _languages(value: object, place: str, spoken: Mapping[str, T]) -> tuple[str, ...]:
    found = texts(value, place)
    for language in found:
        check(language in spoken, place, f"{language!r} has no confirmations")
    return found
