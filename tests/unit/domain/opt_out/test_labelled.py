"""How well labelled replies are understood, by language, and the least that is good enough.

Of the test part nobody may see more than counts, so that nobody tunes on it. What was missed is printed of the
development part alone; of the test part only where `DIALGATE_SHOW_TEST_MISSES` asks for it, after which those lines are
no test any more.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import pytest

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import Understanding
from tests.fakes.lexicon import shipped
from tests.labelled import Line, lines, read

PARTS = ("development", "test")
LEAST_RECALL = 0.95
LEAST_IN = {"en": 0.90, "zh-Hans": 0.90, "es": 0.90, "fr": 0.90}
MOST_FALSE_STOPS = 0.005
"""Of the hard negatives."""
MOST_UNSURE = 0.05
"""Of the ordinary messages, hard ones included: so many at most a person has to decide in vain."""


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.counts["understood"] / max(1, self.counts["stop"])

    def __str__(self) -> str:
        c = self.counts
        return (
            f"recall {c['understood']}/{c['stop']} = {self.recall:.3f} (of them unsure {c['asked']}), "
            f"false stops {c['false']} of {c['hard']} hard, {c['unsure']} unsure of {c['none']} none, "
            f"start {c['started']}/{c['start']}, help {c['helped']}/{c['help']}, missed by group {dict(self.groups)}"
        )


@cache
def tallied(part: str) -> dict[str, Tally]:
    """By language, and of all under ""."""
    found: dict[str, Tally] = {}
    for line in lines(part):
        meant = read(line, shipped())
        for name in ("", line.language):
            count(line, meant, found.setdefault(name, Tally()))
    return found


def count(line: Line, meant: Understanding, tally: Tally) -> None:
    label, stopped = line.label.value, meant.intent is Intent.STOP
    tally.counts.update({label: 1, "hard": int(line.hard)})
    tally.counts["understood"] += label == "stop" and stopped
    tally.counts["asked"] += label == "stop" and stopped and not meant.sure
    tally.counts["started"] += label == "start" and meant.intent is Intent.START
    tally.counts["helped"] += label == "help" and meant.intent is Intent.HELP
    tally.counts["false"] += label != "stop" and line.hard and stopped and meant.sure
    tally.counts["unsure"] += label == "none" and stopped and not meant.sure
    if (label == "stop") != stopped:
        tally.groups[line.group] += 1
        tally.missed.append(f"{line.text!r} is {label}, not {meant.intent} ({meant.evidence})")


@pytest.mark.parametrize("part", PARTS)
def test_labelled_replies_are_understood(part: str) -> None:
    """Nearly every refusal is understood, and nearly nobody is silenced who did not ask for it."""
    tallies = tallied(part)
    told = "\n".join(f"{part} {language or 'all'}: {tally}" for language, tally in sorted(tallies.items()))
    if part == "development" or os.environ.get("DIALGATE_SHOW_TEST_MISSES"):
        told += "\n" + "\n".join(tallies[""].missed)
    print(told)
    everything = tallies[""].counts
    assert tallies[""].recall >= LEAST_RECALL, told
    assert [] == [language for language, least in LEAST_IN.items() if tallies[language].recall < least], told
    assert everything["false"] <= MOST_FALSE_STOPS * everything["hard"], told
    assert everything["unsure"] <= MOST_UNSURE * everything["none"], told
