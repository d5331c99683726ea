"""What was made is known at once here, and soon everywhere."""

from __future__ import annotations

import asyncio

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.records import Kind, Record
from dialgate.web.proxy.made import REMEMBERED, Made, Maker
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import WebGate, sid

CALL, OTHER = sid("CA", 1), sid("CA", 2)
MAKER = Maker("acme", "d1", "+14155552671")


def record(gate: WebGate, carrier_sid: str, tenant: str = "acme") -> None:
    gate.sql.ship([Record(Kind.SENT, "d1", tenant, AT, {"carrier_sid": carrier_sid})])


async def test_what_this_gate_made_is_known_before_the_log_knows(gate: WebGate) -> None:
    """A fetch right after the create finds it."""
    made = Made(gate.inside)
    made.note(CALL, MAKER)
    assert (MAKER, None) == (await made.by("acme", CALL), await made.by("other", CALL))
    assert "+14155552671" == await made.number(MAKER)


async def test_what_another_gate_made_is_waited_for(gate: WebGate) -> None:
    """Its record arrives while the reader waits."""
    made = Made(gate.inside)
    task = asyncio.create_task(made.by("acme", CALL))
    await asyncio.sleep(0)
    record(gate, CALL)
    assert Maker("acme", "d1", "") == await task


async def test_what_nobody_made_is_not_waited_for_long(gate: WebGate) -> None:
    """After a second it does not exist; that of another tenant neither."""
    made = Made(gate.inside)
    record(gate, OTHER, "other")
    assert (None, None) == (await made.by("acme", CALL), await made.by("acme", OTHER))


async def test_a_number_that_only_the_log_knows_is_read_there(gate: WebGate) -> None:
    """An unknown decision has no number, so an update of it is refused."""
    gate.sql.ship([Record(Kind.DECISION, "d1", "acme", AT, {"number": "+14155552671"})])
    made = Made(gate.inside)
    numbers = [await made.number(Maker("acme", decision, "")) for decision in ("d1", "d2")]
    assert ["+14155552671", ""] == numbers


async def test_rows_of_a_list_are_told_apart(gate: WebGate) -> None:
    """Recent, recorded and foreign rows; fresh ones that nobody made are given up."""
    made = Made(gate.inside)
    recorded, foreign = sid("CA", 3), sid("CA", 4)
    made.note(CALL, MAKER)
    made.note(foreign, Maker("other", "d2", ""))
    record(gate, recorded)
    assert {CALL, recorded} == await made.of("acme", [CALL, recorded, foreign, OTHER], {OTHER})


async def test_fresh_rows_are_waited_for(gate: WebGate) -> None:
    """A row of a moment ago may be ours although its record is still on its way."""
    made = Made(gate.inside)
    task = asyncio.create_task(made.of("acme", [CALL], {CALL}))
    await asyncio.sleep(0)
    record(gate, CALL)
    assert {CALL} == await task


async def test_memory_is_bounded(gate: WebGate) -> None:
    """The oldest are left to the log."""
    made = Made(gate.inside)
    for number in range(REMEMBERED + 1):
        made.note(sid("CA", number), MAKER)
    assert (None, MAKER) == (await made.by("acme", sid("CA", 0)), await made.by("acme", sid("CA", 1)))


async def test_without_sql_only_the_recent_is_known(gate: WebGate) -> None:
    """What cannot be looked up is an error, never a no."""
    gate.sql_trouble.down = True
    made = Made(gate.inside)
    with pytest.raises(LedgerUnavailableError):
        await made.number(Maker("acme", "d1", ""))
