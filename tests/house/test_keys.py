"""Every kind of key in the guard store is declared: its type, and whether it ends by itself."""

from __future__ import annotations

import inspect
import re

from dialgate.stores.guards.keys import PATTERNS, Keys
from tests.house import tree

WHERE = "declare these once in PATTERNS of stores/guards/keys.py, with type and expiry"


def test_each_key_that_is_made_is_declared_once() -> None:
    """No key gets into the store that the list of patterns does not explain."""
    unexplained = [f"{key}: {kinds}" for key in _made() if len(kinds := _kinds(key)) != 1]
    assert [] == unexplained, tree.mend(WHERE, unexplained)


def test_each_declared_key_is_made() -> None:
    """The list of patterns holds nothing that the store never sees."""
    made = {kind for key in _made() for kind in _kinds(key)}
    unused = [pattern.name for pattern in PATTERNS if pattern.name not in made]
    assert [] == unused, tree.mend("delete these from PATTERNS of stores/guards/keys.py", unused)


def test_each_declaration_says_what_the_key_holds() -> None:
    """Whoever looks into the store can tell from the list what a key is for."""
    silent = [pattern.name for pattern in PATTERNS if not pattern.holds]
    assert [] == silent, tree.mend(WHERE, silent)


def _made() -> list[str]:
    """One example of each key, without the partition's tag: from the attributes of `Keys` and from its methods."""
    keys = Keys(b"pepper")
    public = [getattr(keys, name) for name in [*vars(keys), *vars(Keys)] if not name.startswith("_")]
    examples = [_example(value) if inspect.ismethod(value) else value for value in public]
    tagged = [key for key in examples if isinstance(key, str) and key.startswith(keys.tag) and key != keys.tag]
    return [key.removeprefix(keys.tag) for key in tagged]


def _example(make: object) -> object:
    assert callable(make)
    return make(*("1" for _ in inspect.signature(make).parameters))


def _kinds(key: str) -> list[str]:
    return [pattern.name for pattern in PATTERNS if re.fullmatch(pattern.key, key)]
