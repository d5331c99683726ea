"""The labelled replies are what their README says: well-formed, split by hash, and hard enough to measure with."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from hashlib import sha256
from typing import TypedDict

from tests.house import tree

REPLIES = tree.ROOT / "tests" / "data" / "replies"
MEASURED = ("development.jsonl", "test.jsonl")
LEARNING = "learning.jsonl"
FILES = (*MEASURED, LEARNING)
LANGUAGES = {"en", "zh-Hans", "zh-Hant", "es", "fr", "pt", "de", "it", "nl", "ja", "ko"}
LABELS = {"stop", "start", "help", "none"}
KINDS = {"text": str, "country": str, "language": str, "label": str, "hard": bool, "group": str}

LINES_AT_LEAST = 1200
LINES_OF_A_LANGUAGE_AT_LEAST = 60


class Reply(TypedDict):
    text: str
    country: str
    language: str
    label: str
    hard: bool
    group: str


def test_each_line_is_well_formed() -> None:
    """Whoever measures with the set may rely on every field of every line."""
    malformed = [_said(name, reply) for name, replies in _replies().items() for reply in replies if not _sound(reply)]
    assert [] == malformed, tree.mend("write these lines as tests/data/replies/README.md says", malformed)


def test_each_line_is_in_the_file_its_hash_names() -> None:
    """Nobody chooses what is tested: the text alone decides."""
    misplaced = [_said(name, reply) for name in MEASURED for reply in _replies()[name] if name != _file(reply["text"])]
    assert [] == misplaced, tree.mend("move these lines to the other file", misplaced)


def test_lines_are_sorted() -> None:
    """A new line has one place, so that two people who add lines do not meet."""
    unsorted = [name for name, replies in _replies().items() if replies != sorted(replies, key=_place)]
    assert [] == unsorted, tree.mend("sort these files by language, then by the hash of the text", unsorted)


def test_no_line_is_there_twice() -> None:
    """A reply counts once: not again in capitals, not in two files, and never both learned from and measured with."""
    times = Counter((reply["language"], reply["text"].casefold().strip()) for reply in _all())
    twice = [f"{language}: {text!r}" for (language, text), count in times.items() if count > 1]
    assert [] == twice, tree.mend("keep one of each", twice)


def test_one_text_has_one_meaning_in_one_country() -> None:
    """Two languages may share a word; one phone's word means one thing."""
    meanings: dict[tuple[str, str], set[str]] = {}
    for reply in _all():
        meanings.setdefault((reply["country"], reply["text"].casefold().strip()), set()).add(reply["label"])
    torn = [f"{country}: {text!r} {sorted(labels)}" for (country, text), labels in meanings.items() if len(labels) > 1]
    assert [] == torn, tree.mend("decide these by the policy, or leave them out", torn)


def test_the_set_is_large_and_hard() -> None:
    """Figures measured with the set mean something: it is large, and a third of it only looks like a refusal."""
    replies = _measured()
    assert len(replies) >= LINES_AT_LEAST
    assert 3 * sum(reply["hard"] for reply in replies) >= len(replies)


def test_each_language_has_its_share() -> None:
    """No language is measured on a handful of lines, and none is left out."""
    counts = Counter(reply["language"] for reply in _measured())
    thin = [language for language in sorted(LANGUAGES) if counts[language] < LINES_OF_A_LANGUAGE_AT_LEAST]
    assert [] == thin, tree.mend("write more lines in these languages", thin)


@cache
def _replies() -> dict[str, list[Reply]]:
    return {
        name: [json.loads(line) for line in (REPLIES / name).read_text("utf-8").split("\n") if line] for name in FILES
    }


def _all() -> list[Reply]:
    return [reply for replies in _replies().values() for reply in replies]


def _measured() -> list[Reply]:
    return [reply for name in MEASURED for reply in _replies()[name]]


def _sound(reply: Reply) -> bool:
    kinds = {field: type(value) for field, value in reply.items()}
    return (
        kinds == KINDS
        and bool(reply["text"].strip())
        and reply["language"] in LANGUAGES
        and reply["label"] in LABELS
        and not (reply["hard"] and reply["label"] != "none")
        and len(reply["country"]) == len("CN")
        and reply["country"].isupper()
        and reply["group"].replace("_", "").isalpha()
    )


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _file(text: str) -> str:
    return "development.jsonl" if _digest(text)[0] % 2 else "test.jsonl"


def _place(reply: Reply) -> tuple[str, bytes]:
    return reply["language"], _digest(reply["text"])


def _said(name: str, reply: Reply) -> str:
    return f"{name}: {json.dumps(reply, ensure_ascii=False)}"
