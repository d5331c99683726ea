"""Write `config/reply_model.json`: how letters, and what the grammar says, tell that a reply refuses further contact.

    .venv/bin/python scripts/train_reply_model.py        # some seconds; the same lines give the same weights

It learns from the development and the learning part of `tests/data/replies` and never opens the test part. Letters come
first: n-grams, from all lines. The grammar's hints are weighed on top of them, on the half of the learning part that
nobody reads who works on the grammar (`_line`): elsewhere the grammar looks better than it is. What is scored is always
held back: lines are cut into five by their hash, and each fifth is scored by a model made from the other four.
Thresholds, and what is printed, come from those scores.
"""  # noqa: INP001 - a script, found by its path

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dialgate.bootstrap.lexicon import read_words
from dialgate.domain.opt_out.lexicon import Lexicon, compile_lexicon
from dialgate.domain.opt_out.model import Hint, Weights, beyond_first, grams, sigmoid
from dialgate.domain.opt_out.normalising import normalise
from dialgate.domain.opt_out.understanding import proposal

ROOT = Path(__file__).resolve().parents[1]
PARTS = ROOT / "tests" / "data" / "replies"
LEARNT = ("development", "learning")
MODEL = ROOT / "config" / "reply_model.json"

FOLDS = 5
EPOCHS = 25
RATE, DECAY = 0.4, 1e-3
LEAST_LINES = 2
"""In which an n-gram must occur."""
HINT_EPOCHS, HINT_RATE, HINT_DECAY = 200, 0.3, 1e-3
FALSE_STOPS, FALSE_ASKS = 0.005, 0.08
"""Of the hard negatives acted upon, and of all negatives asked about although the grammar says nothing."""
CHANCE = 0.1
"""That the share is larger than it looks on the lines that were held back."""
EVEN = 0.5
"""Below it nobody is asked about what a phrase calls none, as `understand` has it."""
LEAST = 0.2
"""No threshold is lower."""
DIGITS = 3

Features = list[int]
NOT_MEASURED = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Line:
    text: str
    language: str
    stop: bool
    hard: bool
    fold: int
    hint: Hint | None
    """None: whoever works on the grammar may have read it, or the model is not asked."""
    measures: tuple[float, float, float]
    """Words that belong to no refusal, rules that agree, shields, as the model weighs them."""


Scored = tuple[Line, float]


class Learner:
    """Logistic regression over n-grams by AdaGrad, in a fixed order, so that the same lines give the same weights."""

    def __init__(self, learnt: Sequence[Line]) -> None:
        counted = Counter(gram for line in learnt for gram in grams(line.text))
        known = sorted(gram for gram, count in counted.items() if count >= LEAST_LINES)
        self.place = {gram: index for index, gram in enumerate(known)}
        self.weights = [0.0] * len(known)
        self.bias = 0.0
        squares, bias_squares = [1e-8] * len(known), 1e-8
        rows = [(self._row(line.text), 1.0 if line.stop else 0.0) for line in learnt]
        for epoch in range(EPOCHS):
            for at in sorted(range(len(rows)), key=lambda index: (index * 7_919 + epoch * 104_729) % len(rows)):
                (features, scale), target = rows[at]
                step = sigmoid(self._sum(features, scale)) - target
                bias_squares += step * step
                self.bias -= RATE * step / math.sqrt(bias_squares)
                for index in features:
                    slope = step * scale + DECAY * self.weights[index]
                    squares[index] += slope * slope
                    self.weights[index] -= RATE * slope / math.sqrt(squares[index])

    def score(self, text: str) -> float:
        return self._sum(*self._row(text))

    def _row(self, text: str) -> tuple[Features, float]:
        found = grams(text)
        return sorted(self.place[gram] for gram in found if gram in self.place), 1 / math.sqrt(len(found) or 1)

    def _sum(self, features: Features, scale: float) -> float:
        return self.bias + scale * math.fsum(self.weights[index] for index in features)


class Weigher:
    """Logistic regression over what the grammar says, for each hint its own weights, in the order of `Weights`."""

    def __init__(self, scored: Sequence[Scored]) -> None:
        self.weights = {hint: [0.0] * (2 + len(NOT_MEASURED)) for hint in Hint}
        squares = {hint: [1e-6] * len(weights) for hint, weights in self.weights.items()}
        for _ in range(HINT_EPOCHS):
            for line, score in sorted(scored, key=lambda one: one[0].text):
                if line.hint is None:
                    continue
                own, seen = self.weights[line.hint], squares[line.hint]
                step = self.likely(line, score) - line.stop
                for place, value in enumerate((1.0, score, *line.measures)):
                    slope = step * value + HINT_DECAY * own[place]
                    seen[place] += slope * slope
                    own[place] -= HINT_RATE * slope / math.sqrt(seen[place])

    def likely(self, line: Line, score: float) -> float:
        own = self.weights[line.hint or Hint.NOTHING]
        return sigmoid(math.fsum(w * v for w, v in zip(own, (1.0, score, *line.measures), strict=True)))


def main() -> None:
    lexicon = compile_lexicon(*read_words(ROOT / "config"))
    all_lines = [_line(said, lexicon, part) for part in LEARNT for said in _read(part)]
    scored = by_letters(all_lines)
    found = by_hints(scored)
    hard, negatives = sum(line.hard for line, _ in found), sum(not line.stop for line, _ in found)
    act = threshold([p for line, p in found if line.hard and line.hint in ACTED], FALSE_STOPS, hard)
    others = [p for line, p in found if not line.stop and line.hint is Hint.NOTHING]
    ask = min(act, threshold(others, FALSE_ASKS, negatives))
    write(Learner(all_lines), Weigher(scored), len(all_lines), act, ask)
    show(found, act, ask)


ACTED = frozenset({Hint.STOP, Hint.NOTHING})
"""Where `understand` may act without asking."""
ASKED = frozenset({Hint.STOP, Hint.UNSURE})
"""Where it asks at least."""


def _read(part: str) -> list[dict[str, Any]]:
    return [json.loads(written) for written in (PARTS / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def _line(said: dict[str, Any], lexicon: Lexicon, part: str) -> Line:
    """The odd half of the learning part is held back from whoever works on the grammar."""
    digest = hashlib.sha256(said["text"].encode()).digest()
    weighed = None
    if part == "learning" and digest[1] % 2:
        weighed = proposal(said["text"], said["country"], lexicon)
    hint, phrase = weighed or (None, None)
    measures = NOT_MEASURED
    if phrase is not None:
        measures = (math.log1p(phrase.unsaid), float(beyond_first(phrase.agreeing)), float(phrase.shielded))
    text, stop, fold = normalise(said["text"]), said["label"] == "stop", digest[2] % FOLDS
    return Line(text, said["language"], stop, said["hard"], fold, hint, measures)


def by_letters(all_lines: Sequence[Line]) -> list[Scored]:
    scored: list[Scored] = []
    for fold in range(FOLDS):
        learner = Learner([line for line in all_lines if line.fold != fold])
        scored += [(line, learner.score(line.text)) for line in all_lines if line.fold == fold and line.hint]
    return scored


def by_hints(scored: Sequence[Scored]) -> list[Scored]:
    found: list[Scored] = []
    for fold in range(FOLDS):
        weigher = Weigher([one for one in scored if one[0].fold != fold])
        found += [(line, weigher.likely(line, score)) for line, score in scored if line.fold == fold]
    return found


def threshold(negatives: Sequence[float], share: float, of: int) -> float:
    """The smallest probability, rounded up, that so few reach that of others like them no more than this share will:
    so many were held back by chance, and nine times in ten another such choice shows no more.
    """
    allowed = 0
    while expected_at_most(allowed + 1) <= share * of:
        allowed += 1
    reached = sorted(negatives, reverse=True)[allowed] if len(negatives) > allowed else 0.0
    return min(1.0, max(LEAST, math.ceil(reached * 1000 + 1) / 1000))


def expected_at_most(count: int) -> float:
    """The mean of which so few or fewer come about once in ten times (Poisson), found by halving."""
    low, high = 0.0, count + 10 * math.sqrt(count + 1) + 10
    while high - low > 1e-6:  # noqa: PLR2004 - far below one line
        mean = (low + high) / 2
        chance = math.fsum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count + 1))
        low, high = (mean, high) if chance > CHANCE else (low, mean)
    return high


def write(learner: Learner, weigher: Weigher, count: int, act: float, ask: float) -> None:
    names = [field.name for field in fields(Weights)]
    document = {
        "version": f"{count}-lines",
        "learnt_from": hashlib.sha256(b"".join((PARTS / f"{part}.jsonl").read_bytes() for part in LEARNT)).hexdigest(),
        "bias": round(learner.bias, DIGITS),
        "act": act,
        "ask": ask,
        "hints": {
            hint: dict(zip(names, (round(weight, DIGITS) for weight in own), strict=True))
            for hint, own in weigher.weights.items()
        },
        "weights": {
            gram: round(learner.weights[index], DIGITS)
            for gram, index in learner.place.items()
            if abs(learner.weights[index]) >= 10**-DIGITS
        },
    }
    MODEL.write_text(json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def show(found: Sequence[Scored], act: float, ask: float) -> None:
    say(f"act from {act}, ask from {ask}; of lines that were held back, keywords left out:")
    say(f"{'':9} {'stops':>6} {'acted':>6} {'asked':>6}   {'others':>6} {'hard':>6} {'acted':>6} {'asked':>6}")
    for language in [*sorted({line.language for line, _ in found}), ""]:
        own = [(line, done(line, p, act, ask)) for line, p in found if language in {"", line.language}]
        stops, others = [what for line, what in own if line.stop], [what for line, what in own if not line.stop]
        hard = sum(line.hard for line, _ in own)
        left = f"{len(stops):6} {stops.count('act'):6} {stops.count('ask'):6}"
        say(f"{language or 'all':9} {left}   {len(others):6} {hard:6} {others.count('act'):6} {others.count('ask'):6}")


def done(line: Line, likely: float, act: float, ask: float) -> str:
    """As `understand` does it."""
    if likely >= act and line.hint in ACTED:
        return "act"
    bar = max(ask, EVEN) if line.hint is Hint.NONE else ask
    return "ask" if likely >= bar or line.hint in ASKED else "leave"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
