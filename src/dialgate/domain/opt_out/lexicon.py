"""All that replies are understood by: keywords, the phrases of each language, a tenant's own words.

Owns how they are put together. Reading files is its caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from dialgate.domain.opt_out.courtesy import Courtesy
from dialgate.domain.opt_out.keywords import SPOKEN, Intent, compile_keywords
from dialgate.domain.opt_out.normalising import normalise
from dialgate.domain.opt_out.patterns import literal
from dialgate.domain.opt_out.phrases import compile_phrases
from dialgate.domain.opt_out.spelling import Spelling
from dialgate.domain.reading import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dialgate.domain.opt_out.keywords import Keyword, Keywords
    from dialgate.domain.opt_out.model import ReplyModel
    from dialgate.domain.opt_out.phrases import Phrases

STRENGTH = MappingProxyType({Intent.STOP: 3, Intent.HELP: 2, Intent.START: 1, Intent.NONE: 0})
"""Which of two meanings counts: never the one that lets more through."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """An immutable snapshot."""

    keywords: Keywords
    by_tokens: Mapping[tuple[str, ...], tuple[Keyword, ...]]
    longest: int
    """Tokens of the longest keyword."""
    by_letters: Mapping[str, tuple[str, ...]]
    """Letters of a keyword without spaces -> its tokens."""
    phrases: Mapping[str, Phrases]
    """By language; Chinese of both scripts is `zh`."""
    spoken_in: Mapping[str, tuple[str, ...]]
    """Word -> languages whose phrases know it."""
    courtesy: Courtesy
    """The polite words of all languages together."""
    spelling: Spelling
    own: Mapping[str, tuple[Intent, str]]
    """A tenant's normalised words -> meaning and spelling as given."""
    model: ReplyModel | None
    """Asked where no word and no phrase decides."""

    def with_words(self, words: Mapping[Intent, Sequence[str]]) -> Lexicon:
        """With a tenant's own words, each the whole of a message. They add meanings and take none away.

        Errors: ValueError that names the word: one without letters, or that would start although it must never.
        """
        own = dict(self.own)
        for intent, listed in words.items():
            check(intent in SPOKEN, str(intent), "words mean stop, start or help")
            for word in listed:
                key = normalise(word)
                check(bool(key), str(intent), f"{word!r} has no letter or digit")
                never = intent is Intent.START and key in self.keywords.never_start
                check(not never, str(intent), f"{word!r} never starts")
                known = own.get(key)
                if known is None or STRENGTH[known[0]] < STRENGTH[intent]:
                    own[key] = (intent, word)
        return replace(self, own=MappingProxyType(own))


def compile_lexicon(keywords: object, replies: Mapping[str, object], model: ReplyModel | None = None) -> Lexicon:
    """From the parsed files; `replies` by language, no `model` where only words shall decide.

    Errors: ValueError that names the place in the file.
    """
    compiled = compile_keywords(keywords)
    phrases = {language: compile_phrases(language, data) for language, data in replies.items()}
    by_tokens: dict[tuple[str, ...], tuple[Keyword, ...]] = {}
    for meant in compiled.by_word.values():
        for keyword in meant:
            tokens = tuple(literal(keyword.word))
            by_tokens[tokens] = (*by_tokens.get(tokens, ()), keyword)
    return Lexicon(
        keywords=compiled,
        by_tokens=MappingProxyType(by_tokens),
        longest=max(map(len, by_tokens)),
        by_letters=MappingProxyType({"".join(tokens): tokens for tokens in by_tokens}),
        phrases=MappingProxyType(phrases),
        spoken_in=MappingProxyType(_spoken_in(phrases.values())),
        courtesy=Courtesy.together(each.courtesy for each in phrases.values()),
        spelling=_spelling(by_tokens, list(phrases.values())),
        own=MappingProxyType({}),
        model=model,
    )


def _spoken_in(phrases: Iterable[Phrases]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in phrases:
        for word in each.automaton.words:
            found[word] = (*found.get(word, ()), each.language)
    return found


def _spelling(keywords: Mapping[tuple[str, ...], tuple[Keyword, ...]], phrases: Sequence[Phrases]) -> Spelling:
    """A slip never makes a start: that takes the very word."""
    single = [tokens[0] for tokens, meant in keywords.items() if len(tokens) == 1 and not _starts(meant)]
    known = chain(*keywords, *(each.automaton.words for each in phrases), *(each.courtesy.by_first for each in phrases))
    real = chain.from_iterable(each.real for each in phrases)
    return Spelling(known, real, [*single, *chain.from_iterable(each.meant for each in phrases)])


def _starts(meant: Sequence[Keyword]) -> bool:
    return any(keyword.intent is Intent.START for keyword in meant)
