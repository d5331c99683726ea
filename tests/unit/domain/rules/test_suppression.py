"""Nobody who said no is reached."""

from __future__ import annotations

from dataclasses import replace

from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.numbers import E164, Number, NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.suppression import suppression
from dialgate.domain.scope import covering
from tests.fakes.no_rows import EVERYTHING_OPEN, FACTS
from tests.fakes.one_gate import NUMBER, TENANT, attempt

SPRING = replace(attempt(), campaign="spring")


def test_the_number_must_be_absent_from_each_scope() -> None:
    """An opt-out of any width refuses the attempts that it covers, under the open policy too."""
    expected = [MustBeAbsent(one.name, NUMBER) for one in covering(TENANT, "voice", "marketing", "spring")]
    assert expected == [asked.guard for asked in suppression(SPRING, EVERYTHING_OPEN)]


def test_each_refusal_names_its_scope() -> None:
    """The refusal says which opt-out stands in the way."""
    told = [(asked.block.reason, asked.block.scope) for asked in suppression(SPRING, FACTS)]
    assert [(Reason.SUPPRESSED, one.name) for one in covering(TENANT, "voice", "marketing", "spring")] == told


def test_it_says_how_far_the_opt_out_reaches() -> None:
    """A sentence for people: everything, or only what the person said."""
    details = [asked.block.detail for asked in suppression(SPRING, FACTS)]
    assert details[0].startswith("The called person has opted out on every channel and for every purpose.")
    assert details[-1].startswith(
        "The called person has opted out in channel voice, purpose marketing, campaign spring."
    )


def test_numbers_in_the_digits_must_be_absent_too() -> None:
    """A switchboard behind the called number is no way to somebody who said no."""
    behind = Number(E164("+14155550199"), "US", 1)
    asked = list(suppression(replace(SPRING, also=(behind,)), EVERYTHING_OPEN))
    scopes = [one.name for one in covering(TENANT, "voice", "marketing", "spring")]
    assert [MustBeAbsent(scope, number) for scope in scopes for number in (NUMBER, behind.e164)] == [
        one.guard for one in asked
    ]
    assert (Reason.SUPPRESSED, True) == (asked[1].block.reason, asked[1].block.detail.startswith("The digits"))


def test_no_number_no_guard() -> None:
    """What is no number is refused by other rules; there is nothing to look up."""
    assert [] == list(suppression(replace(attempt(), called=NumberRefusal("invalid", "No number.")), FACTS))
