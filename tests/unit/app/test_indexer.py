"""The indexer: follows the ledger in order, and opens again after a loss only when nothing can be missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from dialgate.app.errors import LedgerUnavailableError, StoreUnavailableError
from dialgate.app.indexer import LONGEST_KEPT, Indexer, Progress
from dialgate.app.ports import Kept
from dialgate.domain.decision import Decision
from dialgate.domain.ids import GateId, OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, FACTS, GATE, NUMBER, REQUEST, TENANT, OneGate, attempt, opt_out
from tests.model.content import Content, Fence
from tests.model.sql import FakeSink

OTHER_GATE = GateId("gate-2")
OTHER_NUMBER = E164("+12025550124")
STOPPED = Entry(Scope(TENANT).name, NUMBER)


def fence(gate: OneGate) -> Fence:
    found = gate.server.content.fence
    assert found is not None
    return found


async def opted_out(gate: OneGate, *names: str) -> None:
    """In the ledger alone: whoever recorded them died before the index heard of it."""
    for name in names or ("stop-1",):
        await gate.ledger.record_opt_out(opt_out(name))


async def ticks(gate: OneGate, most: int = 6) -> list[str]:
    """Until it is open, every gate confirming as soon as it can."""
    states: list[str] = []
    for _ in range(most):
        states.append((await gate.indexer.tick()).state)
        if states[-1] == "open":
            break
        await gate.life.poll()
    return states


async def serving() -> OneGate:
    gate = OneGate()
    await gate.life.enlist()
    return gate


async def test_rows_are_applied_in_order(gate: OneGate) -> None:
    """What is in the ledger is in the index after a tick, and the watermark is on record."""
    await opted_out(gate, "stop-1", "stop-2")
    assert Progress("open", 1) == await gate.indexer.tick()
    assert (True, 2, 2) == (STOPPED in gate.server.content.members, fence(gate).watermark, gate.sql.watermark)


async def test_a_lift_takes_the_number_out(gate: OneGate) -> None:
    """Once every opt-out of a number is lifted, it may be called again."""
    await opted_out(gate)
    await gate.indexer.tick()
    names = (OptOutId("stop-1"),)
    await gate.ledger.record_lift(Lift(OptOutId("start-1"), NUMBER, TENANT, names, Source.SMS, "carrier", AT))
    await gate.indexer.tick()
    assert frozenset() == gate.server.content.members


async def test_without_the_lease_it_is_idle(gate: OneGate) -> None:
    """One gate works, all others wait: until its lease has run out."""
    await gate.indexer.tick()
    other = gate.indexer_of(OTHER_GATE)
    assert Progress("idle") == await other.tick()
    gate.pass_s(3.1)
    assert Progress("open", 1) == await other.tick()


async def test_a_row_that_waited_without_a_sequence_leaves_the_overlay(gate: OneGate) -> None:
    """An opt-out that was in force before SQL knew it is an ordinary row once its turn has passed."""
    await opted_out(gate)
    await gate.indexer.tick()
    await gate.store.suppress(Change(0, "stop-1", add=(STOPPED,)), None)
    await gate.indexer.tick()
    assert ({}, True) == (gate.server.content.overlay, STOPPED in gate.server.content.members)


async def test_a_row_that_sql_does_not_know_stays_in_the_overlay(gate: OneGate) -> None:
    """What is still on its way to SQL is kept, so that no lift can take it out."""
    await gate.store.suppress(Change(0, "stop-1", add=(STOPPED,)), None)
    await gate.indexer.tick()
    assert ["stop-1"] == list(gate.server.content.overlay)


async def test_after_a_flush_it_opens_with_all_that_was_there() -> None:
    """An empty store is not permission: it is closed, registered, confirmed, loaded whole and only then opened."""
    gate = await serving()
    await opted_out(gate, "stop-1", "stop-2")
    gate.server.flush()
    assert ["waiting", "open"] == await ticks(gate)
    found = fence(gate)
    assert (2, 2, 2, frozenset({STOPPED})) == (
        found.generation,
        found.watermark,
        gate.sql.watermark,
        gate.server.content.members,
    )


async def test_an_empty_ledger_opens_too() -> None:
    """The first start has nothing to load and opens all the same."""
    gate = await serving()
    gate.server.flush()
    assert ["waiting", "open"] == await ticks(gate)
    assert (2, 0) == (fence(gate).generation, fence(gate).watermark)


async def test_it_waits_for_every_gate_on_the_list() -> None:
    """A generation is not opened while any registered gate has not confirmed it, and says for whom it waits."""
    gate = await serving()
    await gate.register.enlist(OTHER_GATE, "elsewhere", 1, AT)
    gate.server.flush()
    await gate.indexer.tick()
    await gate.life.poll()
    assert Progress("waiting", 2, waiting_for=(OTHER_GATE,)) == await gate.indexer.tick()
    assert fence(gate).generation is None
    await gate.register.confirm(OTHER_GATE, 2)
    assert Progress("open", 2) == await gate.indexer.tick()


async def test_while_it_waits_nothing_is_admitted() -> None:
    """From the first doubt to the opening, every attempt is refused."""
    gate = await serving()
    gate.server.flush()
    await gate.indexer.tick()
    await gate.life.poll()
    assert isinstance(await gate.admission.admit(attempt(), FACTS), Decision)


async def test_another_servers_history_is_caught_up() -> None:
    """After a failover only the rows above the copy's watermark are applied, and the partition opens anew."""
    gate = await serving()
    await opted_out(gate)
    await gate.indexer.tick()
    await opted_out(gate, "stop-2")
    gate.fail_over()
    assert ["waiting", "open"] == await ticks(gate)
    assert (2, 2, "h2") == (fence(gate).generation, fence(gate).watermark, fence(gate).history_id)
    assert "effective" not in gate.sql_trouble.asked


async def test_a_watermark_that_fell_is_a_loss() -> None:
    """An older copy under the same history is caught by the watermark that SQL has noted."""
    gate = await serving()
    copy = gate.server.content
    await opted_out(gate)
    await gate.indexer.tick()
    gate.server.content = copy
    assert ["waiting", "open"] == await ticks(gate)
    assert (2, True) == (fence(gate).generation, STOPPED in gate.server.content.members)


async def test_another_layout_is_a_loss() -> None:
    """Keys of another layout hold nothing that counts: all is loaded under ours."""
    gate = await serving()
    await opted_out(gate)
    gate.server.content = Content(replace(fence(gate), layout="other"))
    assert "waiting" == (await gate.indexer.tick()).state
    assert (2, None) == (gate.sql.generation, fence(gate).generation)


async def test_a_second_loss_during_the_load_begins_anew() -> None:
    """A store that is flushed while it is loaded never opens half full."""
    gate = await serving()
    await opted_out(gate)
    await gate.ledger.record_opt_out(opt_out("stop-2", number=OTHER_NUMBER))
    gate.server.flush()
    await gate.indexer.tick()
    await gate.life.poll()
    gate.store_trouble.after["load"] = gate.server.flush
    assert Progress("loading", 2) == await gate.indexer.tick()
    assert ["waiting", "open"] == await ticks(gate)
    assert (3, 2) == (fence(gate).generation, len(gate.server.content.members))


async def test_a_failover_between_load_and_opening_begins_anew() -> None:
    """What was loaded into a server that is gone opens nothing on the one that took over."""
    gate = await serving()
    gate.server.flush()
    await gate.indexer.tick()
    await gate.life.poll()
    gate.store_trouble.before["open"] = gate.fail_over
    assert Progress("loading", 2) == await gate.indexer.tick()


async def test_a_generation_that_another_registered_is_left_to_it() -> None:
    """Of two indexers that see the same loss one goes on, and the other does not open what it did not register."""
    gate = await serving()
    gate.server.flush()
    gate.sql_trouble.before["next_generation"] = lambda: setattr(gate.sql, "generation", 2)
    await gate.indexer.tick()
    await gate.life.poll()
    assert fence(gate).generation is None
    assert ["waiting", "open"] == await ticks(gate)
    assert 3 == fence(gate).generation


async def test_a_lost_lease_ends_the_load() -> None:
    """Whoever gets the lease begins by itself; the one that lost it does not go on where it was."""
    gate = await serving()
    gate.server.flush()
    await gate.indexer.tick()
    gate.pass_s(3.1)
    other = gate.indexer_of(OTHER_GATE)
    await other.tick()
    assert Progress("idle") == await gate.indexer.tick()


async def test_after_a_flush_reservations_counts_and_answers_come_back() -> None:
    """What was in flight is found by a later opt-out, and a duplicate is one still."""
    gate = await serving()
    await gate.forwarding.place(attempt(content="hello"), FACTS, CLAIM, REQUEST)
    gate.server.flush()
    await ticks(gate)
    assert ["CA1"] == [one.carrier_sid for one in gate.server.content.held.values()]
    assert isinstance(await gate.admission.admit(attempt(2, content="hello"), FACTS), Decision)


async def test_opening_recalls_what_was_opted_out_meanwhile() -> None:
    """A call that was in flight when the store was lost, and whose number opted out, is flagged by the load."""
    gate = await serving()
    await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    gate.server.flush()
    await opted_out(gate)
    await ticks(gate)
    await gate.recall.sweep()
    assert [("voice", "CA1")] == gate.carrier.cancelled


@pytest.mark.parametrize("store_astray_s", [-3600, 0, 3600])
async def test_a_copy_gets_back_what_it_may_lack(store_astray_s: int) -> None:
    """Whatever was admitted since the copy's last moment comes back, even if the new server's clock is astray."""
    gate = await serving()
    copy = gate.server.content
    gate.pass_s(1)
    await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    gate.pass_s(600)
    gate.fail_over(copy)
    gate.server.now_ms += store_astray_s * 1_000
    await ticks(gate)
    assert [attempt().id] == list(gate.server.content.held)


@dataclass(slots=True)
class AskedSink(FakeSink):
    """Keeps from when on it was read."""

    since: list[datetime] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)

    async def kept(self, since: datetime, at: datetime) -> AsyncIterator[Sequence[Kept]]:
        self.since.append(since)
        self.at.append(at)
        async for kept in FakeSink.kept(self, since, at):
            yield kept


@pytest.mark.parametrize(("age", "back"), [(timedelta(days=80), LONGEST_KEPT), (timedelta(hours=1), None)])
async def test_no_more_is_read_than_may_matter(age: timedelta, back: timedelta | None) -> None:
    """A copy gets what happened since its last moment and two minutes before, and nothing older than any window."""
    gate = await serving()
    sink = AskedSink(gate.sql, gate.sql_trouble)
    gate.indexer = Indexer(GATE, gate.store, gate.ledger, gate.register, sink, gate.clock, bytes)
    gate.pass_s(age.total_seconds())
    gate.fail_over()
    await ticks(gate)
    assert [gate.clock.now() - back if back else AT - timedelta(minutes=2)] == sink.since
    assert [gate.clock.now() - timedelta(hours=1)] == sink.at


async def test_without_sql_or_store_it_does_nothing(gate: OneGate) -> None:
    """A tick that cannot see both sides changes neither."""
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await gate.indexer.tick()
    gate.sql_trouble.down, gate.store_trouble.down = False, True
    with pytest.raises(StoreUnavailableError):
        await gate.indexer.tick()
    assert (1, 1) == (fence(gate).generation, gate.sql.generation)


async def test_a_load_that_failed_half_way_begins_anew() -> None:
    """An error in the middle of a load opens nothing; a later tick starts from what the stores say."""
    gate = await serving()
    await opted_out(gate)
    gate.server.flush()
    await gate.indexer.tick()
    await gate.life.poll()
    gate.store_trouble.fails = {"open"}
    with pytest.raises(StoreUnavailableError):
        await gate.indexer.tick()
    gate.store_trouble.fails = set()
    assert "open" == (await ticks(gate))[-1]
    assert GATE in gate.sql.gates


async def test_a_ledger_that_lost_rows_is_loaded_anew() -> None:
    """An older copy of the ledger gives its next rows numbers that the store has seen: the old watermark must go, or
    those rows would be passed over.
    """
    gate = await serving()
    gate.server.content = gate.server.content.fenced(replace(fence(gate), watermark=5))
    await ticks(gate)
    await gate.opting_out.record(opt_out())
    assert (1, 2) == (fence(gate).watermark, fence(gate).generation)
    assert isinstance(await gate.admission.admit(attempt(), FACTS), Decision)
