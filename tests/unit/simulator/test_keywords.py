"""The carrier's own opt-out words."""

from __future__ import annotations

import pytest

from dialgate.simulator.keywords import Intent, intent_of, obey
from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import START

PERSON, SENDER = "+15551230001", "+15550006000"


@pytest.mark.parametrize(
    ("body", "sender", "intent"),
    [
        (" stop\n", SENDER, "STOP"),
        ("OptOut", SENDER, "STOP"),
        ("stop it", SENDER, None),
        ("TD", SENDER, None),
        ("yes", SENDER, "START"),
        ("info", SENDER, "HELP"),
        ("QUIT", "+18005551212", None),
        ("STOP", "+18005551212", "STOP"),
        ("YES", "+18885551212", None),
        ("HELP", "+18885551212", None),
    ],
)
def test_only_a_whole_word_counts(body: str, sender: str, intent: Intent | None) -> None:
    """The carrier knows its own words only, and fewer on toll-free senders."""
    assert intent_of(body, sender) == intent


async def test_stop_blocks_and_start_frees_the_pair(sim: Simulator) -> None:
    """A block holds between one person and one sender until START; a START without a block is not answered."""
    inbound = Message("SM1", SENDER, PERSON, "received", "inbound", START, START)
    assert (obey(sim, inbound, "START"), sim.is_blocked(PERSON, SENDER)) == (None, False)
    assert "unsubscribed" in (obey(sim, inbound, "STOP") or "")
    assert (sim.is_blocked(PERSON, SENDER), sim.is_blocked(PERSON, "+15550007000")) == (True, False)
    assert "Reply STOP" in (obey(sim, inbound, "HELP") or "")
    assert "re-subscribed" in (obey(sim, inbound, "START") or "")
    assert sim.is_blocked(PERSON, SENDER) is False
