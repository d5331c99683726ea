"""The files of the project as the house rules see them: what git would keep, found without git."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "dialgate"
UNIT = ROOT / "tests" / "unit"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file under the root that `.gitignore` does not name, as absolute paths in a stable order."""
    ignored = [".git/", *(ROOT / ".gitignore").read_text().split()]
    return tuple(sorted(_kept(ROOT, ignored)))


def python(*under: str) -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix == ".py" and name(path).startswith(under))


def name(path: Path) -> str:
    """The path as a reader of the repository says it."""
    return path.relative_to(ROOT).as_posix()


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def mend(what_to_do: str, offenders: list[str]) -> str:
    """The message of a broken house rule: the mend first, then everything that needs it."""
    return "\n  ".join([f"{what_to_do}:", *offenders])


def _kept(directory: Path, ignored: list[str]) -> Iterator[Path]:
    for path in directory.iterdir():
        said = name(path) + "/" * path.is_dir()
        if any(fnmatch(said, pattern) or fnmatch(f"/{said}", f"*/{pattern}") for pattern in ignored):
            continue
        if path.is_dir():
            yield from _kept(path, ignored)
        else:
            yield path
