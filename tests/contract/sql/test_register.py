"""The port `Register`, over each store that has one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dialgate.app.errors import NotFoundError
from dialgate.app.ports import GateRow, Register
from dialgate.domain.ids import GateId
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.register import SqlRegister
from tests.sql_backends import Place

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
A = GateId("gate-a")
B = GateId("gate-b")


@pytest.fixture
def register(database: Database) -> Register:
    return SqlRegister(database)


async def test_a_gate_is_listed_with_what_it_confirmed(register: Register) -> None:
    """The register knows each gate, its directory and its generation; telling it twice changes nothing."""
    await register.enlist(A, "dir-1", 3, NOW)
    await register.enlist(B, "dir-2", 0, NOW)
    await register.enlist(A, "dir-1", 2, NOW)
    assert [GateRow(A, "dir-1", 3), GateRow(B, "dir-2", 0)] == await register.gates()


async def test_a_confirmation_is_never_taken_back(register: Register) -> None:
    """A late command cannot lower what a gate has confirmed."""
    await register.enlist(A, "dir-1", 0, NOW)
    for generation in (1, 3, 2):
        await register.confirm(A, generation)
    assert [GateRow(A, "dir-1", 3)] == await register.gates()


async def test_a_gate_that_was_struck_cannot_confirm(register: Register) -> None:
    """A gate that nobody waits for any more is told so, instead of going on unregistered."""
    await register.enlist(A, "dir-1", 0, NOW)
    await register.strike(A, "operator", NOW)
    with pytest.raises(NotFoundError):
        await register.confirm(A, 1)
    assert [] == await register.gates()


async def test_striking_twice_is_striking_once(register: Register) -> None:
    """Two siblings that find the same dead gate do not disturb each other."""
    await register.enlist(A, "dir-1", 0, NOW)
    await register.enlist(B, "dir-1", 0, NOW)
    await asyncio.gather(register.strike(A, "gate-b", NOW), register.strike(A, "gate-c", NOW))
    assert [GateRow(B, "dir-1", 0)] == await register.gates()


async def test_a_generation_is_registered_once(place: Place) -> None:
    """Of many that saw the same loss, one registers the next generation."""
    databases = [await place.open(), await place.open()]
    gates = [SqlRegister(databases[n % 2]) for n in range(10)]
    won = await asyncio.gather(*(gate.next_generation(0, NOW) for gate in gates))
    assert 1 == won.count(True)
    assert 1 == (await SqlLedger(databases[0]).view()).generation
    assert [False, True] == [await gates[0].next_generation(after, NOW) for after in (0, 1)]


async def test_the_noted_watermark_only_rises(register: Register, database: Database) -> None:
    """A late note cannot hide a loss."""
    for watermark in (5, 3, 7, 6):
        await register.note_watermark(watermark)
    assert 7 == (await SqlLedger(database).view()).watermark


async def test_one_gate_holds_the_lease_until_it_runs_out(register: Register) -> None:
    """The holder keeps it, another gets it only after its end."""
    assert await register.hold_lease(A, NOW, 2.0)
    assert not await register.hold_lease(B, NOW + timedelta(seconds=1), 2.0)
    assert await register.hold_lease(A, NOW + timedelta(seconds=1), 2.0)
    assert not await register.hold_lease(B, NOW + timedelta(seconds=2), 2.0)
    assert await register.hold_lease(B, NOW + timedelta(seconds=3), 2.0)
    assert not await register.hold_lease(A, NOW + timedelta(seconds=3), 2.0)


async def test_a_struck_gate_gives_up_its_lease(register: Register) -> None:
    """A gate that died with a clock far ahead does not keep the others from the indexer's work."""
    assert await register.hold_lease(A, NOW + timedelta(hours=1), 2.0)
    assert not await register.hold_lease(B, NOW, 2.0)
    await register.strike(A, B, NOW)
    assert await register.hold_lease(B, NOW, 2.0)
