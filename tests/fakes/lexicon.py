"""The words as they are shipped, compiled once a process."""

from __future__ import annotations

from functools import cache

from dialgate.bootstrap.lexicon import read_lexicon
from dialgate.domain.opt_out.lexicon import Lexicon
from tests.house import tree


@cache
def shipped() -> Lexicon:
    return read_lexicon(tree.ROOT / "config")
