"""Each module has its tests where a reader looks for them, and the packages are whole."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import tree

SCRIPTS = "src/dialgate/stores/sql/migrations/"
"""Run by alembic, never imported; the suites that build each schema from them are their test."""


def test_each_module_has_its_tests() -> None:
    """Whoever changes a module finds its tests under the same path in tests/unit."""
    missing = [
        f"{tree.name(path)} has no test in {tree.name(_test_of(path))}"
        for path in _modules()
        if any(_runs(function) for function in tree.functions(path)) and not _has_tests(_test_of(path))
    ]
    assert [] == missing, tree.mend("write the tests, or delete the module", missing)


def test_each_unit_test_has_its_module() -> None:
    """No test outlives, or sits apart from, the module that it is about."""
    wanted = {_test_of(path) for path in _modules()}
    tests = [path for path in tree.python("tests/unit/") if path.name.startswith("test_")]
    astray = [tree.name(path) for path in tests if path not in wanted]
    assert [] == astray, tree.mend("move these to tests/unit/<path of the module>/test_<module>.py", astray)


def test_each_folder_of_modules_is_a_package() -> None:
    """The import contracts see every module: they do not look into folders without an __init__.py."""
    folders = {path.parent for path in _modules()}
    bare = sorted(tree.name(folder) for folder in folders if not (folder / "__init__.py").exists())
    assert [] == bare, tree.mend("give these folders an __init__.py with one sentence on what they own", bare)


def _modules() -> list[Path]:
    return [path for path in tree.python("src/") if not tree.name(path).startswith(SCRIPTS)]


def _runs(function: tree.Function) -> bool:
    """A module of declarations alone (ports, records, names handed on) does nothing that a test could ask about."""
    return not all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in function.body)


def _test_of(path: Path) -> Path:
    """`a/b.py` is tested by `a/test_b.py`, `a/__init__.py` by `a/test_init.py`."""
    return tree.UNIT / path.relative_to(tree.SRC).with_name(f"test_{path.stem.strip('_')}.py")


def _has_tests(path: Path) -> bool:
    return path.exists() and any(function.name.startswith("test_") for function in tree.functions(path))
