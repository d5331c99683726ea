"""What the grammar has nothing to say about: how likely it is that a reply refuses further contact, by its letters.

A logistic model over character n-grams. Its weights are data (`config/reply_model.json`), made by
`scripts/train_reply_model.py` from the development part of the labelled set; this module knows neither.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HEAD_CHARS, TAIL_CHARS = 120, 60
"""What is read of a long text: people refuse in the first words or the last."""
LENGTHS = (2, 3, 4, 5)

_FIELDS = frozenset({"version", "learnt_from", "bias", "act", "ask", "weights"})


@dataclass(frozen=True, slots=True)
class ReplyModel:
    """An immutable snapshot."""

    version: str
    learnt_from: str
    """SHA-256, hex, of the file of labelled lines that it was made from."""
    bias: float
    weights: Mapping[str, float]
    """By n-gram."""
    act: float
    """From this probability on a reply counts as a refusal."""
    ask: float
    """From this one on a person must decide."""


def probability(text: str, model: ReplyModel) -> float:
    """That a normalised text asks for no more contact, from 0 to 1; calibrated on lines held back from training."""
    found = grams(text)
    weigh = model.weights.get
    score = model.bias + sum(weigh(gram, 0.0) for gram in found) / math.sqrt(len(found) or 1)
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
    if not 0.5 <= data["ask"] <= data["act"] <= 1:  # noqa: PLR2004 - less likely than not is no refusal
        raise ValueError("0.5 <= ask <= act <= 1 must hold")
    return ReplyModel(
        version=str(data["version"]),
        learnt_from=str(data["learnt_from"]),
        bias=float(data["bias"]),
        weights=MappingProxyType({str(gram): float(weight) for gram, weight in weights.items()}),
        act=float(data["act"]),
        ask=float(data["ask"]),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
