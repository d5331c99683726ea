"""The language in which phrases are written, and the automaton that finds them all in one pass over the words.

    stop <sending> [me]     words, a class of phrases by its name, what may be missing
    (call|text) me          one of several
    stop .. messages        up to three words between, `...` up to eight; never across the end of a clause
    ^ enough $              begins, ends a clause
    <number>                any number
Knows nothing of what a phrase means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from dialgate.domain.opt_out.normalising import BREAKS, NUMBER, fold, words
from dialgate.domain.reading import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PIECE = re.compile(r"<[a-z_]+>|\.{2,3}|[][()|^$]|[^][()|^$<]+?(?=[][()|^$<]|\.\.|$)")
_STRUCTURE = "[(<.^$"
_ANY = ""
_NUMBER = "<number>"
_GAPS = {"..": 3, "...": 8}
_END = tuple(sorted(BREAKS))
_START_STATE = 0
_MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Match:
    rule: int
    first: int
    end: int
    """Places of its first word and behind its last one, breaks of clauses left out."""


@dataclass(slots=True)
class _State:
    steps: dict[str, list[int]] = field(default_factory=dict)
    """Token -> states; under `_ANY` those that any word leads to."""
    skips: list[int] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Node:
    """States that are reached together."""

    states: tuple[int, ...]
    rules: tuple[int, ...] = ()
    after: dict[str, _Node | None] = field(default_factory=dict)
    """By word, as far as it has been met."""


class Automaton:
    """Built from patterns, then frozen; finding costs a few look-ups a word."""

    def __init__(self, patterns: Sequence[tuple[str, str]], classes: Mapping[str, Sequence[str]]) -> None:
        """Each pattern with the place it stands at; its rule is its index. Errors: ValueError that names the place."""
        self._classes = classes
        self._states = [_State()]
        self.words: set[str] = set()
        for rule, (place, pattern) in enumerate(patterns):
            pieces, begin = _pieces(pattern, place), self._skip_from(_START_STATE)
            end = self._alternatives(pieces, begin, place)
            check(not pieces, place, f"{pattern!r} has a closing bracket too many")
            check(end not in self._reached(begin), place, f"{pattern!r} fits nothing at all")
            self._states[end].rules.append(rule)
        self._steps, self._rules = self._frozen()
        self._states.clear()  # Half of the memory, and of no more use.
        check(_ANY not in self._steps[_START_STATE], "patterns", "none may begin with a gap")
        self._alphabet = BREAKS.union(*self._steps)
        self._begin = _Node((_START_STATE,))
        self._nodes: dict[tuple[int, ...], _Node] = {}

    def find(self, tokens: Sequence[str]) -> list[Match]:
        """Every phrase at every place, the shorter ones inside the longer ones too."""
        found: list[Match] = []
        active: list[tuple[_Node, int]] = []
        for place, word in enumerate(tokens):
            token = word if word in self._alphabet else _ANY
            begun, active = [*active, (self._begin, place)], []
            for node, first in begun:
                after = node.after[token] if token in node.after else self._follow(node, token)
                if after is not None:
                    active.append((after, first))
                    if after.rules:
                        found += [_trimmed(rule, first, place + 1, tokens) for rule in after.rules]
        return found

    def _follow(self, node: _Node, token: str) -> _Node | None:
        """Found out once for each set of states and word, then remembered; too much to remember is forgotten."""
        if len(self._nodes) > _MOST_NODES:
            self._nodes.clear()
            self._begin.after.clear()
        passed = (token,) if token in BREAKS else (token, _ANY)
        rows = [self._steps[state] for state in node.states]
        states = tuple(sorted({target for row in rows for each in passed for target in row.get(each, ())}))
        after = self._nodes.get(states)
        if after is None and states:
            rules = dict.fromkeys(rule for state in states for rule in self._rules[state])
            after = self._nodes[states] = _Node(states, tuple(rules))
        node.after[token] = after
        return after

    def _alternatives(self, pieces: list[str], begin: int, place: str) -> int:
        """Consumes pieces up to a closing bracket or the end; the state in which all alternatives end."""
        end = self._new()
        while True:
            self._states[self._sequence(pieces, begin, place)].skips.append(end)
            if not pieces or pieces[0] != "|":
                return end
            pieces.pop(0)

    def _sequence(self, pieces: list[str], begin: int, place: str) -> int:
        state = begin
        while pieces and pieces[0] not in "|])":
            state = self._piece(pieces.pop(0), pieces, state, place)
        return state

    def _piece(self, piece: str, pieces: list[str], state: int, place: str) -> int:
        if piece in "[(":
            end = self._alternatives(pieces, self._skip_from(state), place)
            closing = pieces.pop(0) if pieces else ""
            check(closing == {"[": "]", "(": ")"}[piece], place, f"{piece} is not closed")
            if piece == "[":
                self._states[state].skips.append(end)
            return end
        if piece in _GAPS:
            return self._gap(state, _GAPS[piece])
        if piece in "^$":
            return self._step(state, _END)
        if piece == _NUMBER:
            return self._step(state, (NUMBER,))
        if piece.startswith("<"):
            name = piece[1:-1]
            check(name in self._classes, place, f"there is no class {name!r}")
            return self._class(name, state)
        for word in literal(piece):
            self.words.add(word)
            state = self._step(state, (word,))
        return state

    def _class(self, name: str, state: int) -> int:
        """Members that are plain words share their beginnings: a class of hundreds stands in dozens of patterns."""
        end, root = self._new(), self._skip_from(state)
        for member in self._classes[name]:
            inner = _pieces(member, f"classes.{name}")
            if len(inner) == 1 and inner[0][0] not in _STRUCTURE:
                last = self._branch(root, literal(inner[0]))
            else:
                last = self._alternatives(inner, self._skip_from(state), f"classes.{name}")
            self._states[last].skips.append(end)
        return end

    def _branch(self, state: int, tokens: Iterable[str]) -> int:
        for word in tokens:
            self.words.add(word)
            known = self._states[state].steps.get(word)
            state = known[0] if known else self._step(state, (word,))
        return state

    def _step(self, state: int, tokens: Iterable[str]) -> int:
        end = self._new()
        for token in tokens:
            self._states[state].steps.setdefault(token, []).append(end)
        return end

    def _gap(self, state: int, most: int) -> int:
        end = self._new()
        for _ in range(most):
            self._states[state].skips.append(end)
            state = self._step(state, (_ANY,))
        self._states[state].skips.append(end)
        return end

    def _skip_from(self, state: int) -> int:
        end = self._new()
        self._states[state].skips.append(end)
        return end

    def _new(self) -> int:
        self._states.append(_State())
        return len(self._states) - 1

    def _reached(self, state: int) -> set[int]:
        """By skips alone, the state itself included."""
        reached, waiting = {state}, [state]
        while waiting:
            for target in self._states[waiting.pop()].skips:
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return reached

    def _settled(self, state: int) -> int:
        """Past states that do nothing but lead on, so that all words of a class end in one and share what follows."""
        while True:
            one = self._states[state]
            if one.steps or one.rules or len(one.skips) != 1:
                return state
            state = one.skips[0]

    def _frozen(self) -> tuple[list[dict[str, tuple[int, ...]]], list[tuple[int, ...]]]:
        """Without skips: each state that a step leads to, with the steps and rules of all that it skips to."""
        steps: list[dict[str, tuple[int, ...]]] = []
        rules: list[tuple[int, ...]] = []
        places = {_START_STATE: 0}
        waiting = [_START_STATE]
        for state in waiting:
            merged: dict[str, dict[int, None]] = {}
            ends: dict[int, None] = {}
            for same in self._reached(state):
                ends |= dict.fromkeys(self._states[same].rules)
                for token, targets in self._states[same].steps.items():
                    for target in map(self._settled, targets):
                        if target not in places:
                            places[target] = len(waiting)
                            waiting.append(target)
                        merged.setdefault(token, {})[places[target]] = None
            steps.append({token: tuple(targets) for token, targets in merged.items()})
            rules.append(tuple(ends))
        return steps, rules


@lru_cache(maxsize=65_536)
def literal(text: str) -> tuple[str, ...]:
    """The words of a text in the data, read as those of a message are. Remembered: a class stands in many patterns."""
    return tuple(word for word in words(fold(text)) if word not in BREAKS)


def _pieces(pattern: str, place: str) -> list[str]:
    """A new list each time: it is consumed."""
    pieces, whole = _cut(pattern)
    check(whole, place, f"{pattern!r} cannot be read")
    return list(pieces)


@lru_cache(maxsize=65_536)
def _cut(pattern: str) -> tuple[tuple[str, ...], bool]:
    """Into pieces, and whether nothing is left over."""
    pieces = [piece.strip() for piece in _PIECE.findall(pattern)]
    whole = "".join(pieces).replace(" ", "") == pattern.replace(" ", "")
    return tuple(piece for piece in pieces if piece), whole


def _trimmed(rule: int, first: int, end: int, tokens: Sequence[str]) -> Match:
    if tokens[first] in BREAKS:
        first += 1
    if tokens[end - 1] in BREAKS:
        end -= 1
    return Match(rule, first, end)
