"""Reading a journal back, with every way its end can look."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialgate.app.records import Kind, Record
from dialgate.stores.journal import lines, places
from dialgate.stores.journal.scan import Content, scan
from tests.fakes.journal_tools import AT, decision, opt_out, sent


def line(number: int, record: Record | None = None, durable: int | None = None, shipped: int = 0) -> bytes:
    """By default committed alone: all before it were on disk."""
    durable = number - 1 if durable is None else durable
    return lines.seal(number, durable, shipped, lines.payload(record or opt_out(f"o{number}")))


def write(directory: Path, *contents: bytes) -> Path:
    for index, content in enumerate(contents, start=1):
        places.segment(directory, index).write_bytes(content + bytes(500))
    return directory


def ids(content: Content) -> list[str]:
    return [record.id for record in content.unshipped]


def test_an_empty_journal_has_nothing(tmp_path: Path) -> None:
    """A directory without segments, or with reserved ones only, reads as empty."""
    assert [Content((), (), ())] * 2 == [scan(tmp_path), scan(write(tmp_path, b"", b""))]


def test_what_no_line_calls_shipped_is_read_in_order(tmp_path: Path) -> None:
    """The newest line tells how far shipping had come; everything after that is read, over all segments."""
    write(tmp_path, line(1) + line(2), line(3) + line(4, shipped=2), b"")
    assert ["o3", "o4"] == ids(scan(tmp_path))


def test_segments_that_the_owner_deleted_are_not_missed(tmp_path: Path) -> None:
    """Lines before the first segment are no loss if a later line says that they were shipped."""
    write(tmp_path, line(5) + line(6, shipped=4))
    assert (["o5", "o6"], ()) == (ids(scan(tmp_path)), scan(tmp_path).lost)


def test_a_first_segment_that_somebody_deleted_is_missed(tmp_path: Path) -> None:
    """Lines before the first segment that nobody shipped are a loss."""
    write(tmp_path, line(5) + line(6, shipped=3))
    assert ((1, 4),) == scan(tmp_path).lost


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_reading_ends_at_a_torn_tail(tmp_path: Path, cut: int) -> None:
    """The half of the last line was never acknowledged; what stands before it is whole."""
    write(tmp_path, line(1) + line(2) + line(3)[:-cut])
    assert Content((opt_out("o1"), opt_out("o2")), (), ()) == scan(tmp_path)


def test_a_hole_in_the_last_commit_is_a_torn_tail(tmp_path: Path) -> None:
    """Of one write, later pages may reach the disk and earlier ones not: none of it was acknowledged."""
    last = line(2, durable=1), bytes(len(line(3))), line(4, durable=1)
    write(tmp_path, line(1) + b"".join(last))
    assert (["o1", "o2"], ()) == (ids(scan(tmp_path)), scan(tmp_path).lost)


def test_a_first_commit_with_a_hole_is_a_torn_tail(tmp_path: Path) -> None:
    """Nothing was acknowledged before it, so nothing is lost."""
    write(tmp_path, bytes(40) + b"\n" + line(2, durable=0))
    assert Content((), (), ()) == scan(tmp_path)


def test_an_acknowledged_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A later line proves that it was on disk: it is reported, and the good ones after it are read."""
    broken = bytearray(line(2))
    broken[30] ^= 1
    write(tmp_path, line(1) + bytes(broken) + line(3) + line(4))
    assert (["o1", "o3", "o4"], ((2, 2),)) == (ids(scan(tmp_path)), scan(tmp_path).lost)


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    """Lines that are gone with their file are a loss like any other."""
    write(tmp_path, line(1), line(2) + line(3), line(4))
    places.segment(tmp_path, 2).unlink()
    assert (["o1", "o4"], ((2, 3),)) == (ids(scan(tmp_path)), scan(tmp_path).lost)


@pytest.mark.parametrize("outcome", ["sent", "released", "outcome_unknown", "recalled", "settled"])
def test_an_attempt_is_finished_by_any_outcome(tmp_path: Path, outcome: str) -> None:
    """Only allowed decisions without a later record are unfinished, shipped or not."""
    records = [decision("d1"), decision("d2"), decision("d3", "block"), Record(Kind(outcome), "d1", "acme", AT, {})]
    written = b"".join(line(number, record, shipped=number - 1) for number, record in enumerate(records, start=1))
    write(tmp_path, written)
    assert (("d2", "acme"),) == scan(tmp_path).unfinished


def test_an_outcome_in_a_later_segment_counts(tmp_path: Path) -> None:
    """Files are no border: a decision is finished wherever its outcome stands."""
    write(tmp_path, line(1, decision("d1")), line(2, sent("d1")))
    assert () == scan(tmp_path).unfinished


def test_what_a_dialer_only_asked_about_is_not_unfinished(tmp_path: Path) -> None:
    """A decision without a forwarded request gets its outcome from the dialer, not from a gate's death."""
    asked = decision("d1", reservation={"claim": None})

    assert () == scan(write(tmp_path, line(1, asked))).unfinished
