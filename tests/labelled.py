"""The labelled replies, and how well they are understood: totals, never single lines of the test part."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.lexicon import Lexicon
from dialgate.domain.opt_out.understanding import Understanding, understand
from tests.fakes.lexicon import shipped

ROOT = Path(__file__).parents[1]
LINES = ROOT / "tests" / "data" / "replies"
ALL = "all"
__all__ = ["ALL", "Line", "Score", "is_asked", "is_stop", "lines", "read", "scores", "shipped"]


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    country: str
    language: str
    label: Intent
    hard: bool
    group: str


@dataclass(frozen=True, slots=True)
class Score:
    stops: int
    understood: int
    """Of the stops: acted upon without asking."""
    asked: int
    """Of the stops: left to a person, and held meanwhile."""
    hard: int
    """Hard negatives."""
    false_stops: int
    """Of the hard negatives: acted upon."""
    others: int
    """All that is no stop."""
    false_asks: int
    """Of those: left to a person."""

    @property
    def recall(self) -> float:
        return self.understood / self.stops if self.stops else 1.0


def lines(part: str) -> tuple[Line, ...]:
    """`development` or `test`."""
    written = (LINES / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_line(**json.loads(line)) for line in written)


def read(line: Line, lexicon: Lexicon) -> Understanding:
    """Who wants to be contacted again has refused before."""
    return understand(line.text, line.country, lexicon, suppressed=line.label is Intent.START)


def is_stop(found: Understanding) -> bool:
    return found.intent is Intent.STOP and found.sure


def is_asked(found: Understanding) -> bool:
    return found.intent is Intent.STOP and not found.sure


def scores(part: str, lexicon: Lexicon) -> dict[str, Score]:
    """By language, and of all."""
    read_lines = [(line, read(line, lexicon)) for line in lines(part)]
    languages = sorted({line.language for line, _ in read_lines})
    by_language = {name: _score([one for one in read_lines if one[0].language == name]) for name in languages}
    return by_language | {ALL: _score(read_lines)}


def _score(read_lines: Iterable[tuple[Line, Understanding]]) -> Score:
    read_lines = list(read_lines)
    stops = [found for line, found in read_lines if line.label is Intent.STOP]
    hard = [found for line, found in read_lines if line.hard]
    others = [found for line, found in read_lines if line.label is not Intent.STOP]
    return Score(
        stops=len(stops),
        understood=sum(map(is_stop, stops)),
        asked=sum(map(is_asked, stops)),
        hard=len(hard),
        false_stops=sum(map(is_stop, hard)),
        others=len(others),
        false_asks=sum(map(is_asked, others)),
    )


def _line(*, text: str, country: str, language: str, label: str, hard: bool, group: str) -> Line:
    return Line(text, country, language, Intent(label), hard, group)
