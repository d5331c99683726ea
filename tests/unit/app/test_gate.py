"""What the web has at hand."""

from __future__ import annotations

from dialgate.domain.ids import made_at
from tests.fakes.journal_tools import AT
from tests.fakes.no_rows import NO_ROWS
from tests.fakes.web_gate import SENDER, WebGate


def test_new_ids_carry_the_gates_time_and_differ() -> None:
    """Two decisions of the same instant have two ids, both of that instant."""
    gate = WebGate().inside
    first, second = gate.new_id(), gate.new_id()
    assert (AT, AT) == (made_at(first), made_at(second))
    assert first != second


async def test_facts_follow_the_directory() -> None:
    """Policy, senders and destinations are those of the gate's newest copy."""
    gate = WebGate().inside
    await gate.directory.refresh()
    acme = gate.directory.now.tenants["acme"]
    facts = gate.facts(acme)
    assert (NO_ROWS.version, True) == (facts.policy_version, SENDER in facts.caller_ids)
