"""Where `--follow` writes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from dialgate.ops.options import Format
from dialgate.ops.screen import Lines, People, screen
from tests.fakes.native_api import row

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ROWS = [row(1, "suppressed"), row(2), row(3, "suppressed", "duplicate", retry_at="2026-03-02T04:00:00Z")]


def shown(width: int, language: str = "en", *, terminal: bool = True) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, highlight=False, _environ={})
    people = People("zh" if language == "zh" else "en", console)
    people.begin()
    people.show(ROWS)
    people.away(AT)
    people.away(AT)
    people.answered()
    people.end()
    return out.getvalue()


def test_a_terminal_gets_lines_a_footer_and_colours() -> None:
    """Reasons are counted below the lines; the state of things is said there and nowhere else."""
    text = shown(120)
    assert "\x1b[31m" in text
    assert "suppressed 2  duplicate 1" in text
    assert "watching; Ctrl-C ends" in text
    assert "the gate does not answer since 03:00:00" in text
    assert "again from" in text


def test_chinese_where_it_is_wanted() -> None:
    """Reasons, footer and notes are in Chinese."""
    text = shown(120, "zh")
    assert "被叫方已退订 2" in text
    assert "监视中" in text


@pytest.mark.parametrize(("width", "channel", "campaign"), [(40, 0, 0), (70, 1, 0), (100, 1, 1)])
def test_a_narrow_terminal_keeps_what_matters(width: int, channel: int, campaign: int) -> None:
    """Time, number and reason are always there; the rest as there is room."""
    (line,) = [line for line in shown(width).splitlines() if "+1***0001" in line]
    assert "suppressed" in line
    assert (channel, campaign) == (line.count("sms"), line.count("spring"))


def test_a_pipe_gets_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """No colours and no footer where nobody watches; notes and the sum go to standard error."""
    text = shown(120, terminal=False)
    assert ("\x1b" not in text, 3) == (True, len(text.splitlines()))
    said = capsys.readouterr().err.splitlines()
    assert ["the gate does not answer since 03:00:00; waiting for it", "the gate answers again"] == said[:2]
    assert "suppressed 2  duplicate 1" == said[2]


def test_programs_get_a_line_of_json_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is a row as the gate gave it."""
    lines = Lines("en", Format.JSON)
    lines.begin()
    lines.show(ROWS)
    assert [json.dumps(one) for one in ROWS] == capsys.readouterr().out.splitlines()


def test_programs_get_csv_with_one_heading(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is a row of columns that no spreadsheet runs."""
    lines = screen(Format.CSV, "en")
    lines.begin()
    lines.show(ROWS[:1])
    heading, first = capsys.readouterr().out.splitlines()
    assert ("decided_at,verdict,to", True) == (heading[:21], "block,'+1***0001,sms,spring,suppressed,," in first)


def test_nothing_yet_is_said() -> None:
    """Before the first refusal the footer says that there is none."""
    assert "nothing yet" == screen(Format.TABLE, "en").summary()
