"""A revoked key places nothing."""

from __future__ import annotations

from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.key_active import key_active
from dialgate.domain.scope import REVOKED_KEYS
from tests.fakes.no_rows import EVERYTHING_OPEN
from tests.fakes.one_gate import attempt


def test_the_key_is_looked_for_among_the_revoked_ones() -> None:
    """A revocation counts from the instant it is in the index, under any policy."""
    (guarded,) = key_active(attempt(), EVERYTHING_OPEN)
    assert (MustBeAbsent(REVOKED_KEYS, "SK1"), Reason.KEY_SUSPENDED) == (guarded.guard, guarded.block.reason)
