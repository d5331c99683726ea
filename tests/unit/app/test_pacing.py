"""A call is admitted only in its turn; who would wait too long is told when to come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.pacing import LONGEST_WAIT_S
from dialgate.app.ports import Claimed
from dialgate.app.records import Kind
from dialgate.domain.ledger import Entry
from dialgate.domain.reasons import Reason
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, NUMBER, REQUEST, TENANT, OneGate, attempt
from tests.fakes.policies import facts as shipped_facts
from tests.fakes.policies import to


@pytest.fixture
def gate() -> OneGate:
    """One call a second."""
    return OneGate(calls_per_second=1)


async def place(gate: OneGate, number: int = 1, tenant: str = TENANT) -> Forwarded | Refusal | Claimed:
    asked, claim = replace(attempt(number), tenant=tenant), replace(CLAIM, key=f"request-{number}")
    return await gate.forwarding.place(asked, FACTS, claim, REQUEST, creates_call=True)


def reasons(placed: Forwarded | Refusal | Claimed) -> list[Reason]:
    assert isinstance(placed, Refusal)
    return [block.reason for block in placed.blocks]


def slots_taken(gate: OneGate) -> int:
    """Ahead of now."""
    pace = gate.server.content.paces.get("AC1")
    return 0 if pace is None else max(0, pace.at_us // 1_000_000 - gate.server.now_ms // 1_000)


async def test_a_call_waits_for_its_slot_before_it_is_admitted(gate: OneGate) -> None:
    """The first goes at once, the next a second later: what is reserved bears the later time."""
    assert isinstance(await place(gate, 1), Forwarded)
    gate.store_trouble.before["admit"] = lambda: gate.slept_s.append(0)
    assert isinstance(await place(gate, 2), Forwarded)
    assert [1.0, 0] == gate.slept_s
    first, second = (one.at_ms for one in gate.server.content.held.values())
    assert 1_000 == second - first


async def test_who_would_wait_too_long_is_refused_on_record(gate: OneGate) -> None:
    """429 in words: reason, whole seconds after which a slot is kept for this tenant, and a decision that says so."""
    slots = [await gate.store.pace("AC1", TENANT, 1, LONGEST_WAIT_S) for _ in range(3)]
    assert [0, 1, 2] == [getattr(slot, "in_s", None) for slot in slots]
    refused = await place(gate)
    assert [Reason.PACING] == reasons(refused)
    assert isinstance(refused, Refusal)
    assert (1, AT + timedelta(seconds=1)) == (refused.blocks[0].retry_after_s, refused.blocks[0].retry_at)
    (record,) = gate.journal.of(Kind.DECISION)
    assert ("block", "pacing") == (record.body["verdict"], record.body["reasons"][0]["code"])
    assert ([], {}) == (gate.carrier.sent, gate.held)


async def test_a_place_is_kept_for_who_was_turned_away(gate: OneGate) -> None:
    """After the time that it was told, it is served, although others ask all the while."""
    for _ in range(3):
        await gate.store.pace("AC1", "greedy", 1, LONGEST_WAIT_S)
    assert [Reason.PACING] == reasons(await place(gate, 1, "modest"))
    assert [Reason.PACING] == reasons(await place(gate, 2, "greedy"))
    gate.pass_s(1)
    assert [Reason.PACING] == reasons(await place(gate, 3, "greedy"))
    assert isinstance(await place(gate, 4, "modest"), Forwarded)


async def test_what_is_refused_anyway_takes_no_slot(gate: OneGate) -> None:
    """An opted-out number costs no dialer its turn, and is refused for what it is."""
    content = gate.server.content
    gate.server.content = replace(content, members=content.members | {Entry(Scope(TENANT).name, NUMBER)})
    assert [Reason.SUPPRESSED] == reasons(await place(gate))
    assert 0 == slots_taken(gate)


async def test_a_repeat_takes_no_slot(gate: OneGate) -> None:
    """It is never sent, so it need not wait."""
    assert isinstance(await place(gate), Forwarded)
    taken = slots_taken(gate)
    again = await gate.forwarding.place(attempt(2), FACTS, replace(CLAIM, key="request-1"), REQUEST, creates_call=True)
    assert isinstance(again, Claimed)
    assert (taken, []) == (slots_taken(gate), gate.slept_s)


async def test_an_opt_out_during_the_wait_refuses(gate: OneGate) -> None:
    """The slot comes before admission, so whatever happens meanwhile counts."""
    await gate.store.pace("AC1", TENANT, 1, LONGEST_WAIT_S)
    content = gate.server.content

    def opt_out() -> None:
        gate.server.content = replace(
            gate.server.content, members=content.members | {Entry(Scope(TENANT).name, NUMBER)}
        )

    gate.store_trouble.after["pace"] = opt_out
    assert ([Reason.SUPPRESSED], [1.0]) == (reasons(await place(gate)), gate.slept_s)


async def test_hours_that_end_during_the_wait_refuse(gate: OneGate) -> None:
    """An attempt is judged when its turn has come: Florida's window closes at 20:00."""
    gate.pass_s(timedelta(hours=22).total_seconds() - 0.5)
    await gate.store.pace("AC1", TENANT, 1, LONGEST_WAIT_S)
    asked = to("+13055550123", gate.clock.now())
    placed = await gate.forwarding.place(asked, shipped_facts(), CLAIM, REQUEST, creates_call=True)
    assert ([Reason.CALLING_HOURS], [1.0]) == (reasons(placed), gate.slept_s)


@pytest.mark.parametrize("step", ["claimed", "probe", "pace"])
async def test_a_silent_store_refuses(gate: OneGate, step: str) -> None:
    """Without a slot nothing is admitted, even if the store answers a moment later."""
    gate.store_trouble.fails.add(step)
    assert [Reason.GATE_UNAVAILABLE] == reasons(await place(gate))
    assert ([], {}) == (gate.carrier.sent, gate.held)


async def test_a_closed_store_refuses_without_a_slot(gate: OneGate) -> None:
    """What opens in the next instant does not let a call through that has no slot."""
    gate.state.generation = 2
    assert [Reason.INDEX_UNVERIFIED] == reasons(await place(gate))
    assert 0 == slots_taken(gate)


async def test_other_requests_take_no_slot(gate: OneGate) -> None:
    """Messages, updates, and everything where the pace is 0."""
    assert isinstance(await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST), Forwarded)
    unpaced = OneGate()
    assert isinstance(await place(unpaced), Forwarded)
    assert ({}, {}) == (gate.server.content.paces, unpaced.server.content.paces)
