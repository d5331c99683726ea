"""How likely it is that a reply refuses further contact: by its letters, and by what the grammar says of it.

Two logistic models, one on top of the other: over character n-grams, then over that one's score and the grammar's hint.
Their weights are data (`config/reply_model.json`), made by `scripts/train_reply_model.py` from labelled lines; this
module knows neither.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

HEAD_CHARS, TAIL_CHARS = 120, 60
"""What is read of a long text: people refuse in the first words or the last."""
LENGTHS = (2, 3, 4, 5)

_FIELDS = frozenset({"version", "learnt_from", "bias", "act", "ask", "hints", "weights"})
MOST_AGREEING = 3


class Hint(StrEnum):
    """What the grammar says."""

    STOP = "stop"
    UNSURE = "unsure"
    NONE = "none"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one hint. What each is multiplied by: 1; the score by letters; ln(1 + words that belong to no refusal); how
    many rules agree, beyond the first and up to the third; 1 if some words are those of something that is none.
    """

    offset: float
    letters: float
    unsaid: float
    agreeing: float
    shielded: float


@dataclass(frozen=True, slots=True)
class ReplyModel:
    """An immutable snapshot."""

    version: str
    learnt_from: str
    """SHA-256, hex, of the labelled lines that it was made from."""
    bias: float
    weights: Mapping[str, float]
    """By n-gram."""
    act: float
    """From this probability on a reply counts as a refusal."""
    ask: float
    """From this one on a person must decide."""
    hints: Mapping[Hint, Weights]


def probability(
    text: str, model: ReplyModel, hint: Hint, *, unsaid: int = 0, agreeing: int = 0, shielded: bool = False
) -> float:
    """That a normalised text asks for no more contact, from 0 to 1; calibrated on lines held back from training."""
    weights = model.hints[hint]
    return sigmoid(
        weights.offset
        + weights.letters * by_letters(text, model)
        + weights.unsaid * math.log1p(unsaid)
        + weights.agreeing * beyond_first(agreeing)
        + weights.shielded * shielded
    )


def by_letters(text: str, model: ReplyModel) -> float:
    """A score, above 0 for what is rather a refusal."""
    found = grams(text)
    weigh = model.weights.get
    return model.bias + sum(weigh(gram, 0.0) for gram in found) / math.sqrt(len(found) or 1)


def beyond_first(agreeing: int) -> int:
    return max(0, min(agreeing, MOST_AGREEING) - 1)


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))


def grams(text: str) -> set[str]:
    """The n-grams of a normalised text, its ends marked by spaces; single characters only where they are words."""
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = f"{text[:HEAD_CHARS]} {text[-TAIL_CHARS:]}"
    padded = f" {text} "
    found = {padded[at : at + length] for length in LENGTHS for at in range(len(padded) - length + 1)}
    if not text.isascii():
        found.update(char for char in text if char > "\u2e7f")
    return found


def compile_model(data: object) -> ReplyModel:
    """From the parsed file. Errors: ValueError that says what is wrong with it."""
    if not isinstance(data, Mapping) or set(data) != _FIELDS:
        raise ValueError(f"must have exactly {', '.join(sorted(_FIELDS))}; make it anew with train_reply_model.py")
    weights = data["weights"]
    numbers = (data["bias"], data["act"], data["ask"])
    if not isinstance(weights, Mapping) or not all(_is_number(one) for one in (*numbers, *weights.values())):
        raise ValueError("bias, act, ask and every weight must be a number")
    if not 0 < data["ask"] <= data["act"] <= 1:
        raise ValueError("0 < ask <= act <= 1 must hold")
    return ReplyModel(
        version=str(data["version"]),
        learnt_from=str(data["learnt_from"]),
        bias=float(data["bias"]),
        weights=MappingProxyType({str(gram): float(weight) for gram, weight in weights.items()}),
        act=float(data["act"]),
        ask=float(data["ask"]),
        hints=_hints(data["hints"]),
    )


def _hints(data: object) -> Mapping[Hint, Weights]:
    names = {field.name for field in fields(Weights)}
    if not isinstance(data, Mapping) or set(data) != set(Hint):
        raise ValueError(f"hints must be exactly {', '.join(Hint)}")
    for weights in data.values():
        if not isinstance(weights, Mapping) or set(weights) != names or not all(map(_is_number, weights.values())):
            raise ValueError(f"the weights of a hint must be numbers: {', '.join(sorted(names))}")
    return MappingProxyType({Hint(name): Weights(**weights) for name, weights in data.items()})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
