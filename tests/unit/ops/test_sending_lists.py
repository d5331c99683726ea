"""Sending a list: in batches, in order of number, counted, and gone on with where it was stopped."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from dialgate.ops.client import Client, GateAwayError, GateRefusedError
from dialgate.ops.import_state import Progress
from dialgate.ops.reading_lists import Row, Wrong
from dialgate.ops.sending_lists import BATCH, CHUNK, Rejects, Sending

ROWS = 2 * BATCH + 500


@dataclass
class Gate:
    """Takes in what it is sent once, as the gate does; refuses numbers that end in 99."""

    numbers: set[str] = field(default_factory=set)
    asked: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def post(self, path: str, body: dict[str, Any], query: dict[str, object]) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop()
        self.asked.append({"path": path, "query": query, **body})
        numbers = [row["to"] for row in body["rows"]]
        good = [number for number in numbers if not number.endswith("99")]
        wrong = [
            {"index": place, "reason": "invalid", "detail": "No."}
            for place, number in enumerate(numbers)
            if number.endswith("99")
        ]
        new = len(set(good) - self.numbers)
        self.numbers.update(good)
        return {"new": new, "known": len(good) - new, "in_force": True, "rejected": wrong}


@dataclass
class Import:
    gate: Gate
    rejects: Path
    progress: Progress = field(default_factory=lambda: Progress("job"))
    saved: list[Progress] = field(default_factory=list)
    slept_s: list[float] = field(default_factory=list)

    def run(self, read: Iterator[Row | Wrong]) -> Generator[int, None, None]:
        rejects = Rejects(self.rejects, self.progress.rejects_bytes, lambda reason, detail: f"{reason}: {detail}")
        sending = Sending(
            cast("Client", self.gate),
            {"tenant": "acme"},
            {"source": "import"},
            self.progress,
            rejects,
            lambda: self.saved.append(copy(self.progress)),
            self.slept_s.append,
        )
        try:
            yield from sending.all(read)
        finally:
            rejects.close()


@pytest.fixture
def importing(tmp_path: Path) -> Import:
    return Import(Gate(), tmp_path / "rejects.csv")


def read(count: int = ROWS) -> Iterator[Row | Wrong]:
    """Numbers downward; each hundredth row is damaged, and the gate refuses others."""
    for line in range(1, count + 1):
        yield Wrong(line, "1E+1", "exponent") if line % 100 == 0 else Row(line, f"+1{10**9 - line}")


def test_everything_is_sent_once(importing: Import) -> None:
    """Each batch is sorted, counted and saved; what was wrong is told with line, text, word and sentence."""
    done = sum(importing.run(read()))
    progress = importing.progress
    damaged = ROWS // 100
    refused = sum(isinstance(one, Row) and one.number.endswith("99") for one in read())
    assert (ROWS, ROWS - damaged - refused, 0, damaged + refused) == (
        done,
        progress.new,
        progress.known,
        progress.rejected,
    )
    assert all(asked["rows"] == sorted(asked["rows"], key=lambda row: str(row["to"])) for asked in importing.gate.asked)
    lines = importing.rejects.read_text(encoding="utf-8-sig").splitlines()
    assert ("line,number,why,meaning", "100,1E+1,exponent,exponent: ") == tuple(lines[:2])
    assert "1,'+1999999999,invalid,invalid: No." in lines
    assert 1 + damaged + refused == len(lines)


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_it_goes_on_where_it_was_stopped(importing: Import, after: int) -> None:
    """Stopped at any save and started again from there: the same rejects, each number sent, none counted twice."""
    running = importing.run(read())
    while len(importing.saved) < after:
        next(running)
    running.close()
    with importing.rejects.open("a") as rejects:
        rejects.write("half a li")
    again = Import(importing.gate, importing.rejects, importing.saved[after - 1])
    assert [] != list(again.run(read()))
    whole = Import(Gate(), importing.rejects.with_name("whole.csv"))
    assert [] != list(whole.run(read()))
    assert whole.gate.numbers == again.gate.numbers
    assert whole.rejects.read_text() == again.rejects.read_text()
    assert (whole.progress.rejected, whole.progress.new) == (
        again.progress.rejected,
        again.progress.new + again.progress.known,
    )


def test_a_later_chunk_begins_at_its_line(importing: Import) -> None:
    """More rows than are sorted at once."""
    read_rows: list[Row | Wrong] = [Row(line, f"+1{line:09}0") for line in range(1, CHUNK + 3)]
    assert CHUNK + 2 == sum(importing.run(iter(read_rows)))
    assert (CHUNK + 1, 1, CHUNK + 2) == (importing.progress.line, importing.progress.sent, importing.progress.new)


@pytest.mark.parametrize("error", [GateAwayError("there"), GateRefusedError(503, "SQL is away.")])
def test_a_gate_that_is_away_for_a_moment_is_asked_again(importing: Import, error: Exception) -> None:
    """A restart of the gate does not end an import."""
    importing.gate.errors = [error]
    assert 5 == sum(importing.run(read(5)))
    assert (4, 1) == (importing.progress.new, len(importing.slept_s))


def test_a_refusal_ends_it(importing: Import) -> None:
    """Whoever may not import learns it at once."""
    importing.gate.errors = [GateRefusedError(403, "You may not.")]
    with pytest.raises(GateRefusedError):
        list(importing.run(read(5)))


def test_what_is_not_in_force_yet_is_counted(importing: Import) -> None:
    """The operator learns how many are durable only."""
    answer = {"new": 5, "known": 0, "in_force": False, "rejected": []}
    importing.gate.post = lambda *_: answer  # type: ignore[method-assign]
    assert 5 == sum(importing.run(read(5)))
    assert 5 == importing.progress.waiting
