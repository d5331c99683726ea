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


@given(st.text(max_size=64))
def test_whatever_the_location_is_the_zones_are_told(location: str) -> None:
    """It comes from a dialer, and a decision must always be written down."""
    assert isinstance(facts().zones(to("+13055550123", NOON, location=location)), tuple)
