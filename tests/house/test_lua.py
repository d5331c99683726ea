"""The scripts of the guard store say what they take and what they answer."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from tests.house import tree


def test_each_script_states_its_signature() -> None:
    """Whoever calls a script reads KEYS, ARGV and what it returns above its first line of code."""
    silent = [
        f"{tree.name(path)}: {word}"
        for path in tree.files()
        if path.suffix == ".lua" and _is_whole(path)
        for word in ("KEYS:", "ARGV:", "Returns:")
        if word not in _opening(path)
    ]
    assert [] == silent, tree.mend("say these in the opening comment of the script", silent)


def _is_whole(path: Path) -> bool:
    """Preludes have no first line of their own: they are put into scripts, whose openings speak for them."""
    return path.read_text().startswith("#!lua")


def _opening(path: Path) -> str:
    return "\n".join(takewhile(lambda line: line.startswith("--"), path.read_text().splitlines()[1:]))
