"""The files of the configuration become one snapshot, or a sentence that says which of them is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dialgate.domain.policy import LONGEST_WINDOW_S, Place, compile_policy
from tests.fakes.policies import files, shipped

US = "us.yaml"


def spoiled(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    given = files()
    change(given)
    return given


def test_the_shipped_files_are_right() -> None:
    """The United States with all states and territories, mainland China, and the rest of the world."""
    countries = {place.country for place in shipped().rules}
    assert {"US", "CN", "*"} == countries
    assert 57 == len([place for place in shipped().rules if place.country == "US"])
    assert {"US", "CN"} <= set(shipped().calendars)


def test_the_version_names_what_was_compiled() -> None:
    """Another row is another version; the same files are the same version."""
    assert shipped().version == compile_policy(**files()).version
    given = spoiled(lambda to: to["packs"]["cn.yaml"]["regions"]["CN"]["caps"].pop())
    assert shipped().version != compile_policy(**given).version
    assert re.fullmatch(r"2026-11-21-[0-9a-f]{8}-tztest", shipped().version)


def test_each_area_code_has_rows() -> None:
    """No state of an area code is missing from the policy of its country."""
    places = {place for found in shipped().places.by_area_code.values() for place in found.places}
    assert [] == sorted(place for place in places if place.country == "US" and place not in shipped().rules)


def test_each_row_names_its_source() -> None:
    """Whoever is refused can read on whose word."""
    rules = shipped().rules.values()
    rows = [row for place in rules for by in (place.hours, place.caps) for found in by.values() for row in found]
    assert [] == [row.row.id for row in rows if not row.row.source]
    assert {"primary", "secondary", "believed"} == {row.row.confidence for row in rows}


def test_no_cap_looks_back_further_than_is_restored() -> None:
    """What is made anew after a loss of the guard store covers every window."""
    caps = [cap for place in shipped().rules.values() for found in place.caps.values() for cap in found]
    assert 30 * 86_400 == max(cap.window_s for cap in caps) <= LONGEST_WINDOW_S


def of(given: dict[str, Any], *path: str | int) -> Any:  # noqa: ANN401 - parsed data
    found: Any = given["packs"][US]
    for step in path:
        found = found[step]
    return found


def florida(given: dict[str, Any]) -> Any:  # noqa: ANN401 - parsed data
    return of(given, "regions", "US-FL", "hours", 0)


def china(given: dict[str, Any]) -> Any:  # noqa: ANN401 - parsed data
    return given["calendars"]["cn.yaml"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda g: of(g).pop("version"), "us.yaml: version is missing"),
        (lambda g: of(g).update(version=date(2026, 1, 1)), "us.yaml: version: datetime.date(2026, 1, 1) must"),
        (lambda g: of(g, "regions", "US-FL").update(notes={1: 2}), "regions.US-FL.notes: {1: 2} must be a text"),
        (lambda g: g["area_codes"].update(source=date(2026, 1, 1)), "area_codes.source: datetime.date("),
        (lambda g: of(g).update(colour="red"), "us.yaml: colour is unknown"),
        (lambda g: florida(g).update(window=[]), "us.yaml: regions.US-FL.hours[0]: window is unknown"),
        (lambda g: florida(g).update(source="x"), "us.yaml: regions.US-FL.hours[0].source: 'x' is not"),
        (lambda g: florida(g).update(id="us_hours"), "row id: us_hours stands twice"),
        (lambda g: of(g, "regions").update({"CA-BC": {"name": "B"}}), "regions.CA-BC: is no sub-division of US"),
        (lambda g: of(g, "regions").pop("US"), "us.yaml: regions: US is missing"),
        (lambda g: of(g).update(unknown_subdivision="x"), "us.yaml: unknown_subdivision: x is not among the regions"),
        (lambda g: of(g, "sources", "general").pop("url"), "us.yaml: sources.general: url is missing"),
        (lambda g: g["packs"].update(more=g["packs"]["cn.yaml"]), "stands twice"),
        (lambda g: g["packs"].pop("world_unknown.yaml"), 'policies: a file with country: "*" is missing'),
        (lambda g: china(g).update(until="2026-06-30"), "cn.yaml: CN: 2026-09-20 lies outside"),
        (lambda g: china(g)["holidays"].update(US=[]), "cn.yaml: US does not belong to CN"),
        (lambda g: china(g)["holidays"]["CN"][0].update(source="x"), "cn.yaml: holidays.CN[0].source: 'x' is not"),
        (lambda g: china(g)["holidays"]["CN"][0].update(days=["1.1."]), "'1.1.' must be a day"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_place(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    """Nothing that cannot be read strictly is taken for a rule, and whoever wrote it learns where."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compile_policy(**spoiled(change))


def test_places_are_sub_divisions() -> None:
    """The rows for an unknown state belong to the country as a whole, and to no place of their own."""
    assert Place("US", "us_unknown_state") not in shipped().rules
