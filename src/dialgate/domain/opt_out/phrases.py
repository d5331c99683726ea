"""What people say in one language beyond keywords, compiled from `config/replies/<language>.yaml`.

Owns the shape of that data and which of several phrases in a message counts. Knows no keyword and no other language.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from dialgate.domain.opt_out.courtesy import Courtesy
from dialgate.domain.opt_out.normalising import BREAKS
from dialgate.domain.opt_out.patterns import Automaton, literal
from dialgate.domain.reading import check, mapping, record, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dialgate.domain.opt_out.patterns import Match


class Kind(StrEnum):
    """Of what a phrase says; also the sections of the file."""

    STOP = "stop"
    UNSURE = "unsure"
    """Often a refusal, not surely."""
    NONE = "none"
    """No refusal, although it holds the words of one ("don't stop", "stop by")."""
    FOOTER = "footer"
    """How to refuse, as our own messages say it: a refusal if it is all that was said, else a quotation."""
    AUTOMATIC = "automatic"
    """A machine answers: whatever else is said, nobody asks for anything."""
    START = "start"
    HELP = "help"
    KEEP = "keep"
    """What may go on, so that the rest is meant."""


_WORDINGS = frozenset({"courtesy", "closings", "real", "reactions", "meant"})
_FIELDS = frozenset({"version", "classes", Kind.STOP, Kind.NONE})
_OPTIONAL = _WORDINGS | frozenset(Kind)
KEPT = frozenset({"sms", "voice", "transactional", "informational", "collection", "survey", "marketing", "others"})


@dataclass(frozen=True, slots=True)
class Rule:
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """The one thing that a message says in this language."""

    kind: Kind
    rule: str
    kept: frozenset[str] = frozenset()
    unsaid: int = field(default=0, compare=False)
    """Words that belong to no refusal."""
    agreeing: int = field(default=0, compare=False)
    """Rules by which it is one."""
    shielded: bool = field(default=False, compare=False)
    """Some of its words were those of something that is none."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """An immutable snapshot of one language."""

    language: str
    version: str
    rules: tuple[Rule, ...]
    automaton: Automaton
    courtesy: Courtesy
    real: frozenset[str]
    """Words that are never a slip."""
    meant: frozenset[str]
    """Words that a slip may have meant."""
    reactions: frozenset[tuple[str, ...]]
    """What a phone writes before the quoted message to which its owner reacted."""

    def said(self, tokens: Sequence[str]) -> Said | None:
        """None where no phrase of the file occurs."""
        tokens = self.courtesy.taken_from(tokens, self.automaton.words)
        found = [(self.rules[match.rule], match) for match in self.automaton.find(tokens)]
        if not found:
            return None
        automatic = next((rule for rule, _ in found if rule.kind is Kind.AUTOMATIC), None)
        if automatic:
            return Said(Kind.AUTOMATIC, automatic.name)
        said = _resolved(found, _spoken(tokens))
        return said and _measured(said, found, tokens)


def compile_phrases(language: str, data: object) -> Phrases:
    """From the parsed file. Errors: ValueError that names the place in the file and what is expected there."""
    top = record(data, f"replies.{language}", _FIELDS, _OPTIONAL)
    classes = {name: texts(items, f"classes.{name}") for name, items in mapping(top["classes"], "classes").items()}
    listed = list(_listed(top))
    automaton = Automaton([(place, pattern) for place, pattern, _ in listed], classes)
    lists = {name: tuple(tuple(literal(item)) for item in texts(top[name], name)) for name in _WORDINGS if name in top}
    check(not any(() in listed for listed in lists.values()), language, "each wording must have a letter")
    return Phrases(
        language,
        text(top["version"], "version"),
        tuple(rule for _, _, rule in listed),
        automaton,
        Courtesy.of(lists.get("courtesy", ()), lists.get("closings", ())),
        frozenset(chain(*lists.get("real", ()))),
        frozenset(chain(*lists.get("meant", ()))),
        frozenset(lists.get("reactions", ())),
    )


def _listed(top: Mapping[str, object]) -> Iterator[tuple[str, str, Rule]]:
    for kind in Kind:
        for name, patterns in mapping(top.get(kind, {}), kind).items():
            place = f"{kind}.{name}"
            check(kind is not Kind.KEEP or name in KEPT, place, f"must be one of {', '.join(sorted(KEPT))}")
            for number, pattern in enumerate(texts(patterns, place)):
                rule = Rule(kind, name if kind is Kind.KEEP else place)
                yield f"{place}[{number}]", pattern, rule


def _resolved(found: list[tuple[Rule, Match]], spoken: tuple[int, int]) -> Said | None:
    """A phrase that is none takes with it every other that it touches, unless that other one holds it whole and more.

    Of the rest the longer counts where one holds the other, then a refusal before a doubt before the rest.
    """
    claims = [(rule, match) for rule, match in found if rule.kind not in {Kind.NONE, Kind.KEEP, Kind.FOOTER}]
    footers = [match for rule, match in found if rule.kind is Kind.FOOTER]
    if any(match.first <= spoken[0] and match.end >= spoken[1] for match in footers):
        return Said(Kind.STOP, Kind.FOOTER)
    shields = [match for rule, match in found if rule.kind is Kind.NONE]
    shields = [match for match in footers + shields if not any(_holds(claim, match) for _, claim in claims)]
    left = [(rule, match) for rule, match in claims if not any(_touches(match, shield) for shield in shields)]
    left = [(rule, match) for rule, match in left if not any(_holds(other, match) for _, other in left)]
    refused = [match for rule, match in claims if rule.kind in {Kind.STOP, Kind.UNSURE}]
    kept = frozenset(rule.name for rule, match in found if rule.kind is Kind.KEEP and _is_apart(match, refused))
    for kind in (Kind.STOP, Kind.UNSURE, Kind.HELP, Kind.START):
        for rule, _ in left:
            if rule.kind is kind:
                return Said(kind, rule.name, kept)
    return Said(Kind.NONE, _first_none(found)) if shields else None


def _measured(said: Said, found: list[tuple[Rule, Match]], tokens: Sequence[str]) -> Said:
    """With how much of the message it explains."""
    refusals = [(rule, match) for rule, match in found if rule.kind in {Kind.STOP, Kind.UNSURE}]
    covered = {place for _, match in refusals for place in range(match.first, match.end)}
    spoken = {place for place, token in enumerate(tokens) if token not in BREAKS}
    return replace(
        said,
        unsaid=len(spoken - covered),
        agreeing=len({rule.name for rule, _ in refusals if rule.kind is Kind.STOP}),
        shielded=any(rule.kind is Kind.NONE for rule, _ in found),
    )


def _is_apart(kept: Match, refused: list[Match]) -> bool:
    """Words of a refusal never say what may go on: "don't text me" keeps no texts."""
    return not any(_touches(kept, match) for match in refused)


def _first_none(found: list[tuple[Rule, Match]]) -> str:
    return next(rule.name for rule, _ in found if rule.kind in {Kind.NONE, Kind.FOOTER})


def _spoken(tokens: Sequence[str]) -> tuple[int, int]:
    """Places of the first word and behind the last one."""
    places = [place for place, token in enumerate(tokens) if token not in BREAKS]
    return (places[0], places[-1] + 1) if places else (0, 0)


def _holds(outer: Match, inner: Match) -> bool:
    """And more."""
    return outer.first <= inner.first and inner.end <= outer.end and outer.end - outer.first > inner.end - inner.first


def _touches(one: Match, other: Match) -> bool:
    return one.first < other.end and other.first < one.end
