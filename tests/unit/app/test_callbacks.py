"""A dialer hears what it asked for, and what nobody can choose."""

from __future__ import annotations

import pytest

from dialgate.app.call_state import CallState, Made
from dialgate.app.callbacks import asked_for
from dialgate.app.front import Wanted

MADE = Made("1" * 32, "acme", "AC1", "voice", "+14155552671", "+14155550100", "marketing")


@pytest.mark.parametrize(
    ("wanted", "events", "event", "expected"),
    [
        (Wanted.STATUS, (), "completed", True),
        (Wanted.STATUS, (), "ringing", False),
        (Wanted.STATUS, ("ringing",), "ringing", True),
        (Wanted.STATUS, ("ringing",), "completed", False),
        (Wanted.STATUS, ("ringing",), "", True),
        (Wanted.CALLBACK, (), "ringing", True),
    ],
)
def test_events_are_those_that_were_named(
    wanted: Wanted, events: tuple[str, ...], event: str, *, expected: bool
) -> None:
    """Of a call's states the end alone by default; everything that is no state of the attempt always."""
    state = CallState(MADE, wanted, "https://dialer.example/", "POST", 0, events=events)
    assert expected is asked_for(state, event)


def test_without_an_address_nobody_is_told() -> None:
    """The gate alone wanted to hear."""
    assert not asked_for(CallState(MADE, Wanted.STATUS, "", "POST", 0), "completed")
