"""The words of replies come from files that say where they are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialgate.bootstrap.lexicon import read_lexicon
from dialgate.settings import SettingsError
from tests.house import tree


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    config = tree.ROOT / "config"
    for name in ("keywords.yaml", "reply_model.json"):
        shutil.copy(config / name, tmp_path / name)
    (tmp_path / "replies").mkdir()
    shutil.copy(config / "replies" / "en.yaml", tmp_path / "replies")
    return tmp_path


def test_the_words_of_the_project_can_be_read(directory: Path) -> None:
    """What is shipped is well formed."""
    assert {"en"} == set(read_lexicon(directory).phrases)


@pytest.mark.parametrize("name", ["keywords.yaml", "replies/en.yaml", "reply_model.json"])
@pytest.mark.parametrize(
    "text", ["", "a: [", "- STOP", "intents: 5", "\x00"], ids=["empty", "broken", "list", "unknown", "binary"]
)
def test_words_that_cannot_be_read_name_their_place(directory: Path, name: str, text: str) -> None:
    """A gate with half of its opt-out words does not start, and the operator knows where to look."""
    (directory / name).write_text(text)
    with pytest.raises(SettingsError, match=rf"{directory.name}.*: ."):
        read_lexicon(directory)


@pytest.mark.parametrize("name", ["keywords.yaml", "reply_model.json"])
def test_missing_words_are_named(directory: Path, name: str) -> None:
    """As any that cannot be read."""
    (directory / name).unlink()
    with pytest.raises(SettingsError, match=rf"{name}: .*No such file"):
        read_lexicon(directory)
