"""From the parsed files of `config/policies` and `config/calendars` to a `Policy`. Each mistake is a `ValueError`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.calendar import Calendar, zone_data_problem
from dialgate.domain.policy.caps import CapRow, read_cap
from dialgate.domain.policy.places import Place, compile_places
from dialgate.domain.policy.rows import HoursRow, read_hours
from dialgate.domain.policy.snapshot import WORLD, Kind, PlaceRules, Policy
from dialgate.domain.reading import check, day, listed, mapping, record, text, texts

R = TypeVar("R", HoursRow, CapRow)
_PACK = frozenset({"country", "version", "sources", "regions"})
_CALENDAR = frozenset({"country", "since", "until", "sources", "holidays", "working"})
_NAME = frozenset({"name"})
_DIGEST_CHARS = 8


@dataclass(frozen=True, slots=True)
class _Region:
    hours: tuple[HoursRow, ...]
    caps: tuple[CapRow, ...]


@dataclass(frozen=True, slots=True)
class _Pack:
    country: str
    version: str
    unknown: str
    """Name of the region whose rows are added while the sub-division is not known, or ""."""
    regions: Mapping[str, _Region]


def compile_policy(
    packs: Mapping[str, object],
    calendars: Mapping[str, object],
    area_codes: object,
    split_codes: object,
    postal_codes: object,
    zone_data: str,
) -> Policy:
    """Parsed files by their names. `zone_data`: version of the time zone data, such as 2026f.

    Errors: `ValueError` that names file and place, or says that the time zone data are too old.
    """
    check(not zone_data_problem(), "zoneinfo", zone_data_problem())
    read = [_pack(packs[name], name) for name in sorted(packs)]
    known = {c.code: c for name in sorted(calendars) for c in _calendars(calendars[name], name)}
    regions = [region for pack in read for region in pack.regions.values()]
    hours, caps = [h.row.id for r in regions for h in r.hours], [c.row.id for r in regions for c in r.caps]
    _once([*hours, *caps], "row id")
    _once([pack.country for pack in read], "country")
    rules = {place: found for pack in read for place, found in _places(pack, known)}
    check(WORLD in rules, "policies", 'a file with country: "*" is missing, the profile of all other countries')
    places = compile_places(area_codes, split_codes, postal_codes)
    given = json.dumps([packs, calendars, area_codes, split_codes, postal_codes], sort_keys=True)
    digest = hashlib.sha256(given.encode())
    newest = max(pack.version for pack in read)
    return Policy(
        version=f"{newest}-{digest.hexdigest()[:_DIGEST_CHARS]}-tz{zone_data}",
        places=places,
        rules=rules,
        calendars=known,
    )


def _pack(value: object, file: str) -> _Pack:
    fields = record(value, file, _PACK, frozenset({"unknown_subdivision"}))
    sources = {
        name: _source(item, f"{file}: sources.{name}") for name, item in mapping(fields["sources"], file).items()
    }
    country = text(fields["country"], f"{file}: country")
    unknown = text(fields["unknown_subdivision"], file) if "unknown_subdivision" in fields else ""
    regions = {
        code: _region(item, f"{file}: regions.{code}", sources)
        for code, item in mapping(fields["regions"], f"{file}: regions").items()
    }
    check(country in regions, f"{file}: regions", f"{country} is missing")
    check(not unknown or unknown in regions, f"{file}: unknown_subdivision", f"{unknown} is not among the regions")
    for code in regions:
        own = code in {country, unknown} or code.startswith(f"{country}-")
        check(own, f"{file}: regions.{code}", f"is no sub-division of {country}")
    return _Pack(country, text(fields["version"], f"{file}: version"), unknown, regions)


def _region(value: object, place: str, sources: Mapping[str, str]) -> _Region:
    fields = record(value, place, _NAME, frozenset({"hours", "caps", "notes"}))
    for name in ("name", "notes"):
        text(fields.get(name, "-"), f"{place}.{name}")
    return _Region(
        hours=_rows(fields.get("hours", []), f"{place}.hours", sources, read_hours),
        caps=_rows(fields.get("caps", []), f"{place}.caps", sources, read_cap),
    )


def _rows(
    value: object, place: str, sources: Mapping[str, str], read: Callable[[object, str, Mapping[str, str]], R]
) -> tuple[R, ...]:
    return tuple(read(item, f"{place}[{number}]", sources) for number, item in enumerate(listed(value, place)))


def _source(value: object, place: str) -> str:
    """As people see it: the title, and the address where there is one."""
    fields = record(value, place, frozenset({"title", "url"}))
    title, url = text(fields["title"], place), fields["url"]
    return f"{title}, {text(url, place)}" if url != "" else title


def _places(pack: _Pack, known: Mapping[str, Calendar]) -> Iterator[tuple[Place, PlaceRules]]:
    own = [calendar for code, calendar in known.items() if code.startswith(f"{pack.country}-")]
    country = pack.regions[pack.country]
    for code, region in pack.regions.items():
        if code == pack.unknown:
            continue
        regions, calendars = [country, region], [known[c] for c in (pack.country, code) if c in known]
        if code == pack.country:
            regions = [country, pack.regions[pack.unknown]] if pack.unknown else [country]
            calendars = ([known[code]] if code in known else []) + (own if pack.unknown else [])
        place = Place(pack.country, "" if code == pack.country else code)
        yield (
            place,
            PlaceRules(
                calendars=tuple({calendar.code: calendar for calendar in calendars}.values()),
                hours=_by_kind([row for region in regions for row in region.hours]),
                caps=_by_kind([row for region in regions for row in region.caps]),
            ),
        )


def _by_kind(rows: Sequence[R]) -> dict[Kind, tuple[R, ...]]:
    kinds = [(channel, purpose) for channel in Channel for purpose in Purpose]
    return {(c, p): tuple(row for row in rows if c in row.row.channels and p in row.row.purposes) for c, p in kinds}


def _calendars(value: object, file: str) -> Iterator[Calendar]:
    fields = record(value, file, _CALENDAR)
    sources = frozenset(mapping(fields["sources"], f"{file}: sources"))
    since, until = day(fields["since"], f"{file}: since"), day(fields["until"], f"{file}: until")
    country = text(fields["country"], f"{file}: country")
    holidays = _days(fields["holidays"], f"{file}: holidays", sources)
    working = _days(fields["working"], f"{file}: working", sources)
    for code in holidays | working:
        check(code == country or code.startswith(f"{country}-"), file, f"{code} does not belong to {country}")
        outside = [
            on for on in holidays.get(code, frozenset()) | working.get(code, frozenset()) if not since <= on <= until
        ]
        check(not outside, f"{file}: {code}", f"{min(outside, default=since)} lies outside since and until")
        yield Calendar(code, since, until, holidays.get(code, frozenset()), working.get(code, frozenset()))


def _days(value: object, place: str, sources: frozenset[str]) -> dict[str, frozenset[date]]:
    return {code: frozenset(_named(items, f"{place}.{code}", sources)) for code, items in mapping(value, place).items()}


def _named(value: object, place: str, sources: frozenset[str]) -> Iterator[date]:
    for number, item in enumerate(listed(value, place)):
        at = f"{place}[{number}]"
        fields = record(item, at, frozenset({"name", "source", "days"}))
        text(fields["name"], f"{at}.name")
        check(text(fields["source"], at) in sources, f"{at}.source", f"{fields['source']!r} is not among the sources")
        for written in texts(fields["days"], f"{at}.days"):
            yield day(written, f"{at}.days")


def _once(names: Sequence[str], what: str) -> None:
    for name in names:
        check(names.count(name) == 1, what, f"{name} stands twice")
