"""What the carrier knows of an opt-out is known here from then on."""

from __future__ import annotations

import pytest

from dialgate.app.carrier_stop import learn
from dialgate.app.errors import JournalUnavailableError
from dialgate.app.forward import Refusal
from dialgate.domain.reasons import Reason
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, NUMBER, REQUEST, TENANT, OneGate, attempt


async def test_a_refusal_of_the_carrier_suppresses_the_number(gate: OneGate) -> None:
    """The next attempt is refused by the gate itself, and a repeat of the refusal is the same opt-out."""
    first = await learn(gate.opting_out, TENANT, NUMBER, "d1", AT)
    again = await learn(gate.opting_out, TENANT, NUMBER, "d1", AT)
    assert (True, first.id) == (first.in_force, again.id)
    refusal = await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    assert isinstance(refusal, Refusal)
    assert [Reason.SUPPRESSED] == [block.reason for block in refusal.blocks]


async def test_what_is_not_durable_was_not_learnt(gate: OneGate) -> None:
    """The caller is told, so that it does not believe otherwise."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await learn(gate.opting_out, TENANT, NUMBER, "d1", AT)
