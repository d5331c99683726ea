"""Where a called person may be: countries, states and time zones, from what the caller says, then from the number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dialgate.domain.calendar import is_place_zone
from dialgate.domain.numbers import Number, time_zones, zones_of_region
from dialgate.domain.reading import check, listed, mapping, record, text, texts

MOST_ZONES = 4
"""A number that may be in more zones than this says nothing of the hour at which it rings."""

_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_POSTAL = {
    "US": re.compile(r"([0-9]{3})[0-9]{2}(?:-[0-9]{4})?"),
    "CA": re.compile(r"([A-Z])[0-9][A-Z] ?[0-9][A-Z][0-9]"),
}
_RANGE = re.compile(r"([0-9]{3})(?:-([0-9]{3}))?")
_NANP = 1
_HOW = "give an IANA time zone such as America/Chicago, or an ISO 3166-2 code such as US-TX"
_UNKNOWN = f"The number does not tell in which time zone it rings; {_HOW}, as the location."
_NOT_READ = f"This location cannot be resolved; {_HOW}."


class Place(NamedTuple):
    country: str
    """ISO 3166-1, or "" for a number of no country."""
    subdivision: str = ""
    """ISO 3166-2, or "" where it is not known."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The rows of all `places` apply, in all `zones`. `problem`: a sentence, where the zones are not known."""

    places: tuple[Place, ...]
    zones: tuple[str, ...]
    problem: str = ""
    misread: bool = False
    """Whether the problem is a location of the caller's that names no place."""


@dataclass(frozen=True, slots=True)
class Places:
    by_area_code: Mapping[str, Whereabouts]
    """Of the North American plan, codes that are no place included."""
    by_subdivision: Mapping[str, tuple[str, ...]]
    """ISO 3166-2 -> zones, for the countries that have area codes here."""
    by_postal_code: Mapping[tuple[str, str], str]
    """Country and what its postal code begins with -> ISO 3166-2."""

    def of(self, number: Number, location: str) -> Whereabouts:
        """`location`: as the caller gave it, "" for none. What cannot be resolved is a problem, never ignored.

        A location within what the number says narrows it down. One that contradicts the number adds to it: a number
        may have moved, and a caller may be wrong, so that both must permit.
        """
        own = self._of_number(number)
        if not location:
            return own
        location = self._postal(number.region, location) or location
        if found := _SUBDIVISION.fullmatch(location):
            given = Place(found[1], location)
            zones, within = self._of_subdivision(given), given in own.places
        else:
            given, within = Place(number.region), location in own.zones
            zones = (location,) if is_place_zone(location) else ()
        if not zones:
            return Whereabouts(own.places, (), _NOT_READ, misread=True)
        return _judged(own.places, zones) if within else _judged(_merged(own.places, given), zones, more=own.zones)

    def _of_subdivision(self, given: Place) -> tuple[str, ...]:
        if given.country in _AREA_CODE_COUNTRIES:
            return self.by_subdivision.get(given.subdivision, ())
        return zones_of_region(given.country)

    def _postal(self, region: str, location: str) -> str:
        """The sub-division of a postal code of the number's country, or ""."""
        pattern = _POSTAL.get(region)
        found = pattern.fullmatch(location) if pattern else None
        return self.by_postal_code.get((region, found[1]), "") if found else ""

    def _of_number(self, number: Number) -> Whereabouts:
        if number.country_code == _NANP:
            found = self.by_area_code.get(number.e164[2:5])
            if found is not None:
                return found
        return _judged((Place(number.region),), time_zones(number.e164))


_AREA_CODE_COUNTRIES = frozenset({"US", "CA"})


def compile_places(area_codes: object, split_codes: object, postal_codes: object) -> Places:
    """From the parsed files of these names; `split_area_codes.yaml` comes first. Errors: `ValueError`."""
    codes = record(area_codes, "area_codes", frozenset({"source", "codes"}))
    split = record(split_codes, "split_area_codes", frozenset({"source", "codes", "non_geographic"}))
    found = {
        code: _area(fields, f"area_codes.codes.{code}", frozenset())
        for code, fields in mapping(codes["codes"], "area_codes.codes").items()
    }
    for number, item in enumerate(listed(split["codes"], "split_area_codes.codes")):
        place = f"split_area_codes.codes[{number}]"
        area = _area(item, place, frozenset({"codes", "basis"}))
        found.update(dict.fromkeys(texts(mapping(item, place)["codes"], place), area))
    for code in texts(split["non_geographic"], "split_area_codes.non_geographic"):
        check(code not in found, "split_area_codes.non_geographic", f"{code} is a place elsewhere")
        found[code] = Whereabouts((Place("US"),), (), _UNKNOWN)
    for name, fields in (("area_codes", codes), ("split_area_codes", split)):
        text(fields["source"], f"{name}.source")
    subdivisions = dict(_by_subdivision(found))
    return Places(found, subdivisions, dict(_postal_codes(postal_codes, subdivisions)))


def _area(value: object, at: str, more: frozenset[str]) -> Whereabouts:
    fields = record(value, at, frozenset({"regions", "zones"}) | more)
    regions = texts(fields["regions"], f"{at}.regions")
    for region in regions:
        check(_SUBDIVISION.fullmatch(region) is not None, f"{at}.regions", f"{region!r} is no ISO 3166-2 code")
    zones = texts(fields["zones"], f"{at}.zones")
    for zone in zones:
        check(is_place_zone(zone), f"{at}.zones", f"{zone!r} is no time zone of a place")
    if "basis" in fields:
        text(fields["basis"], f"{at}.basis")
    return _judged(tuple(Place(region[:2], region) for region in regions), zones)


def _by_subdivision(codes: Mapping[str, Whereabouts]) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = sorted({place.subdivision for found in codes.values() for place in found.places if place.subdivision})
    for name in names:
        areas = [found for found in codes.values() if any(place.subdivision == name for place in found.places)]
        yield name, tuple(sorted({zone for found in areas for zone in found.zones}))


def _postal_codes(value: object, known: Mapping[str, object]) -> Iterator[tuple[tuple[str, str], str]]:
    fields = record(value, "postal_codes", frozenset({"source", *_POSTAL}))
    text(fields["source"], "postal_codes.source")
    seen = set()
    for country in _POSTAL:
        for region, items in mapping(fields[country], f"postal_codes.{country}").items():
            at = f"postal_codes.{country}.{region}"
            check(region in known, at, "has no area code")
            for beginning in (one for item in texts(items, at) for one in _beginnings(item)):
                check((country, beginning) not in seen, at, f"{beginning} stands twice")
                seen.add((country, beginning))
                yield (country, beginning), region


def _beginnings(item: str) -> Iterator[str]:
    """`010-027`, `055` or `K`."""
    found = _RANGE.fullmatch(item)
    if found is None:
        yield item
    else:
        yield from (f"{number:03}" for number in range(int(found[1]), int(found[2] or found[1]) + 1))


def _merged(own: tuple[Place, ...], given: Place) -> tuple[Place, ...]:
    return own if given in own else (*own, given)


def _judged(places: tuple[Place, ...], zones: tuple[str, ...], more: tuple[str, ...] = ()) -> Whereabouts:
    """`more`: zones that count as well, however many they are."""
    if not zones:
        return Whereabouts(places, (), _UNKNOWN)
    if len(zones) > MOST_ZONES:
        return Whereabouts(places, (), f"The called person may be in {len(zones)} time zones; {_HOW}, as the location.")
    return Whereabouts(places, tuple(dict.fromkeys((*zones, *more))))
