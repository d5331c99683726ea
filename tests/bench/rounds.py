"""Rounds in turn, and what is said of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    values: tuple[float, ...]
    of: str
    form: str = "{:.2f}"

    def line(self) -> str:
        middle, least, most = (
            self.form.format(value) for value in (statistics.median(self.values), min(self.values), max(self.values))
        )
        return f"| {self.what} | {middle} | {least} | {most} | {self.of} |\n"


def ratios(rounds: int, ours: Callable[[], float], baseline: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Requests a second of ours and of the baseline, A B A B ..., after one round of each that does not count."""
    baseline()
    ours()
    pairs = [(ours(), baseline()) for _ in range(rounds)]
    return [mine for mine, _ in pairs], [theirs for _, theirs in pairs]


def compared(
    what: str, mine: Sequence[float], theirs: Sequence[float], against: str, of: str = "requests"
) -> list[Row]:
    share = tuple(a / b for a, b in zip(mine, theirs, strict=True))
    return [
        Row(f"{what}, ratio", share, f"the {against}"),
        Row(f"{what}, a second", tuple(mine), of, "{:.0f}"),
        Row(f"{against}, a second", tuple(theirs), of, "{:.0f}"),
    ]
