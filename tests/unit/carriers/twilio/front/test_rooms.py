"""Conferences and queues of two tenants never have the same name at the carrier."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.front.rooms import is_own, own_name, shown
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CARRIER


@pytest.mark.parametrize("name", ["sales", "Room 1", "a.b", own_name(CARRIER, "sales"), own_name(ACCOUNT, "sales")])
def test_a_name_comes_back_as_it_was_given(name: str) -> None:
    """What the tenant wrote is what it reads, whatever it wrote."""
    written = own_name(ACCOUNT, name)
    assert (name, True) == (shown(ACCOUNT, written), is_own(ACCOUNT, written))


@pytest.mark.parametrize("name", ["", "sales", ACCOUNT, f"{ACCOUNT}.", own_name(CARRIER, "sales"), f"x{ACCOUNT}.sales"])
def test_what_another_named_is_not_own(name: str) -> None:
    """Only a name behind the tenant's own account SID is the tenant's."""
    assert not is_own(ACCOUNT, name)


def test_other_texts_are_shown_as_they_are() -> None:
    """Nothing but the tenant's own prefix is taken off."""
    assert own_name(CARRIER, "sales") == shown(ACCOUNT, own_name(CARRIER, "sales"))
