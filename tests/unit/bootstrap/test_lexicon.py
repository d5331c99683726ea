"""The words of replies come from files that say where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialgate.bootstrap.lexicon import read_keywords
from dialgate.settings import SettingsError
from tests.fakes.web_gate import KEYWORDS


def test_the_keywords_of_the_project_can_be_read() -> None:
    """What is shipped is well formed."""
    assert read_keywords(KEYWORDS) is not None


@pytest.mark.parametrize(
    "text", ["", "a: [", "- STOP", "intents: 5", "\x00"], ids=["empty", "broken", "list", "unknown", "binary"]
)
def test_keywords_that_cannot_be_read_name_their_place(tmp_path: Path, text: str) -> None:
    """A gate with half of its opt-out words does not start, and the operator knows where to look."""
    file = tmp_path / "keywords.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"keywords\.yaml: ."):
        read_keywords(file)


def test_missing_keywords_are_named(tmp_path: Path) -> None:
    """As any that cannot be read."""
    with pytest.raises(SettingsError, match=r"keywords\.yaml: .*No such file"):
        read_keywords(tmp_path / "keywords.yaml")
