"""The real clock and the real chance."""

from __future__ import annotations

from datetime import UTC

from dialgate.bootstrap.clock import SystemClock, chance


def test_the_wall_clock_is_aware() -> None:
    """Every time that the gate writes down names its zone."""
    assert UTC is SystemClock().now().tzinfo


def test_the_boot_time_clock_never_steps_back() -> None:
    """Durations are measured on a clock that nobody sets."""
    clock = SystemClock()
    read = [clock.boottime_s() for _ in range(100)]
    assert sorted(read) == read


def test_chance_gives_what_was_asked_and_never_the_same() -> None:
    """Sixteen bytes twice are two different sixteen bytes."""
    first, second = chance(16), chance(16)
    assert (16, 16, False) == (len(first), len(second), first == second)
