"""One way to write rows: as a table for people, as JSON or CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialgate.ops.options import Format

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 160
"""Columns of a table that goes into a pipe or a file."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = Mapping[str, Any]


def console() -> Console:
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else WIDE, highlight=False, soft_wrap=not terminal)


def write(rows: Sequence[Row], columns: Mapping[str, str], form: Format, empty: str = "") -> None:
    """`columns`: key in a row -> heading. JSON holds the rows whole; CSV and table hold the columns."""
    match form:
        case Format.JSON:
            write_json(list(rows))
        case Format.CSV:
            _csv(rows, columns)
        case Format.TABLE:
            _table(rows, columns, empty)


def write_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def write_one(row: Row, form: Format) -> None:
    """One thing with its names, a line each."""
    if form is Format.TABLE:
        width = max(len(name) for name in row)
        for name, value in row.items():
            print(f"{name:{width}}  {_cell(value)}")
    elif form is Format.JSON:
        write_json(row)
    else:
        _csv([row], {name: name for name in row})


def clock_time(written: str | None, *, with_date: bool = True) -> str:
    """RFC 3339 as the local time of whoever reads; empty for nothing."""
    if not written:
        return ""
    return datetime.fromisoformat(written).astimezone().strftime("%m-%d %H:%M:%S" if with_date else "%H:%M:%S")


def _csv(rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(_cell(row.get(name))) for name in columns])


def harmless(cell: str) -> str:
    """Nothing that a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _table(rows: Sequence[Row], columns: Mapping[str, str], empty: str) -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in columns))
    console().print(table)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " ".join(_cell(one) for one in value)
        case dict():
            return " ".join(f"{name}={_cell(one)}" for name, one in value.items())
        case _:
            return str(value)
