"""The use cases of documents are made of the same parts as those of attempts."""

from __future__ import annotations

from tests.fakes.live_calls import AGENT, Live, dialled, twiml
from tests.fakes.web_gate import WebGate
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL


async def test_a_document_is_followed_by_the_gates_own_store_journal_and_url() -> None:
    """What it reaches is reserved where attempts are, and reports to this gate."""
    gate = WebGate()
    await gate.inside.directory.refresh()
    live = Live(gate)
    served = await live.ask(twiml(f"<Dial>{AGENT}</Dial>"))
    ((decision_id, _),) = gate.held.items()
    assert ([AGENT], [(AGENT, "allow")]) == (dialled(served), live.verdicts)
    assert f"{PUBLIC_URL}/twilio/status/{decision_id}" in served
