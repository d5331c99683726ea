"""How far an import has come, beside the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialgate.ops.import_state import Progress, beside


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """Every count, and nothing of it is left over beside it."""
    path = beside(tmp_path / "list.csv")
    progress = Progress("job", line=2, sent=3, rejects_bytes=40, new=5, known=6, rejected=7, waiting=8, seconds=9.5)
    progress.save(path)
    assert (progress, [path]) == (Progress.load(path), list(tmp_path.iterdir()))


@pytest.mark.parametrize("text", [None, "", "[]", '{"line": 1}', '{"job": "x", "more": 1}', "{"])
def test_what_cannot_be_read_is_no_beginning_to_go_on_from(tmp_path: Path, text: str | None) -> None:
    """An import without a state begins anew: what is sent again is known."""
    path = tmp_path / "state"
    if text is not None:
        path.write_text(text)
    assert Progress.load(path) is None
