"""How the proof itself is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

HIDING = {"skip", "skipif", "xfail", "importorskip"}
PATCHING = {"unittest.mock", "mock", "pytest_mock"}


def test_each_test_states_its_promise() -> None:
    """A failing test tells what was promised, in a sentence, without its code being read."""
    silent = [
        f"{tree.name(path)}:{function.lineno} {function.name}"
        for path in tree.python("tests/")
        for function in tree.functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert [] == silent, tree.mend("give these tests a docstring: the promise in one sentence", silent)


def test_no_test_can_be_passed_over() -> None:
    """Green means that everything ran: no test is skipped, and none is expected to fail."""
    hidden = [f"{tree.name(path)}:{node.lineno} {_last(node)}" for path, node in _names() if _last(node) in HIDING]
    assert [] == hidden, tree.mend("mend or delete these tests; add the missing tool to the test requirements", hidden)


def test_no_test_patches_code() -> None:
    """Tests put fakes at ports: what runs in a test is what runs in production."""
    patched = [
        f"{tree.name(path)}:{node.lineno}"
        for path, node in _names()
        if ast.unparse(node) in {"monkeypatch.setattr", "monkeypatch.setitem", "monkeypatch.delattr"}
    ]
    imported = [
        f"{tree.name(path)}: {', '.join(names)}"
        for path in tree.python("tests/")
        for node in ast.walk(tree.parsed(path))
        if (names := _imported(node) & PATCHING)
    ]
    assert [] == patched + imported, tree.mend("pass a fake through the port instead", patched + imported)


def _names() -> Iterator[tuple[Path, ast.Attribute]]:
    for path in tree.python("tests/"):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.Attribute):
                yield path, node


def _last(node: ast.Attribute) -> str:
    owner = ast.unparse(node.value)
    return node.attr if owner in {"pytest", "pytest.mark", "unittest"} else ""


def _imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {alias.name for alias in names}
        case ast.ImportFrom(module=str(module), names=names):
            return {module, *(f"{module}.{alias.name}" for alias in names)}
        case _:
            return set()
