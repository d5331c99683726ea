"""Words around what is said that say nothing themselves: please, thanks, a greeting, a signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from dialgate.domain.opt_out.normalising import BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    Phrase = tuple[str, ...]

MOST_NAMES = 2
"""Words of a name behind a closing."""

_SIGNED = re.compile(r"(?:\n\s*[-–—~]+\s*|\s[-–—~])[A-Z]\w*\.?(?: [A-Z]\w*\.?)?\s*$")


def unsigned(text: str) -> str:
    """Without a name behind a dash at the end of it."""
    return _SIGNED.sub("", text) if "-" in text or "–" in text or "—" in text or "~" in text else text


@dataclass(frozen=True, slots=True)
class Courtesy:
    by_first: Mapping[str, tuple[Phrase, ...]]
    """First word -> polite phrases that begin with it, the longest first."""
    closings: frozenset[Phrase]
    """Those that a name may follow."""

    @classmethod
    def of(cls, phrases: Iterable[Phrase], closings: Iterable[Phrase]) -> Courtesy:
        ending = frozenset(closings)
        by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted({*phrases, *ending}, key=len, reverse=True):
            by_first.setdefault(phrase[0], []).append(phrase)
        return cls({word: tuple(listed) for word, listed in by_first.items()}, ending)

    @classmethod
    def together(cls, each: Iterable[Courtesy]) -> Courtesy:
        parts = list(each)
        phrases = (phrase for part in parts for listed in part.by_first.values() for phrase in listed)
        return cls.of(phrases, chain.from_iterable(part.closings for part in parts))

    def taken_from(self, tokens: Sequence[str], known: AbstractSet[str]) -> list[str]:
        """What is left; a name behind a closing goes too, unless a word of it is `known`."""
        left: list[str] = []
        place = 0
        while place < len(tokens):
            phrase = self._at(tokens, place)
            if phrase:
                place += len(phrase)
                if phrase in self.closings and len(left) > 1 and _is_name(tokens[place:], known):
                    place = len(tokens) - 1
                continue
            token = tokens[place]
            place += 1
            if token in BREAKS and left and left[-1] in BREAKS:
                left[-1] = max(left[-1], token) if len(left) > 1 else left[-1]
            else:
                left.append(token)
        return left

    def _at(self, tokens: Sequence[str], place: int) -> Phrase:
        for phrase in self.by_first.get(tokens[place], ()):
            if len(phrase) == 1 or tuple(tokens[place : place + len(phrase)]) == phrase:
                return phrase
        return ()


def _is_name(tokens: Sequence[str], known: AbstractSet[str]) -> bool:
    spoken = [word for word in tokens if word not in BREAKS]
    return len(spoken) <= MOST_NAMES and not known & set(spoken)
