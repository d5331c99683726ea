"""When one attempt is permitted: every row must permit in every zone in which the called person may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dialgate.domain.calendar import Calendar, DayKind, closes, kind_of, local, opens
from dialgate.domain.policy.rows import HoursRow

LOOK_AHEAD_DAYS = 45
"""The longest run of days without a window is looked over; beyond it there is no answer."""
_DAY = timedelta(days=1)
_DAYS_KEPT = 64

Span = tuple[datetime, datetime]
"""From (inclusive) and until (exclusive)."""
_EVER: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Schedule:
    """All instants are aware; those that are answered are UTC, except an instant that was asked about."""

    rows: tuple[HoursRow, ...]
    zones: tuple[str, ...]
    calendars: tuple[Calendar, ...]
    problem: str = ""
    """Why no zone is known, a sentence; then no row permits at any time."""
    _open: dict[tuple[date, ...], list[Span]] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out before: by the local days of the zones, the spans in which all rows permit in all zones."""
    _ends: dict[datetime, datetime | None] = field(default_factory=dict, compare=False, repr=False)
    """Likewise: by the end of such a span, the first instant from it on at which some row refuses."""

    def permits(self, at: datetime) -> bool:
        """As `not refusing(at)`, in a few microseconds."""
        if self.problem:
            return not self.rows
        return any(opened <= at < closed for opened, closed in self._today(at))

    def refusing(self, at: datetime) -> tuple[HoursRow, ...]:
        if self.problem:
            return self.rows
        return tuple(row for row in self.rows if not all(self._permits(row, zone, at) for zone in self.zones))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first instant, not before `at`, at which all rows permit in all zones; None if none is known."""
        if self.problem:
            return None
        instant = at
        while instant - at < LOOK_AHEAD_DAYS * _DAY:
            starts = [self._start(row, zone, instant) for row in self.rows for zone in self.zones]
            known = [start for start in starts if start is not None]
            if len(known) < len(starts):
                return None
            latest = max(known, default=instant)
            if latest == instant:
                return instant
            instant = latest
        return None

    def closes_at(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which some row refuses in some zone; None if that is too far ahead."""
        if self.problem:
            return at if self.rows else None
        end = next((closed for opened, closed in self._today(at) if opened <= at < closed), None)
        if end is None:
            return at
        if end not in self._ends:
            if len(self._ends) >= _DAYS_KEPT:
                self._ends.clear()
            self._ends[end] = self._first_refused(end)
        return self._ends[end]

    def is_holiday(self, at: datetime) -> bool:
        """By the calendar of the place, in any of the zones."""
        return any(kind_of(local(at, zone).date(), self.calendars) is DayKind.HOLIDAY for zone in self.zones)

    def _today(self, at: datetime) -> list[Span]:
        """The spans of the local days that it is then, in which all rows permit in all zones."""
        days = tuple([local(at, zone).date() for zone in self.zones])
        spans = self._open.get(days)
        if spans is None:
            if len(self._open) >= _DAYS_KEPT:
                self._open.clear()
            spans = self._open[days] = self._common(days)
        return spans

    def _first_refused(self, at: datetime) -> datetime | None:
        """From `at` on, where a window of one day may go on in the next."""
        instant = at
        while not self.refusing(instant):
            ends = [self._end(row, zone, instant) for row in self.rows for zone in self.zones]
            if not ends or instant - at >= LOOK_AHEAD_DAYS * _DAY:
                return None
            instant = min(ends)
        return instant

    def _common(self, days: tuple[date, ...]) -> list[Span]:
        """While each zone has its day of `days`."""
        found = [_EVER]
        for row in self.rows:
            for zone, day in zip(self.zones, days, strict=True):
                spans = self._on(row, zone, day)
                found = [(max(a, c), min(b, d)) for a, b in found for c, d in spans if max(a, c) < min(b, d)]
        return found

    def _on(self, row: HoursRow, zone: str, day: date) -> list[Span]:
        windows = row.windows(day, self.calendars) or ()
        return [(opens(zone, day, begin), closes(zone, day, end)) for begin, end in windows]

    def _permits(self, row: HoursRow, zone: str, at: datetime) -> bool:
        day = local(at, zone).date()
        return any(opened <= at < closed for opened, closed in self._on(row, zone, day))

    def _spans(self, row: HoursRow, zone: str, at: datetime) -> Iterator[Span]:
        """The open spans that end after `at`, in order."""
        first = local(at, zone).date()
        for ahead in range(LOOK_AHEAD_DAYS):
            for opened, closed in self._on(row, zone, first + ahead * _DAY):
                if opened < closed and at < closed:
                    yield opened, closed

    def _start(self, row: HoursRow, zone: str, at: datetime) -> datetime | None:
        return next((max(opened, at) for opened, _ in self._spans(row, zone, at)), None)

    def _end(self, row: HoursRow, zone: str, at: datetime) -> datetime:
        """Of the span that `at` is in."""
        return next(closed for _, closed in self._spans(row, zone, at))
