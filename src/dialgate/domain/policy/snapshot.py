"""The compiled policy: which rows apply to an attempt, for the packs alone and together with a tenant's own policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.calendar import Calendar
from dialgate.domain.numbers import Number
from dialgate.domain.policy.caps import CapRow, Count
from dialgate.domain.policy.places import Place, Places, Whereabouts
from dialgate.domain.policy.rows import HoursRow
from dialgate.domain.policy.schedule import Schedule

R = TypeVar("R", HoursRow, CapRow)
Kind = tuple[Channel, Purpose]
Case = tuple[tuple[Place, ...], tuple[str, ...], Channel, Purpose, str]
_CASES_KEPT = 4_096
WORLD = Place("*")
"""The profile of every country without rows of its own."""


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """All rows that apply at one place, those of its country included."""

    calendars: tuple[Calendar, ...]
    hours: Mapping[Kind, tuple[HoursRow, ...]]
    caps: Mapping[Kind, tuple[CapRow, ...]]


@dataclass(frozen=True, slots=True)
class Policy:
    """The packs."""

    version: str
    """Day of the newest file, digest of all of them, version of the time zone data."""
    places: Places
    rules: Mapping[Place, PlaceRules]
    calendars: Mapping[str, Calendar]
    """By country or sub-division; `until` of each is the horizon that an operator must watch."""

    def at(self, place: Place) -> PlaceRules:
        return self.rules.get(place) or self.rules.get(Place(place.country)) or self.rules[WORLD]


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that apply to an attempt: when it may be made, and what it counts towards."""

    schedule: Schedule
    caps: tuple[CapRow, ...]
    misread: bool = False
    """Whether the caller gave a location that names no place."""

    def counts(self, attempt: Attempt, number: Number) -> Iterator[tuple[CapRow, Count | None]]:
        """For each cap in force; None where that needs a zone and none is known."""
        for cap in self.caps:
            if cap.span and self.schedule.problem:
                yield cap, None
            else:
                for count in cap.counts(attempt, number.e164, self.schedule.zones):
                    yield cap, count


@dataclass(frozen=True, slots=True)
class TenantPolicy:
    """What holds for one tenant: the packs, unless its base is open, and what it has added."""

    policy: Policy
    packs: bool = True
    hours: tuple[HoursRow, ...] = ()
    caps: tuple[CapRow, ...] = ()
    duplicate: bool = True
    """Whether the rules of these names apply; under an open base only where they are put back."""
    caller_id: bool = True

    _known: dict[Case, Standing] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out before."""

    def standing(self, attempt: Attempt, number: Number) -> Standing:
        """What applies to this attempt."""
        where = self.policy.places.of(number, attempt.location)
        case = (where.places, where.zones, attempt.channel, attempt.purpose, attempt.device)
        found = self._known.get(case)
        if found is None or found.schedule.problem != where.problem:
            if len(self._known) >= _CASES_KEPT:
                self._known.clear()
            found = self._known[case] = self._worked_out(attempt, where)
        return found

    def _worked_out(self, attempt: Attempt, where: Whereabouts) -> Standing:
        found = [self.policy.at(place) for place in where.places]
        calendars = {calendar.code: calendar for rules in found for calendar in rules.calendars}
        hours = (*self._packed([rules.hours for rules in found], attempt), *self.hours)
        caps = (*self._packed([rules.caps for rules in found], attempt), *self.caps)
        return Standing(
            Schedule(hours, where.zones, tuple(calendars.values()), where.problem),
            tuple(cap for cap in caps if cap.row.covers(attempt)),
            where.misread,
        )

    def _packed(self, places: Sequence[Mapping[Kind, tuple[R, ...]]], attempt: Attempt) -> list[R]:
        """Each row once, although two places may share it."""
        if not self.packs:
            return []
        kind = (attempt.channel, attempt.purpose)
        rows = {row.row.id: row for by_kind in places for row in by_kind.get(kind, ())}
        return [row for row in rows.values() if row.row.covers(attempt)]
