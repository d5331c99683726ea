"""One way to write rows."""

from __future__ import annotations

import csv
import io
import json

import pytest

from dialgate.ops.options import Format
from dialgate.ops.output import clock_time, console, harmless, write, write_one

ROWS: list[dict[str, object]] = [{"a": "=1+1", "b": ["x", "y"], "c": True}, {"a": None, "b": {"k": 1}, "c": False}]
COLUMNS = {"a": "First", "b": "Second", "c": "Third"}


def test_a_table_has_headings_and_cells(capsys: pytest.CaptureFixture[str]) -> None:
    """Lists, pairs and switches read as words."""
    write(ROWS, COLUMNS, Format.TABLE)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [["First", "Second", "Third"], ["=1+1", "x", "y", "yes"], ["k=1", "no"]] == lines


def test_an_empty_table_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Not a heading over nothing."""
    write([], COLUMNS, Format.TABLE, "Nothing.")
    assert "Nothing.\n" == capsys.readouterr().out


def test_json_holds_rows_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the columns are."""
    write(ROWS, {"a": "a"}, Format.JSON)
    assert ROWS == json.loads(capsys.readouterr().out)


def test_csv_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """No cell begins like a formula."""
    write(ROWS, COLUMNS, Format.CSV)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [("'=1+1", "x y", "yes"), ("", "k=1", "no")] == [(row["a"], row["b"], row["c"]) for row in rows]
    assert ["'@x", "'-1", "x-1"] == [harmless(cell) for cell in ("@x", "-1", "x-1")]


@pytest.mark.parametrize(
    ("form", "said"), [(Format.TABLE, "sid   SK1\nrole  ops\n"), (Format.CSV, "sid,role\nSK1,ops\n")]
)
def test_one_thing(form: Format, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name and its value a line, or a row under its names."""
    write_one({"sid": "SK1", "role": "ops"}, form)
    assert said == capsys.readouterr().out


def test_times_are_short_and_local() -> None:
    """A time of the gate in the reader's zone; nothing for nothing."""
    assert ("", 14, 8) == (
        clock_time(None),
        len(clock_time("2026-03-02T03:00:00Z")),
        len(clock_time("2026-03-02T03:00:00Z", with_date=False)),
    )


def test_a_pipe_is_wide() -> None:
    """Rows that go into a file are not folded to a terminal that is not there."""
    assert 160 == console().width
