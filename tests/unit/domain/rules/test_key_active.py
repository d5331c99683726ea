"""A key that was revoked, or whose partner lags, places nothing."""

from __future__ import annotations

from dataclasses import replace

from dialgate.domain.decision import Block, Guarded
from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.reasons import Reason
from dialgate.domain.rules.key_active import key_active
from dialgate.domain.scope import REVOKED_KEYS
from tests.fakes.no_rows import EVERYTHING_OPEN
from tests.fakes.one_gate import attempt


def test_the_key_is_looked_for_among_the_revoked_ones() -> None:
    """A revocation counts from the instant it is in the index, under any policy."""
    (guarded,) = key_active(attempt(), EVERYTHING_OPEN)
    assert isinstance(guarded, Guarded)
    assert (MustBeAbsent(REVOKED_KEYS, "SK1"), Reason.KEY_SUSPENDED) == (guarded.guard, guarded.block.reason)


def test_a_key_whose_partner_lags_is_blocked() -> None:
    """With what mends it; other keys of the tenant are not concerned, and a revocation is looked for all the same."""
    suspended = replace(EVERYTHING_OPEN, suspended_keys={"SK1": "desk"})
    block, guarded = key_active(attempt(), suspended)
    assert isinstance(block, Block)
    assert (Reason.KEY_SUSPENDED, True) == (block.reason, "/v1/feeds/desk/acknowledge" in block.detail)
    assert [guarded] == list(key_active(attempt(), EVERYTHING_OPEN))
    assert [guarded] == list(key_active(attempt(), replace(EVERYTHING_OPEN, suspended_keys={"SK2": "desk"})))
