"""Lists of opt-outs: durable in SQL, then in force, and never said to be more than they are."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.opt_out_lists import OptOutLists, TakenIn
from dialgate.domain.decision import Decision
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import FACTS, NUMBER, TENANT, OneGate, attempt, opt_out


def listed(*names: str, source: Source = Source.IMPORT) -> list[OptOut]:
    """The first is of the number that is called in these tests."""
    numbers = [NUMBER, *(E164(f"+1202555{place:04}") for place in range(200, 300))]
    return [replace(opt_out(name, number=number), source=source) for name, number in zip(names, numbers, strict=False)]


@pytest.fixture
def lists(gate: OneGate) -> OptOutLists:
    return OptOutLists(gate.ledger, gate.store, gate.state)


async def is_refused(gate: OneGate, number: int = 1) -> bool:
    return isinstance(await gate.admission.admit(attempt(number), FACTS), Decision)


async def test_what_is_in_force_refuses_the_next_attempt(gate: OneGate, lists: OptOutLists) -> None:
    """After the acknowledgement nobody on the list is called."""
    assert TakenIn(3, in_force=True) == await lists.record(listed("a", "b", "c"))
    assert (True, 3, 3) == (await is_refused(gate), gate.sql.head, gate.state.head)


async def test_a_list_may_be_sent_twice(gate: OneGate, lists: OptOutLists) -> None:
    """What stands in the ledger is in force and is not recorded again; nor is a number that the list has twice."""
    await lists.record(listed("a", "b"))
    assert TakenIn(1, in_force=True) == await lists.record([*listed("c", "d", "e"), *listed("f")])
    assert TakenIn(0, in_force=True) == await lists.record(listed("g", "h"))
    assert 3 == gate.sql.head


async def test_another_source_is_another_wish(gate: OneGate, lists: OptOutLists) -> None:
    """A complaint is on record although the person had texted STOP, for START lifts only that."""
    await gate.opting_out.record(opt_out())
    assert TakenIn(1, in_force=True) == await lists.record(listed("a", source=Source.COMPLAINT))
    assert [1, 0] == [await lists.known(listed("b", source=source)) for source in (Source.COMPLAINT, Source.REGULATOR)]


async def test_what_was_lifted_is_recorded_again(gate: OneGate, lists: OptOutLists) -> None:
    """An opt-out that a lift names holds nobody back, so the list's counts anew."""
    await lists.record(listed("a"))
    lift = Lift(OptOutId("l"), NUMBER, TENANT, (OptOutId("a"),), Source.AGENT, "SK1", AT)
    await gate.ledger.record_lift(lift)
    assert TakenIn(1, in_force=True) == await lists.record(listed("b"))
    assert await is_refused(gate)


async def test_rows_of_others_go_first(gate: OneGate, lists: OptOutLists) -> None:
    """A row that was recorded before and that the index has not heard of is applied with the list."""
    await gate.ledger.record_opt_out(opt_out("other", number=E164("+12025550199")))
    assert TakenIn(2, in_force=True) == await lists.record(listed("a", "b"))


async def test_without_sql_nothing_is_acknowledged(gate: OneGate, lists: OptOutLists) -> None:
    """A list does not go through the journal: it lies in a file and is sent again."""
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await lists.record(listed("a"))
    gate.sql_trouble.down = False
    assert TakenIn(1, in_force=True) == await lists.record(listed("a"))


@pytest.mark.parametrize("fails", ["apply", "view"])
async def test_what_cannot_be_seen_in_the_index_is_not_in_force(gate: OneGate, lists: OptOutLists, fails: str) -> None:
    """Durable, and said to be no more than that; the indexer goes on."""
    gate.store_trouble.fails = gate.sql_trouble.fails = {fails}
    assert TakenIn(1, in_force=False) == await lists.record(listed("a"))
    gate.store_trouble.fails = gate.sql_trouble.fails = set()
    await gate.indexer.tick()
    assert await is_refused(gate)


async def test_a_closed_partition_is_not_in_force(gate: OneGate, lists: OptOutLists) -> None:
    """While the index is being loaded nothing is confirmed."""
    gate.store.scripts(gate.server, gate.store.layout).begin("nonce")
    assert TakenIn(1, in_force=False) == await lists.record(listed("a"))


async def test_a_newer_generation_in_sql_is_not_in_force(gate: OneGate, lists: OptOutLists) -> None:
    """The store that answered may be the one that all others have left."""

    def next_generation() -> None:
        gate.sql.generation += 1

    gate.store_trouble.after["apply"] = next_generation
    assert TakenIn(1, in_force=False) == await lists.record(listed("a"))


async def test_calls_under_way_are_recalled(gate: OneGate, lists: OptOutLists) -> None:
    """The sweep cancels what the list has overtaken."""
    await gate.admission.admit(attempt(), FACTS)
    await lists.record(listed("a"))
    assert [True] == list(gate.held.values())


async def test_batches_at_once_keep_their_order(gate: OneGate, lists: OptOutLists) -> None:
    """Several under way: each is whole, and all are in force."""
    people = [replace(opt_out(f"o{n}", number=E164(f"+1202556{n:04}")), source=Source.IMPORT) for n in range(8)]
    assert [TakenIn(1, in_force=True)] * 8 == await asyncio.gather(*(lists.record([one]) for one in people))
