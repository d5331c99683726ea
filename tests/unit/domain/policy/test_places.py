"""Where a called person may be."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dialgate.domain.policy import MOST_ZONES, Place, Whereabouts, compile_places
from tests.fakes.policies import files, number, shipped

FLORIDA, TEXAS, US = Place("US", "US-FL"), Place("US", "US-TX"), Place("US")
EAST, CENTRAL = "America/New_York", "America/Chicago"
MIAMI, PANHANDLE, TOLL_FREE, SHANGHAI = "+13055550123", "+18504325012", "+18005550123", "+8613912345678"
LONDON = "+442079460958"


def where(text: str, location: str = "") -> Whereabouts:
    return shipped().places.of(number(text), location)


@pytest.mark.parametrize(
    ("text", "places", "zones"),
    [
        (MIAMI, (FLORIDA,), (EAST,)),
        (PANHANDLE, (FLORIDA,), (CENTRAL, EAST)),
        ("+14485550123", (FLORIDA,), (CENTRAL, EAST)),
        ("+19155550123", (TEXAS,), ("America/Denver",)),
        ("+14745550123", (Place("CA", "CA-SK"),), ("America/Regina",)),
        ("+19025550123", (Place("CA", "CA-NS"), Place("CA", "CA-PE")), ("America/Halifax",)),
        ("+17875550123", (Place("US", "US-PR"),), ("America/Puerto_Rico",)),
        (SHANGHAI, (Place("CN"),), ("Asia/Shanghai",)),
        ("+6591234567", (Place("SG"),), ("Asia/Singapore",)),
    ],
)
def test_a_number_tells_where_it_may_ring(text: str, places: tuple[Place, ...], zones: tuple[str, ...]) -> None:
    """Area codes that are known to be split come first, then the plan."""
    assert Whereabouts(places, zones) == where(text)


@pytest.mark.parametrize(
    "text", [TOLL_FREE, "+18885550123", "+15005550123", "+19005550123", "+61491570156", "+80012345678"]
)
def test_some_numbers_tell_nothing(text: str) -> None:
    """Toll-free, personal and premium numbers, those of no country, and those of more than four zones."""
    found = where(text)
    assert ((), True) == (found.zones, bool(found.problem))


@pytest.mark.parametrize(
    ("text", "location", "places", "zones"),
    [
        (TOLL_FREE, "US-TX", (US, TEXAS), (CENTRAL, "America/Denver")),
        (TOLL_FREE, "America/Chicago", (US,), (CENTRAL,)),
        (MIAMI, "US-FL", (FLORIDA,), (CENTRAL, EAST)),
        (MIAMI, "US-TX", (FLORIDA, TEXAS), (CENTRAL, "America/Denver", EAST)),
        (PANHANDLE, CENTRAL, (FLORIDA,), (CENTRAL,)),
        (MIAMI, "America/Los_Angeles", (FLORIDA, US), ("America/Los_Angeles", EAST)),
        (SHANGHAI, "US-TX", (Place("CN"), TEXAS), (CENTRAL, "America/Denver", "Asia/Shanghai")),
        (LONDON, EAST, (Place("GB"),), (EAST, "Europe/London")),
        (MIAMI, "CN-31", (FLORIDA, Place("CN", "CN-31")), ("Asia/Shanghai", EAST)),
    ],
)
def test_the_caller_may_tell_where(text: str, location: str, places: tuple[Place, ...], zones: tuple[str, ...]) -> None:
    """Within what the number says it narrows down; beyond that, rows and zones of both count."""
    assert Whereabouts(places, zones) == where(text, location)


@pytest.mark.parametrize(
    "location",
    [
        "US-ZZ",
        "09301",
        "3310",
        "331011",
        "SW1A 1AA",
        "A1A 1A1",
        "Etc/Unknown",
        "UTC",
        "us-fl",
        "Florida",
        " ",
        "US-FL ",
    ],
)
def test_a_location_that_cannot_be_resolved_is_a_problem(location: str) -> None:
    """It is never ignored: the number alone may be where the person is not."""
    found = where(MIAMI, location)
    assert () == found.zones
    assert "cannot be resolved" in found.problem


@pytest.mark.parametrize(
    ("text", "location", "subdivision"),
    [
        (TOLL_FREE, "33101", "US-FL"),
        (TOLL_FREE, "79901-1234", "US-TX"),
        (TOLL_FREE, "02903", "US-RI"),
        (MIAMI, "00501", "US-NY"),
        ("+14165550123", "K1A 0B1", "CA-ON"),
        ("+14165550123", "H2Y1C6", "CA-QC"),
    ],
)
def test_a_postal_code_tells_the_state(text: str, location: str, subdivision: str) -> None:
    """Of the number's own country; the person is judged as with the state's own code."""
    assert where(text, subdivision) == where(text, location)
    assert where(text, location).zones


def test_a_postal_code_is_read_for_its_own_country_alone() -> None:
    """Five digits are a place in Germany too."""
    assert () == where("+4915112345678", "33101").zones


def test_a_location_may_be_too_large() -> None:
    """A sub-division of a country with many zones does not tell the hour."""
    assert where(MIAMI, "RU-MOW").problem.startswith("The called person may be in 16 time zones")


def test_each_geographic_code_has_a_place_and_few_zones() -> None:
    """No area code of the data is without a state, or beyond the limit of zones."""
    known = [found for found in shipped().places.by_area_code.values() if found.zones]
    assert 421 == len(known)
    assert all(place.subdivision for found in known for place in found.places)
    assert MOST_ZONES >= max(len(found.zones) for found in known)


@pytest.mark.parametrize(
    ("file", "change", "sentence"),
    [
        ("area_codes", {"codes": {"305": {"regions": ["FL"], "zones": [EAST]}}}, "'FL' is no ISO 3166-2 code"),
        ("area_codes", {"codes": {"305": {"regions": ["US-FL"], "zones": ["EST"]}}}, "'EST' is no time zone"),
        ("area_codes", {"codes": {"305": {"regions": ["US-FL"]}}}, "area_codes.codes.305: zones is missing"),
        ("split_codes", {"non_geographic": ["305"]}, "split_area_codes.non_geographic: 305 is a place elsewhere"),
        ("split_codes", {"more": []}, "split_area_codes: more is unknown"),
        ("postal_codes", {"US": {"US-ZZ": ["001"]}}, "postal_codes.US.US-ZZ: has no area code"),
        ("postal_codes", {"US": {"US-FL": ["320-322", "321"]}}, "postal_codes.US.US-FL: 321 stands twice"),
    ],
)  # fmt: skip
def test_data_with_a_mistake_are_refused(file: str, change: dict[str, Any], sentence: str) -> None:
    """The mistake is named with its place."""
    given = files()
    given[file] = {**given[file], **change}
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compile_places(given["area_codes"], given["split_codes"], given["postal_codes"])
