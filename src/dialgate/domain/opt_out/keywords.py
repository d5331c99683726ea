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
    top = _record(data, "keywords", _FIELDS)
    sources = frozenset(_mapping(top["sources"], "sources"))
    spoken = _confirmations(top["confirmations"])
    never_start = frozenset(map(normalise, _texts(top["never_start"], "never_start")))
    by_word: dict[str, tuple[Keyword, ...]] = {}
    for intent in SPOKEN:
        for place, keyword in _keywords(top[intent], intent, sources):
            word = normalise(keyword.word)
            known = by_word.get(word, ())
            _check(bool(word), place, f"{keyword.word!r} has no letter or digit")
            _check(all(other.language != keyword.language for other in known), place, f"{keyword.word!r} stands twice")
            _check(intent is not Intent.START or word not in never_start, place, f"{keyword.word!r} never starts")
            _check(keyword.language in spoken, place, "this language has no confirmations")
            by_word[word] = (*known, keyword)
    languages = {
        country: _languages(listed, f"languages.{country}", spoken)
        for country, listed in _mapping(top["languages"], "languages").items()
    }
    return Keywords(
        version=_text(top["version"], "version"),
        by_word=MappingProxyType(by_word),
        languages=MappingProxyType(languages),
        always=_languages(top["always"], "always", spoken),
        never_start=never_start,
        confirmations=spoken,
    )


def _keywords(data: object, intent: Intent, sources: frozenset[str]) -> Iterator[tuple[str, Keyword]]:
    for language, entries in _mapping(data, intent).items():
        for number, entry in enumerate(_list(entries, f"{intent}.{language}")):
            place = f"{intent}.{language}[{number}]"
            fields = _record(entry, place, _WORD_FIELDS, optional=frozenset({"countries"}))
            source, confidence = _text(fields["source"], place), _text(fields["confidence"], place)
            _check(source in sources, f"{place}.source", f"{source!r} is not among the sources")
            _check(confidence in _CONFIDENCES, f"{place}.confidence", "must be verified or believed")
            everywhere = fields.get("countries") == "any"
            narrowed = "countries" in fields and not everywhere
            countries = frozenset(_texts(fields["countries"], f"{place}.countries")) if narrowed else None
            for word in _texts(fields["words"], f"{place}.words"):
                yield place, Keyword(word, intent, language, source, confidence, countries, everywhere)


def _confirmations(data: object) -> Mapping[str, Mapping[Intent, str]]:
    compiled: dict[str, Mapping[Intent, str]] = {}
    for language, texts in _mapping(data, "confirmations").items():
        place = f"confirmations.{language}"
        fields = _record(texts, place, frozenset(SPOKEN))
        compiled[language] = MappingProxyType(
            {intent: _template(fields[intent], f"{place}.{intent}") for intent in SPOKEN}
        )
    _check(FALLBACK_LANGUAGE in compiled, "confirmations", f"{FALLBACK_LANGUAGE} is missing")
    return MappingProxyType(compiled)


def _template(value: object, place: str) -> str:
    text = _text(value, place)
    rest = text.replace(SENDER_NAME, "", 1)
    _check(rest != text and "{" not in rest and "}" not in rest, place, f"must name {SENDER_NAME} once, nothing else")
    return text


def _languages(value: object, place: str, spoken: Mapping[str, T]) -> tuple[str, ...]:
    found = _texts(value, place)
    for language in found:
        _check(language in spoken, place, f"{language!r} has no confirmations")
    return found


def _record(
    value: object, place: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> Mapping[str, object]:
    found = _mapping(value, place)
    for name in required:
        _check(name in found, place, f"{name} is missing")
    for name in found:
        _check(name in required | optional, place, f"{name} is unknown")
    return found


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: must be a mapping")  # noqa: TRY004 - a mistake in a file, not in the program
    return {_text(name, place): item for name, item in value.items()}


def _list(value: object, place: str) -> list[object]:
    _check(isinstance(value, list) and bool(value), place, "must be a list with at least one entry")
    return list(value) if isinstance(value, list) else []


def _texts(value: object, place: str) -> tuple[str, ...]:
    return tuple(_text(item, place) for item in _list(value, place))


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{place}: {value!r} must be a text; quote it")
    return value


def _check(holds: bool, place: str, mend: str) -> None:  # noqa: FBT001 - reads as: check that
    if not holds:
        raise ValueError(f"{place}: {mend}")
