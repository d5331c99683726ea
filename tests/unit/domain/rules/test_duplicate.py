"""The same content is not sent to the same number twice within a minute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.decision import Guarded
from dialgate.domain.guard import AtMost
from dialgate.domain.numbers import E164, Address, Endpoint, NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.duplicate import duplicate
from tests.fakes.no_rows import EVERYTHING_OPEN, FACTS
from tests.fakes.one_gate import attempt

HELLO = attempt(content="hello")


def asked(one: Attempt) -> list[Guarded]:
    return list(duplicate(one, FACTS))


def test_one_in_a_minute() -> None:
    """At most one attempt of the same content is counted in 60 s."""
    (guarded,) = asked(HELLO)
    assert isinstance(guarded.guard, AtMost)
    assert (1, 60, Reason.DUPLICATE) == (guarded.guard.limit, guarded.guard.window_s, guarded.block.reason)
    assert "Wait that long." in guarded.block.detail


def test_the_same_is_counted_together() -> None:
    """Another request with the same tenant, channel, number and content shares the count."""
    assert asked(HELLO) == asked(attempt(2, content="hello"))


@pytest.mark.parametrize(
    "other",
    [
        replace(HELLO, tenant="other"),
        replace(HELLO, channel=Channel.SMS),
        replace(HELLO, content="good bye"),
        attempt(content="hello", to=E164("+12025550124")),
    ],
)
def test_what_differs_is_counted_apart(other: Attempt) -> None:
    """Another tenant, channel, content or number is no duplicate."""
    assert asked(HELLO) != asked(other)


@pytest.mark.parametrize("one", [attempt(), replace(HELLO, called=NumberRefusal("invalid", "No number."))])
def test_nothing_to_compare_nothing_to_count(one: Attempt) -> None:
    """Without content, or without a number, there is no duplicate."""
    assert [] == asked(one)


def test_a_call_that_goes_on_may_hear_the_same_again() -> None:
    """Music on hold, twice in a minute, reaches nobody twice."""
    assert [] == asked(replace(HELLO, connected=True))


def test_the_open_policy_has_no_such_rule() -> None:
    """A tenant under the open policy may repeat itself."""
    assert [] == list(duplicate(HELLO, EVERYTHING_OPEN))


def test_an_agent_is_rung_once_for_the_same() -> None:
    """An address counts as a number does, and for itself."""
    alice, bob = (asked(replace(HELLO, called=Endpoint(Address(f"client:{one}")))) for one in ("alice", "bob"))
    assert (1, 1, False) == (len(alice), len(bob), alice == bob)
