"""Faults strike what they were meant for, as often as they were meant to."""

from __future__ import annotations

import pytest

from dialgate.simulator.faults import REQUEST_KINDS, Faults, Occasion, parse_fault

CREATE = Occasion("POST", "/2010-04-01/Accounts/AC1/Calls.json", "+15551230001")
READ = Occasion("GET", "/2010-04-01/Accounts/AC1/Calls/CA1.json")


def struck(faults: Faults, *occasions: Occasion) -> list[list[str]]:
    return [sorted(faults.strike(REQUEST_KINDS, occasion)) for occasion in occasions]


def test_after_lets_pass_and_count_strikes() -> None:
    """The first `after` requests pass, the next `count` are struck, then it is over."""
    faults = Faults()
    faults.add(parse_fault({"kind": "close", "count": 2, "after": 1}))
    assert struck(faults, *[CREATE] * 4) == [[], ["close"], ["close"], []]
    assert list(faults) == []


def test_reads_do_not_use_up_a_fault_for_writes() -> None:
    """Without a method a request fault waits for the next write; with one it can be any."""
    faults = Faults()
    faults.add(parse_fault({"kind": "close"}))
    assert struck(faults, READ, CREATE) == [[], ["close"]]
    faults.add(parse_fault({"kind": "close", "match": {"method": "GET"}}))
    assert struck(faults, CREATE, READ) == [[], ["close"]]


def test_a_match_narrows_by_path_and_number() -> None:
    """Only the matching path and called number are struck."""
    faults = Faults()
    faults.add(parse_fault({"kind": "status", "match": {"path": "/Messages", "to": "+1"}}))
    faults.add(parse_fault({"kind": "latency", "match": {"to": "+15551230001"}, "ms": 5}))
    assert struck(faults, CREATE) == [["latency"]]
    assert [fault.kind for fault in faults] == ["status"]


def test_faults_of_different_kinds_strike_together() -> None:
    """Slow and then silent is one request."""
    faults = Faults()
    for kind in ("latency", "accept-then-timeout", "latency"):
        faults.add(parse_fault({"kind": kind}))
    assert struck(faults, CREATE, CREATE) == [["accept_then_timeout", "latency"], ["latency"]]


@pytest.mark.parametrize(("kind", "status"), [("4xx", 400), ("5xx", 500)])
def test_short_kinds_stand_for_a_status(kind: str, status: int) -> None:
    """The words of the trade work; a given status wins."""
    assert parse_fault({"kind": kind}).number("status", 0) == status
    assert parse_fault({"kind": kind, "status": 418}).number("status", 0) == 418


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "earthquake"},
        {"kind": "close", "ms": 5},
        {"kind": "latency", "ms": "x"},
        {},
        {"kind": "close", "match": {"from": "x"}},
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object]) -> None:
    """A misspelt fault is an error, not silence."""
    with pytest.raises(ValueError, match=r"know|whole"):
        parse_fault(asked)
