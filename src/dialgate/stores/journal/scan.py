"""Read a journal back after its owner's death: what is not in SQL yet, and which attempts have no outcome."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.records import NAMING, Kind, Record
from dialgate.stores.journal import lines, places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUTCOMES = NAMING | {Kind.RELEASED, Kind.OUTCOME_UNKNOWN, Kind.RECALLED, Kind.SETTLED}


@dataclass(frozen=True, slots=True)
class Content:
    unshipped: tuple[Record, ...]
    """In the order of writing; some of the first may be in SQL already."""
    unfinished: tuple[tuple[str, str], ...]
    """(decision id, tenant) of allowed attempts that were to be forwarded and have no outcome, oldest first."""
    lost: tuple[tuple[int, int], ...]
    """First and last number of acknowledged lines that cannot be read any more: the disk has failed its promise."""


def scan(directory: Path) -> Content:
    """Ends at a torn tail: what stood there was never acknowledged. Errors: `OSError`; `ValueError` or `KeyError` for
    lines of a version that this one does not know.
    """
    unfinished: dict[str, str] = {}
    unshipped: deque[lines.Line] = deque()
    lost: list[tuple[int, int]] = []
    last = shipped = 0
    for line in _lines(directory):
        if line.number != last + 1:
            if line.durable <= last:
                break
            lost.append((last + 1, line.number - 1))
        last, shipped = line.number, max(shipped, line.shipped)
        unshipped.append(line)
        while unshipped and unshipped[0].number <= shipped:
            unshipped.popleft()
        _note_outcome(unfinished, line.record)
    if lost and lost[0][0] == 1 and lost[0][1] <= shipped:
        del lost[0]  # The owner had deleted them, because they were in SQL.
    return Content(tuple(line.record for line in unshipped), tuple(unfinished.items()), tuple(lost))


def _lines(directory: Path) -> Iterator[lines.Line]:
    for path in places.segments(directory):
        for piece in path.read_bytes().split(b"\n"):
            line = lines.read(piece)
            if line is not None:
                yield line


def _note_outcome(unfinished: dict[str, str], record: Record) -> None:
    if record.kind is Kind.DECISION and _forwarded_here(record):
        unfinished[record.id] = record.tenant
    elif record.kind in OUTCOMES:
        unfinished.pop(record.id, None)


def _forwarded_here(decision: Record) -> bool:
    """Only a forwarded attempt has a claim: what a dialer merely asked about has its outcome from the dialer."""
    reservation = decision.body.get("reservation")
    return bool(reservation and reservation["claim"])
