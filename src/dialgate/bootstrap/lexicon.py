"""The words of replies, read from the files of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from dialgate.domain.opt_out.keywords import Keywords, compile_keywords
from dialgate.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

KEYWORDS = "keywords.yaml"
"""Beside the directory of the policies."""


def read_keywords(path: Path) -> Keywords:
    """Errors: `SettingsError` that names the place in the file."""
    try:
        return compile_keywords(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"{path}: {error}") from None
