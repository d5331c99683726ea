"""How well replies are understood, by language, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from dialgate.domain.opt_out.lexicon import Lexicon
from tests.bench.rounds import Row
from tests.labelled import Score, lines, read, scores, shipped

BARS = "microseconds; the bars are 150 at p50, 1,000 at p99"


def rows(rounds: int) -> list[Row]:
    lexicon = shipped()
    timed = [_percentiles(_times_us(lexicon)) for _ in range(rounds)]
    return [
        Row("understanding a reply, p50", tuple(p50 for p50, _ in timed), BARS, "{:.0f}"),
        Row("understanding a reply, p99", tuple(p99 for _, p99 in timed), BARS, "{:.0f}"),
    ]


def section() -> str:
    """A table of the test part, which nobody tunes on."""
    head = (
        "\n## Replies understood\n\nThe test part of `tests/data/replies`; asked = left to a person, held meanwhile. "
        "Bars: recall 0.95 of all, 0.90 in en, es, fr, zh-Hans; false stops 0.5 % of the hard negatives.\n\n"
        "| language | refusals | recall | asked | hard negatives | false stops | others | asked |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(_line(language, score) for language, score in scores("test", shipped()).items())


def _line(language: str, score: Score) -> str:
    false = f"{score.false_stops} ({score.false_stops / max(score.hard, 1):.2%})"
    refused = f"{score.stops} | {score.recall:.3f} | {score.asked}"
    return f"| {language} | {refused} | {score.hard} | {false} | {score.others} | {score.false_asks} |\n"


def _times_us(lexicon: Lexicon) -> list[float]:
    """Both parts: the longest message is 10,000 characters."""
    said = [*lines("development"), *lines("test")]
    long = [said[0].__class__("a " * 5_000, "US", "en", said[0].label, hard=False, group="long")]
    taken = []
    for line in said + long:
        began = time.perf_counter()
        read(line, lexicon)
        taken.append((time.perf_counter() - began) * 1e6)
    return sorted(taken)


def _percentiles(taken: Sequence[float]) -> tuple[float, float]:
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
