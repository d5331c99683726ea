"""Cookies live as long as a call, and each goes back to the host that set it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialgate.carriers.twilio.cookies import MOST, header, kept

HOST, NOW = "dialer.example", datetime(2026, 11, 21, tzinfo=UTC)
HAD = ((HOST, "a", "1"), ("other.example", "b", "2"), (HOST, "c", "3"))


def test_a_host_gets_its_own() -> None:
    """In the order in which they were set."""
    assert ["a=1; c=3", "b=2", ""] == [header(HAD, host) for host in (HOST, "other.example", "x.example")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("d=4", (*HAD, (HOST, "d", "4"))),
        ('d="q"; Path=/; Secure', (*HAD, (HOST, "d", '"q"'))),
        ("a=9", (HAD[1], HAD[2], (HOST, "a", "9"))),
        ("a=; Max-Age=0", HAD[1:]),
        ("a=1; max-age=-5", HAD[1:]),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", HAD[1:]),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", (HAD[1], HAD[2], HAD[0])),
        ("a=1; Expires=someday", (HAD[1], HAD[2], HAD[0])),
        ("nothing", HAD),
        ("=x", HAD),
        ("a b=1", HAD),
        ("d=1,2", HAD),
        ("d=退", HAD),
        ("d=\x01", HAD),
        (f"d={'x' * 5_000}", HAD),
        (f"a={'x' * 5_000}", (HAD[1], HAD[2], HAD[0])),
    ],
)
def test_what_an_answer_sets_is_kept(written: str, expected: object) -> None:
    """Well-formed, not expired, and within what an address can carry; else the older stays."""
    assert expected == kept(HAD, HOST, [written], NOW)


def test_a_call_has_only_so_many() -> None:
    """The first ones stay."""
    names = [name for _, name, _ in kept((), HOST, [f"n{number}=1" for number in range(50)], NOW)]
    assert [f"n{number}" for number in range(MOST)] == names
