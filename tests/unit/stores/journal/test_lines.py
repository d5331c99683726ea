"""One line of a journal, whole, torn and changed."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.app.records import Kind, Record
from dialgate.stores.journal import lines
from tests.fakes.journal_tools import AT, decision, opt_out

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
SEALED = lines.seal(7, 6, 3, lines.payload(decision("d1")))


@given(kind=st.sampled_from(Kind), text=st.text(), body=st.dictionaries(st.text(), JSON, max_size=4))
def test_a_record_comes_back_as_it_was(kind: Kind, text: str, body: dict[str, object]) -> None:
    """Whatever JSON the body holds, one line gives the equal record back."""
    record = Record(kind, text, "acme", AT, body)
    sealed = lines.seal(7, 6, 3, lines.payload(record))
    assert (lines.Line(7, 6, 3, record), 1) == (lines.read(sealed[:-1]), sealed.count(b"\n"))


def test_the_time_zone_is_kept() -> None:
    """An instant stays the same instant with the same offset."""
    record = Record(Kind.SETTLED, "d1", "acme", AT.astimezone(timezone(timedelta(hours=8))), {})
    line = lines.read(lines.seal(1, 0, 0, lines.payload(record))[:-1])
    assert ("2026-03-02T11:00:00+08:00",) == tuple(line.record.at.isoformat() for line in [line] if line)


def test_equal_records_have_equal_bytes() -> None:
    """The JSON is canonical: the order of keys does not show."""
    one, other = decision("d1", a=1, b=2), decision("d1", b=2, a=1)
    assert lines.payload(one) == lines.payload(other)


@given(st.integers(0, len(SEALED) - 2), st.integers(1, 255))
def test_a_changed_byte_is_noticed(position: int, change: int) -> None:
    """No line with one changed byte is taken for whole."""
    changed = bytearray(SEALED[:-1])
    changed[position] ^= change
    assert lines.read(bytes(changed)) is None


@given(st.integers(0, len(SEALED) - 2))
def test_a_torn_line_is_noticed(length: int) -> None:
    """No beginning of a line is taken for the line, and neither is what zeros stand before."""
    assert (None, None) == (lines.read(SEALED[:length]), lines.read(bytes(100) + SEALED[length:-1]))


def test_a_body_that_is_no_json_is_refused() -> None:
    """What could not be read back is not written: bytes, more than a segment can take."""
    for body in ({"a": b""}, {"a": "x" * lines.MAX_RECORD_BYTES}):
        with pytest.raises((ValueError, TypeError)):
            lines.payload(Record(Kind.DECISION, "d1", "acme", AT, body))


def test_a_kind_of_another_version_is_an_error() -> None:
    """A whole line that this version does not know is never passed over."""
    changed = lines.payload(opt_out("o1")).replace(b'"kind":"opt_out"', b'"kind":"of_tomorrow"')
    with pytest.raises(ValueError, match="of_tomorrow"):
        lines.read(lines.seal(1, 0, 0, changed)[:-1])
    with pytest.raises(ValueError, match="other than a record"):
        lines.read(lines.seal(1, 0, 0, b"[]")[:-1])
