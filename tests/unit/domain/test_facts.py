"""Facts say no more than they were told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.facts import Facts
from dialgate.domain.numbers import NumberRefusal
from tests.fakes.no_rows import FACTS
from tests.fakes.one_gate import attempt
from tests.fakes.policies import MONDAY, at, facts, shipped, to

NOON = at(MONDAY, "12:00", "America/New_York")


def test_facts_exempt_and_permit_nothing_by_themselves() -> None:
    """No destination is a tenant's own, and no sender, unless it is said."""
    told = Facts(FACTS.policy)
    assert (frozenset(), frozenset(), "") == (told.caller_ids, told.own_destinations, told.problem)


def test_the_version_is_that_of_the_packs() -> None:
    """Each decision names it."""
    assert shipped().version == facts().policy_version


def test_the_zones_are_those_of_the_policy() -> None:
    """Both of a split area code, none of a toll-free number or of what is no number."""
    split, toll_free = to("+18504325012", NOON), to("+18005550123", NOON)
    nothing = replace(attempt(), called=NumberRefusal("invalid", "No number."))
    both = ("America/Chicago", "America/New_York")
    assert [both, (), ()] == [facts().zones(one) for one in (split, toll_free, nothing)]


def test_an_opening_is_an_hour_that_every_row_permits() -> None:
    """Three at night becomes eight in the morning; what is open, exempt, or told by no clock, stays as it is."""
    night, morning = (at("2026-11-24", clock, "America/New_York") for clock in ("03:00", "08:00"))
    florida = to("+13055550123", NOON)
    own = replace(facts(), own_destinations=frozenset({"+13055550123"}))
    found = [
        facts().opening(florida, night),
        facts().opening(florida, NOON),
        own.opening(florida, night),
        facts().opening(to("+18005550123", NOON), night),
    ]
    assert [morning, NOON, night, night] == found


@given(st.text(max_size=64))
def test_whatever_the_location_is_the_zones_are_told(location: str) -> None:
    """It comes from a dialer, and a decision must always be written down."""
    assert isinstance(facts().zones(to("+13055550123", NOON, location=location)), tuple)
