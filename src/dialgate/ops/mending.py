"""What spreadsheets do to numbers and dates, and what of it can be undone without guessing. Reads no file.

A cell that cannot be undone is told by a word, which `ops/words.py` has the sentence for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

MOST_CHARS = 256
"""Of a number or a note. Source: the gate's own bounds (`/openapi.json`)."""

_AS_IT_IS = re.compile(r"\+?[0-9]{7,15}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_AS_TEXT = re.compile(r'="?([^"]*)"?')
"""What keeps a spreadsheet from reckoning with it: ="13800138000"."""
_POWER = re.compile(r"(\+?)([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_DECIMAL = re.compile(r"(\+?[0-9]{5,})[.,]0+")
_BY_YEAR = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d.*))?")
_BY_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T ]+(\d.*))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)? ?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Broken:
    reason: str


def number(cell: str) -> str | Broken:
    """The text that the gate is asked about; it alone knows what is a number."""
    if _AS_IT_IS.fullmatch(cell):
        return cell
    text = cell.strip().strip(_UNSEEN).strip()
    if found := _AS_TEXT.fullmatch(text):
        text = found[1].strip()
    text = text.lstrip("'\u2018\u2019`").strip()
    if found := _POWER.fullmatch(text):
        return _powered(*found.groups(""))
    if found := _DECIMAL.fullmatch(text):
        text = found[1]
    if not text:
        return Broken("missing")
    return Broken("characters") if len(text) > MOST_CHARS or _CONTROL.search(text) else text


def note(cell: str) -> str:
    """Cut rather than refused: no opt-out is lost for its words."""
    return _CONTROL.sub(" ", cell).strip()[:MOST_CHARS]


def instant(cell: str, zone: tzinfo | None) -> str | Broken:
    """RFC 3339 in UTC; empty for nothing. `zone`: of times without one; None is this machine's."""
    text = cell.strip().lstrip("'")
    if not text:
        return ""
    if _SERIAL.fullmatch(text):
        return Broken("date_serial")
    if found := _BY_YEAR.fullmatch(text):
        year, month, day, clock = found.groups()
    elif found := _BY_DAY.fullmatch(text):
        day, month, year, clock = found.groups()
        if int(day) <= _MONTHS and day != month:
            return Broken("date_ambiguous")
    else:
        return Broken("date")
    try:
        return _written(_at(int(year), int(month), int(day), clock or "0:00", zone))
    except (ValueError, OverflowError):
        return Broken("date")


def _powered(sign: str, first: str, rest: str, power: str) -> str | Broken:
    """Only where all digits are there: 1.38001E+10 has lost five of its eleven."""
    return sign + first + rest if len(rest) == int(power) else Broken("exponent")


def _at(year: int, month: int, day: int, clock: str, zone: tzinfo | None) -> datetime:
    found = _CLOCK.fullmatch(clock.strip())
    if not found:
        raise ValueError(clock)
    hour, minute, second, offset = found.groups()
    at = datetime(year, month, day, int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - its zone comes next
    if offset:
        return datetime.fromisoformat(at.isoformat() + offset.upper())
    return at.replace(tzinfo=zone) if zone else at.astimezone()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
