"""Running what needs the stores themselves."""

from __future__ import annotations

import pytest
import typer

from dialgate.app.errors import LedgerUnavailableError
from dialgate.ops.opened import run


async def _seven() -> int:
    return 7


async def _down() -> None:
    raise LedgerUnavailableError("SQL does not answer.")


def test_the_answer_comes_back() -> None:
    """What the work found is returned."""
    assert 7 == run(_seven())


def test_a_failure_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """What is down is said on standard error, without a traceback, with exit status 1."""
    with pytest.raises(typer.Exit) as ended:
        run(_down())
    assert (1, "SQL does not answer.\n") == (ended.value.exit_code, capsys.readouterr().err)
