"""Where SIDs come from and how fast states move."""

from __future__ import annotations

from dataclasses import astuple

from dialgate.simulator.config import Timing, random_ids, seeded_ids


def test_a_seed_gives_the_same_sids_again() -> None:
    """A failing test can be run again with the very same SIDs."""
    one, other = seeded_ids(7), seeded_ids(7)
    assert [one() for _ in range(3)] == [other() for _ in range(3)]
    assert seeded_ids(7)() != seeded_ids(8)()


def test_ids_are_32_hexadecimal_digits() -> None:
    """A SID has the carrier's shape, seeded or not."""
    assert [len(bytes.fromhex(made)) for made in (random_ids(), seeded_ids(1)())] == [16, 16]
    assert random_ids() != random_ids()


def test_instant_timing_waits_for_nothing() -> None:
    """No state of an instant carrier takes time."""
    assert set(astuple(Timing.instant())) == {0}
