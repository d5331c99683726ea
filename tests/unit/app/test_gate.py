"""What the web has at hand."""

from __future__ import annotations

from dialgate.domain.attempt import Facts
from dialgate.domain.ids import made_at
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import WebGate, tenant


def test_new_ids_carry_the_gates_time_and_differ() -> None:
    """Two decisions of the same instant have two ids, both of that instant."""
    gate = WebGate().inside
    first, second = gate.new_id(), gate.new_id()
    assert (AT, AT) == (made_at(first), made_at(second))
    assert first != second


def test_facts_follow_the_tenant() -> None:
    """Only a tenant under the open policy is judged by it, and each decision names the policy's version."""
    gate = WebGate().inside
    told = [gate.facts(tenant("acme", "AC1", "token", open_policy=open_policy)) for open_policy in (False, True)]
    assert [Facts("1", open_policy=False), Facts("1", open_policy=True)] == told
