"""Words mistyped: letters held too long, and slips of one key, turned into the known word that was meant."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHORTEST_SLIP = 4
"""Letters of the word that was meant; a shorter one is one edit away from half the dictionary."""

_DOUBLED = re.compile(r"(.)\1+")
_TRIPLED = re.compile(r"(.)\1{2,}")
_ALIKE = ("il1", "o0", "s5", "e3", "a4")
_KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class Spelling:
    """`known` words are never changed, `real` ones neither; a slip is turned only into one of `meant`."""

    def __init__(self, known: Iterable[str], real: Iterable[str], meant: Iterable[str]) -> None:
        self.known = frozenset(known)
        self.real = frozenset(real)
        self._meant = frozenset(word for word in meant if len(word) >= SHORTEST_SLIP and word.isascii())
        self._shortened = _shortened(self._meant)

    def correct(self, word: str) -> str:
        """The word itself where nothing else was surely meant."""
        if word in self.known or not word.isascii():
            return word
        if _DOUBLED.search(word):
            for squeezed in (_TRIPLED.sub(r"\1\1", word), _TRIPLED.sub(r"\1", word)):
                if squeezed in self.known and squeezed != word:
                    return squeezed
        if word in self.real or not SHORTEST_SLIP - 1 <= len(word) <= 20:  # noqa: PLR2004 - no word is longer
            return word
        squeezed = _DOUBLED.sub(r"\1", word)
        if squeezed in self._meant:
            return squeezed
        return next((meant for meant in sorted(self._near(word)) if is_slip(word, meant)), word)

    def _near(self, word: str) -> set[str]:
        return {meant for shorter in _shorter(word) for meant in self._shortened.get(shorter, ())}


def is_slip(word: str, meant: str) -> bool:
    """One letter left out, added, swapped with its neighbour, or hit beside it, or one that looks like it."""
    if len(word) != len(meant):
        longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    unlike = [place for place in range(len(word)) if word[place] != meant[place]]
    if len(unlike) == 1:
        return word[unlike[0]] in _NEIGHBOURS.get(meant[unlike[0]], "")
    return unlike[1:] == [unlike[0] + 1] and word[unlike[0]] == meant[unlike[1]] and word[unlike[1]] == meant[unlike[0]]


def _shortened(meant: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Each word and what is left of it without one letter, so that a slip is found without trying every word."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in meant:
        for shorter in _shorter(word):
            found[shorter].append(word)
    return {shorter: tuple(words) for shorter, words in found.items()}


def _shorter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _neighbours() -> Iterator[tuple[str, str]]:
    for number, row in enumerate(_KEYBOARD):
        for place, key in enumerate(row):
            above = _KEYBOARD[number - 1][place : place + 2] if number else ""
            below = _KEYBOARD[number + 1][max(place - 1, 0) : place + 1] if number + 1 < len(_KEYBOARD) else ""
            yield key, row[max(place - 1, 0) : place] + row[place + 1 : place + 2] + above + below


_NEIGHBOURS = dict(_neighbours())
for _letters in _ALIKE:
    for _letter in _letters:
        _NEIGHBOURS[_letter] += _letters.replace(_letter, "")
