"""Numbers are reached, and SIP phones and clients that are own destinations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.domain.attempt import Channel
from dialgate.domain.numbers import Address, Endpoint, OtherDestination
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.destination import NOT_OWN, destination
from tests.fakes.one_gate import FACTS, attempt

ALICE = Endpoint(Address("client:alice"))
OWN = replace(FACTS, own_destinations=frozenset({"client:alice"}))


@pytest.mark.parametrize("scheme", ["sip:", "client:", "app:", "messenger:"])
def test_an_address_that_is_not_exact_is_refused(scheme: str) -> None:
    """No list of people who said no can be asked about it; what is own is of no account."""
    asked = replace(attempt(), called=OtherDestination(scheme, "alice"))
    (block,) = destination(asked, OWN)
    assert (Reason.UNSUPPORTED_DESTINATION, "destination") == (block.reason, block.rule)


def test_an_exact_address_is_called_where_it_is_own() -> None:
    """By its whole name: neither another tenant's nor one that differs in case."""
    (block,) = destination(replace(attempt(), called=ALICE), FACTS)
    assert (Reason.UNSUPPORTED_DESTINATION, NOT_OWN) == (block.reason, block.detail)
    other = replace(attempt(), called=Endpoint(Address("client:Alice")))
    assert [[], [NOT_OWN]] == [
        [one.detail for one in destination(asked, OWN)] for asked in (replace(attempt(), called=ALICE), other)
    ]


def test_nobody_writes_to_an_address() -> None:
    """Leave to call is none to write."""
    asked = replace(attempt(), called=ALICE, channel=Channel.SMS)
    assert [Reason.UNSUPPORTED_DESTINATION] == [block.reason for block in destination(asked, OWN)]


def test_a_number_passes() -> None:
    """A telephone number is a destination."""
    assert [] == list(destination(attempt(), FACTS))
