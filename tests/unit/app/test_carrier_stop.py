"""What the carrier knows of an opt-out is known here from then on."""

from __future__ import annotations

import pytest

from dialgate.app.carrier_stop import learn
from dialgate.app.errors import JournalUnavailableError
from dialgate.app.forward import Refusal
from dialgate.domain.reasons import Reason
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, NUMBER, REQUEST, TENANT, OneGate, attempt, opt_out


async def test_a_refusal_of_the_carrier_suppresses_the_number(gate: OneGate) -> None:
    """The next attempt is refused by the gate itself."""
    learnt = await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)
    assert learnt
    assert learnt.in_force
    refusal = await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    assert isinstance(refusal, Refusal)
    assert [Reason.SUPPRESSED] == [block.reason for block in refusal.blocks]


async def test_what_is_not_durable_was_not_learnt(gate: OneGate) -> None:
    """The caller is told, so that it does not believe otherwise."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)


async def test_what_is_known_already_is_not_learnt(gate: OneGate) -> None:
    """A message that was under way when its person opted out comes back refused; their START must lift all there is."""
    await gate.opting_out.record(opt_out())
    assert None is await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)
    assert 1 == len(await gate.ledger.opt_outs_of(TENANT, NUMBER))


async def test_with_sql_away_it_is_learnt_all_the_same(gate: OneGate) -> None:
    """If in doubt, one opt-out more."""
    gate.sql_trouble.fails = {"opt_outs_of"}
    assert await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)
