"""Only telephone numbers are reached."""

from __future__ import annotations

from dataclasses import replace

from dialgate.domain.numbers import OtherDestination
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.destination import destination
from tests.fakes.one_gate import FACTS, attempt


def test_an_address_that_is_no_number_is_refused() -> None:
    """No list of people who said no can be asked about a SIP address."""
    asked = replace(attempt(), called=OtherDestination("sip:", "a@example.org"))
    (block,) = destination(asked, FACTS)
    assert (Reason.UNSUPPORTED_DESTINATION, "destination") == (block.reason, block.rule)


def test_a_number_passes() -> None:
    """A telephone number is a destination."""
    assert [] == list(destination(attempt(), FACTS))
