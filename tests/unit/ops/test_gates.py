"""Giving up a gate whose data directory is lost."""

from __future__ import annotations

from dialgate.domain.ids import GateId
from dialgate.ops.gates import retired
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import OneGate
from tests.fakes.open_stores import opened


async def test_a_lost_gate_is_struck() -> None:
    """Its row goes, so nobody waits for it any more."""
    gate = OneGate()
    await gate.register.enlist(GateId("lost"), "dir", 1, AT)
    assert await retired(opened(gate), "lost", gate.clock.now) is None
    assert ([], [GateId("lost")]) == (await gate.register.gates(), gate.sql.struck)


async def test_a_mistyped_gate_is_not_guessed() -> None:
    """The gates that there are come back, and none of them is struck."""
    gate = OneGate()
    await gate.register.enlist(GateId("gate-1"), "dir", 1, AT)
    assert ("gate-1",) == await retired(opened(gate), "gate-2", gate.clock.now)
    assert [] == gate.sql.struck
