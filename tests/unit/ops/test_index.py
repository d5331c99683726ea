"""Whether the suppression index holds what the ledger says, and making it so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from dialgate.app.ports import Why
from dialgate.domain.ledger import Entry
from dialgate.domain.numbers import E164
from dialgate.ops.index import rebuilt, verified
from tests.fakes.one_gate import OneGate, opt_out
from tests.fakes.open_stores import opened


class Told:
    def __init__(self) -> None:
        self.done = 0
        self.what: list[str] = []

    def __call__(self, count: int, what: str) -> None:
        self.done += count
        self.what.append(what)


async def _opt_outs(gate: OneGate, count: int) -> None:
    for number in range(count):
        await gate.opting_out.record(opt_out(f"stop-{number}", number=E164(f"+1202555{number:04d}")))


def _lose(gate: OneGate, *numbers: str) -> None:
    content = gate.server.content
    lost = {entry for entry in content.members if entry.member in numbers}
    gate.server.content = replace(content, members=content.members - lost)


async def test_an_index_that_holds_everything_is_sound() -> None:
    """Every entry that the ledger leaves in force was asked for and found."""
    gate, told = OneGate(), Told()
    await _opt_outs(gate, 3)
    found = await verified(opened(gate), gate.clock.now, told)
    assert (3, 3, 0, None, True, 3) == (found.head, found.members, found.missing, found.closed, found.sound, told.done)


async def test_a_missing_entry_is_counted() -> None:
    """An entry that the index has lost without noticing is found."""
    gate = OneGate()
    await _opt_outs(gate, 3)
    _lose(gate, "+12025550001")
    found = await verified(opened(gate), gate.clock.now, Told())
    assert (3, 1, False) == (found.members, found.missing, found.sound)


async def test_a_closed_index_is_not_compared() -> None:
    """A store that does not answer for its content is said to be closed, not to be empty."""
    gate = OneGate()
    await gate.store.begin("nonce")
    found = await verified(opened(gate), gate.clock.now, Told())
    assert (Why.GENERATION, 0, False) == (found.closed, found.members, found.sound)


async def test_rebuilding_brings_back_what_is_missing() -> None:
    """After a rebuild every entry is there, the gates have confirmed a new generation, and the index is open at it."""
    gate, told = OneGate(), Told()
    await gate.life.enlist()
    await _opt_outs(gate, 3)
    _lose(gate, "+12025550001")
    rebuilding = asyncio.create_task(rebuilt(opened(gate), gate.clock.now, told))
    while not rebuilding.done():
        await gate.indexer.tick()
        await gate.life.poll()
        await asyncio.sleep(0)
    assert (2, ["waiting for a gate to load it"]) == (rebuilding.result(), told.what)
    assert (await verified(opened(gate), gate.clock.now, Told())).sound
    assert Entry("acme/*/*/*", "+12025550001") in gate.server.content.members  # type: ignore[arg-type]


async def test_without_a_gate_nothing_opens() -> None:
    """The index is closed until a gate opens it; a rebuild that nobody finishes says so."""
    gate = OneGate()
    assert await rebuilt(opened(gate), gate.clock.now, Told(), within_s=0.3) is None
    assert (await gate.store.fence()).generation is None
