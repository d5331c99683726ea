"""One row of law or policy: for what, since when, on whose word. Reads the parsed row strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, cast

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.calendar import ALL_DAY, DAYS, Calendar, Week, Windows
from dialgate.domain.reading import check, day, listed, mapping, one_of, record, text, texts

Device = Literal["any", "live", "automated"]
LONGEST_WINDOW_S = 35 * 86_400
"""No cap looks further back: what is made anew after a loss of the guard store is bounded by it."""

REQUIRED = frozenset({"id", "channels", "purposes", "legal", "source", "confidence"})
OPTIONAL = frozenset({"device", "valid_from", "valid_to", "lifted_by", "notes"})
_LEGAL = ("law", "code", "platform", "policy")
_CONFIDENCE = ("primary", "secondary", "believed")
_DEVICES = ("any", "live", "automated")
_TOLD = frozenset({"live", "automated"})
_WINDOW_KEYS = frozenset({"daily", "weekdays", *DAYS, "holidays", "eves"})
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")


@dataclass(frozen=True, slots=True)
class Row:
    """What every row says. `valid_from` and `valid_to` are local days, both inclusive."""

    id: str
    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    device: Device
    valid_from: date
    valid_to: date
    legal: str
    source: str
    confidence: str
    lifted_by: str
    """What the law lets lift it; nothing does yet."""
    notes: str

    @property
    def always(self) -> bool:
        return self.valid_from == date.min and self.valid_to == date.max

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to

    def covers(self, attempt: Attempt) -> bool:
        """By channel, purpose and device; a call whose device is not told falls under the rows of every device."""
        return (
            attempt.channel in self.channels
            and attempt.purpose in self.purposes
            and (self.device in {"any", attempt.device} or attempt.device not in _TOLD)
        )


@dataclass(frozen=True, slots=True)
class HoursRow:
    row: Row
    week: Week

    def windows(self, on: date, calendars: tuple[Calendar, ...]) -> Windows | None:
        """Of a local day; the whole day while the row is not in force; None as `Week.windows`."""
        return self.week.windows(on, calendars) if self.row.in_force(on) else ALL_DAY


def read_row(fields: Mapping[str, object], place: str, sources: Mapping[str, str]) -> Row:
    """The common part of a row. `sources`: id -> how it is named to people."""
    source = text(fields["source"], f"{place}.source")
    check(source in sources, f"{place}.source", f"{source!r} is not among the sources")
    begins = day(fields.get("valid_from", date.min.isoformat()), f"{place}.valid_from")
    ends = day(fields.get("valid_to", date.max.isoformat()), f"{place}.valid_to")
    check(begins <= ends, place, "valid_to is before valid_from")
    return Row(
        id=text(fields["id"], f"{place}.id"),
        channels=read_channels(fields["channels"], f"{place}.channels"),
        purposes=read_purposes(fields["purposes"], f"{place}.purposes"),
        device=cast("Device", one_of(fields.get("device", "any"), f"{place}.device", _DEVICES)),
        valid_from=begins,
        valid_to=ends,
        legal=one_of(fields["legal"], f"{place}.legal", _LEGAL),
        source=sources[source],
        confidence=one_of(fields["confidence"], f"{place}.confidence", _CONFIDENCE),
        lifted_by=text(fields.get("lifted_by", "nothing"), f"{place}.lifted_by"),
        notes=text(fields.get("notes", "-"), f"{place}.notes"),
    )


def read_hours(value: object, place: str, sources: Mapping[str, str]) -> HoursRow:
    fields = record(value, place, REQUIRED | {"windows"}, OPTIONAL)
    return HoursRow(read_row(fields, place, sources), read_week(fields["windows"], f"{place}.windows"))


def read_channels(value: object, place: str) -> frozenset[Channel]:
    if value == "any":
        return frozenset(Channel)
    return frozenset(Channel(one_of(item, place, tuple(Channel))) for item in texts(value, place))


def read_purposes(value: object, place: str) -> frozenset[Purpose]:
    if value == "any":
        return frozenset(Purpose)
    return frozenset(Purpose(one_of(item, place, tuple(Purpose))) for item in texts(value, place))


def read_week(value: object, place: str) -> Week:
    """`daily`, `weekdays` and single days, the most special counts; all seven days must be covered."""
    fields = mapping(value, place)
    for name in fields:
        check(name in _WINDOW_KEYS, place, f"{name} is unknown")
    named = {name: _windows(fields[name], f"{place}.{name}") for name in fields}
    days = []
    for name in DAYS:
        general = ("daily",) if name in {"sat", "sun"} else ("weekdays", "daily")
        found = next((named[key] for key in (name, *general) if key in named), None)
        if found is None:
            raise ValueError(f"{place}: {name} is missing; say its windows, or [] for none")
        days.append(found)
    return Week(tuple(days), named.get("holidays"), named.get("eves"))


def _windows(value: object, place: str) -> Windows | None:
    if value == "same":
        check(place.endswith((".holidays", ".eves")), place, "only holidays and eves can be the same as their weekday")
        return None
    found = tuple(_window(item, f"{place}[{number}]") for number, item in enumerate(listed(value, place)))
    for earlier, later in pairwise(found):
        check(earlier[1] < later[0], place, "the windows must be in order and apart from each other")
    return found


def _window(value: object, place: str) -> tuple[int, int]:
    ends = [_minute(item, place) for item in listed(value, place)]
    if len(ends) != 2 or ends[0] >= ends[1]:  # noqa: PLR2004 - from and until
        raise ValueError(f'{place}: must be two times in order, such as ["09:00", "12:00"]')
    return ends[0], ends[1]


def _minute(value: object, place: str) -> int:
    written = text(value, place)
    check(_CLOCK.fullmatch(written) is not None, place, f'{written!r} must be a time from "00:00" to "24:00"')
    return int(written[:2]) * 60 + int(written[3:])
