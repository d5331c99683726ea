"""Sizes that keep each file in one head. There is no list of exceptions."""

from __future__ import annotations

from pathlib import Path

from tests.house import tree

FUNCTION_LINES = 60
BY_PLACE = (
    ("src/dialgate/domain/rules/*.py", 80),
    ("src/dialgate/bootstrap.py", 200),
    ("src/dialgate/bootstrap/*.py", 200),
    ("*.lua", 80),
    ("*.py", 400),
    ("README*.md", 150),
)


def test_no_file_is_larger_than_its_place_allows() -> None:
    """A file holds one idea, and its place says how many lines one idea may take."""
    too_long = [
        f"{tree.name(path)}: {tree.line_count(path)} lines, at most {limit}"
        for path in tree.files()
        if (limit := _limit(path)) and tree.line_count(path) > limit
    ]
    assert [] == too_long, tree.mend("split these files along what they own, or delete", too_long)


def test_no_function_is_larger_than_a_screen() -> None:
    """A function can be read without scrolling."""
    too_long = [
        f"{tree.name(path)}:{function.lineno} {function.name}: {lines} lines, at most {FUNCTION_LINES}"
        for path in tree.python()
        for function in tree.functions(path)
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES
    ]
    assert [] == too_long, tree.mend("name the steps of these functions and make each its own", too_long)


def _limit(path: Path) -> int | None:
    """Lines; the first place that fits counts."""
    return next((limit for place, limit in BY_PLACE if Path(tree.name(path)).match(place)), None)
