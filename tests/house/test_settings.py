"""`config/dialgate.toml` is the one list of settings: every key, its default, its unit and meaning."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from dialgate.settings import Settings, read_settings
from tests.house import tree

FILE = tree.ROOT / "config" / "dialgate.toml"
VARIABLE = re.compile(r"\bDIALGATE_([A-Z_]+?__[A-Z0-9_]+)\b")


def test_each_setting_is_in_the_file() -> None:
    """An operator sees every setting without reading code."""
    missing = sorted(set(_declared(Settings)) - set(_written(_file())))
    assert [] == missing, tree.mend("add these to config/dialgate.toml with default, unit and meaning", missing)


def test_each_key_of_the_file_is_a_setting() -> None:
    """The file holds nothing that the gate would refuse."""
    unknown = sorted(set(_written(_file())) - set(_declared(Settings)))
    assert [] == unknown, tree.mend("delete these from config/dialgate.toml, or declare them in Settings", unknown)


def test_the_file_holds_the_defaults() -> None:
    """What the file says is what holds without it."""
    assert Settings() == read_settings(FILE), "write the defaults of Settings into config/dialgate.toml"


def test_each_key_of_the_file_has_its_meaning() -> None:
    """No key stands without a comment, above it or behind it."""
    lines = FILE.read_text().splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"[a-z_]+ *=", line) and "#" not in line and not before.startswith("#")
    ]
    assert [] == bare, tree.mend("say what these mean, with their unit", bare)


def test_each_variable_that_is_named_is_a_setting() -> None:
    """The container files and the documents name environment variables that exist."""
    known = set(_declared(Settings))
    unknown = [
        f"{tree.name(path)}: DIALGATE_{said}"
        for path in _that_name_variables()
        for said in VARIABLE.findall(path.read_text())
        if said.lower().replace("__", ".") not in known
    ]
    assert [] == unknown, tree.mend("name these as the settings are called", unknown)


def _file() -> dict[str, object]:
    return tomllib.loads(FILE.read_text())


def _declared(model: type[BaseModel], under: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        group = _group(field)
        if group is None:
            yield under + name
        else:
            yield from _declared(group, f"{under}{name}.")


def _group(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _written(table: dict[str, object], under: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _written(value, f"{under}{name}.")
        else:
            yield under + name


def _that_name_variables() -> list[Path]:
    return [path for path in tree.files() if path.suffix == ".md" or path.parent.name == "docker"]
