"""What the carrier knows of an opt-out is known here from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.carrier_stop import learn
from dialgate.app.errors import JournalUnavailableError
from dialgate.app.forward import Refusal
from dialgate.domain.ledger import OptOut
from dialgate.domain.reasons import Reason
from dialgate.domain.scope import Scope
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


@pytest.mark.parametrize(
    "known",
    [
        replace(opt_out(), scope=Scope(TENANT, channel="voice")),
        replace(opt_out(), scope=Scope(TENANT, purpose="marketing")),
        replace(opt_out(), scope=Scope(TENANT, campaign="spring")),
        replace(opt_out(), ends_at=AT + timedelta(days=30)),
    ],
)
async def test_less_than_the_carrier_knows_is_not_enough(gate: OneGate, known: OptOut) -> None:
    """Whoever said no to a part, or for a time, and then no to the carrier has said no."""
    await gate.opting_out.record(known)
    assert await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)


async def test_no_to_all_messages_is_what_the_carrier_knows(gate: OneGate) -> None:
    """Who refuses messages alone may still be called."""
    await gate.opting_out.record(replace(opt_out(), scope=Scope(TENANT, channel="sms")))
    assert None is await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)


async def test_with_sql_away_it_is_learnt_all_the_same(gate: OneGate) -> None:
    """If in doubt, one opt-out more."""
    gate.sql_trouble.fails = {"opt_outs_of"}
    assert await learn(gate.opting_out, gate.ledger, TENANT, NUMBER, "d1", AT)
