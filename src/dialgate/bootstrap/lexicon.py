"""The words of replies, read from the files of the configuration."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING

import yaml

from dialgate.domain.opt_out.lexicon import Lexicon, compile_lexicon
from dialgate.domain.opt_out.model import compile_model
from dialgate.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYWORDS = "keywords.yaml"
REPLIES = "replies"
MODEL = "reply_model.json"


def read_lexicon(directory: Path) -> Lexicon:
    """From the directory above that of the policies. Errors: `SettingsError`, with the file and the place in it."""
    words = read_words(directory)
    model = _read(directory / MODEL, json.loads)
    collects = gc.isenabled()
    gc.disable()  # a million small things are made and all of them stay: to look through them takes half of the time
    try:
        return compile_lexicon(*words, compile_model(model))
    except ValueError as error:
        raise SettingsError(f"{directory}: {error}") from None
    finally:
        if collects:
            gc.enable()


def read_words(directory: Path) -> tuple[object, dict[str, object]]:
    """Keywords, and phrases by language, as they stand in the files. Errors: as `read_lexicon`."""
    keywords = _read(directory / KEYWORDS, _load)
    return keywords, {path.stem: _read(path, _load) for path in sorted((directory / REPLIES).glob("*.yaml"))}


def _load(text: str) -> object:
    """By the loader in C: the files are long, and every gate reads them before it answers."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _read(path: Path, parse: Callable[[str], object]) -> object:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"{path}: {error}") from None
