"""A route names what its path is about."""

from __future__ import annotations

from dialgate.app.front import Operation, Route
from dialgate.domain.attempt import Channel

LIST = Route(Operation.LIST, "AC1", Channel.VOICE, "GET", "Calls.json")


def test_the_last_name_of_the_path_is_what_it_is_about() -> None:
    """Of an update the call or message; a list is about none."""
    names = (("conference", "CF1"), ("participant", "CA1"))
    update = Route(Operation.CONTROL, "AC1", Channel.VOICE, "POST", "Conferences/{conference}/{participant}", names)
    assert ("CA1", "") == (update.sid, LIST.sid)
