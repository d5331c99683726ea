"""Write `config/reply_model.json`: how letters tell that a reply refuses further contact.

    .venv/bin/python scripts/train_reply_model.py        # about a minute; the same lines give the same weights

It learns from `tests/data/replies/development.jsonl` alone and never opens the test part. The thresholds and the
calibration come from lines that were held back: the lines are cut into five by their hash, and each fifth is scored by
a model that was made from the other four. What is printed is what those scores say.
"""  # noqa: INP001 - a script, found by its path

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialgate.domain.opt_out.model import grams
from dialgate.domain.opt_out.normalising import normalise

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "tests" / "data" / "replies" / "development.jsonl"
MODEL = ROOT / "config" / "reply_model.json"

FOLDS = 5
EPOCHS = 25
RATE, DECAY = 0.4, 1e-3
LEAST_LINES = 2
"""In which an n-gram must occur."""
FALSE_STOPS, FALSE_ASKS = 0.005, 0.03
"""Of the negatives that were held back: at most so many acted upon, and so many asked about."""
DIGITS = 3

Features = list[int]


@dataclass(frozen=True)
class Line:
    text: str
    language: str
    stop: bool
    hard: bool
    fold: int


def lines() -> list[Line]:
    found = []
    for written in LINES.read_text(encoding="utf-8").splitlines():
        said = json.loads(written)
        fold = hashlib.sha256(said["text"].encode()).digest()[1] % FOLDS
        found.append(Line(normalise(said["text"]), said["language"], said["label"] == "stop", said["hard"], fold))
    return found


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))


class Learner:
    """Logistic regression by AdaGrad, in a fixed order, so that the same lines give the same weights."""

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
        return self.bias + scale * sum(self.weights[index] for index in features)


def calibrated(scores: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Platt's slope and offset by Newton's method, so that the probability is one."""
    slope, offset = 1.0, 0.0
    for _ in range(50):
        g_slope = g_offset = h_ss = h_so = h_oo = 0.0
        for score, stop in scores:
            p = sigmoid(slope * score + offset)
            error, spread = p - stop, max(p * (1 - p), 1e-9)
            g_slope, g_offset = g_slope + error * score, g_offset + error
            h_ss, h_so, h_oo = h_ss + spread * score * score, h_so + spread * score, h_oo + spread
        determinant = h_ss * h_oo - h_so * h_so + 1e-12
        slope -= (g_slope * h_oo - g_offset * h_so) / determinant
        offset -= (g_offset * h_ss - g_slope * h_so) / determinant
    return slope, offset


def threshold(negatives: Sequence[float], share: float) -> float:
    """The smallest probability, rounded up, that at most this share of the negatives reach."""
    allowed = math.floor(share * len(negatives))
    reached = sorted(negatives, reverse=True)[allowed] if negatives else 0.0
    return min(1.0, max(0.5, math.ceil(reached * 1000 + 1) / 1000))


def main() -> None:
    all_lines = lines()
    held: list[tuple[Line, float]] = []
    for fold in range(FOLDS):
        learner = Learner([line for line in all_lines if line.fold != fold])
        held += [(line, learner.score(line.text)) for line in all_lines if line.fold == fold]
    slope, offset = calibrated([(score, line.stop) for line, score in held])
    found = [(line, sigmoid(slope * score + offset)) for line, score in held]
    act = threshold([p for line, p in found if line.hard], FALSE_STOPS)
    ask = min(act, threshold([p for line, p in found if not line.stop], FALSE_ASKS))
    whole = Learner(all_lines)
    weights = {gram: round(slope * whole.weights[index], DIGITS) for gram, index in whole.place.items()}
    document = {
        "version": f"{len(all_lines)}-lines",
        "learnt_from": hashlib.sha256(LINES.read_bytes()).hexdigest(),
        "bias": round(slope * whole.bias + offset, DIGITS),
        "act": act,
        "ask": ask,
        "weights": {gram: weight for gram, weight in weights.items() if abs(weight) >= 10**-DIGITS},
    }
    MODEL.write_text(json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    show(found, act, ask)


def show(found: Sequence[tuple[Line, float]], act: float, ask: float) -> None:
    say(f"act from {act}, ask from {ask}; of lines that were held back:")
    say(f"{'':9} {'stops':>6} {'acted':>6} {'asked':>6}   {'others':>6} {'hard':>6} {'acted':>6} {'asked':>6}")
    for language in [*sorted({line.language for line, _ in found}), ""]:
        own = [(line, p) for line, p in found if language in {"", line.language}]
        stops, others = [p for line, p in own if line.stop], [p for line, p in own if not line.stop]
        hard = sum(line.hard for line, _ in own)
        counts = [sum(p >= act for p in part) for part in (stops, others)]
        asked = [sum(ask <= p < act for p in part) for part in (stops, others)]
        left = f"{len(stops):6} {counts[0]:6} {asked[0]:6}"
        say(f"{language or 'all':9} {left}   {len(others):6} {hard:6} {counts[1]:6} {asked[1]:6}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
