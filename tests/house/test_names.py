"""Names say what a thing is in the words of the field; some words say nothing."""

from __future__ import annotations

import ast
import re

from tests.house import tree

EMPTY_WORDS = {"manager", "managers", "helper", "helpers", "util", "utils", "processor", "processors"}


def test_no_name_is_an_empty_word() -> None:
    """A module, class or function is called by what it does, so that the list of names reads as the plan."""
    empty = [
        f"{tree.name(path)}: {defined}"
        for path in tree.python("src/", "tests/")
        for defined in [path.stem, *_defined(tree.parsed(path))]
        if EMPTY_WORDS & set(_words(defined)) or defined.startswith("handle_")
    ]
    assert [] == empty, tree.mend("rename these after what they do; the glossary has the words", empty)


def _defined(module: ast.Module) -> list[str]:
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return [node.name for node in ast.walk(module) if isinstance(node, kinds)]


def _words(identifier: str) -> list[str]:
    """Of snake_case and CamelCase alike."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)]
