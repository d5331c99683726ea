"""Shipping by a process of its own: what it writes, and what happens when it dies, hangs or cannot write."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.records import Record
from dialgate.bootstrap.shipping import ShippingChild, command
from dialgate.stores.journal.lines import payload
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import resource
from tests.fakes.journal_tools import sent
from tests.sql_backends import Place
from tests.waiting import until

SCRIPTED = """
import sys, time  # for the tests of shipping
def say(text): print(text, end="", flush=True)
say("ready\\n")
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(int.from_bytes(head, "big"))
    {then}
"""
Start = Callable[..., ShippingChild]


@pytest.fixture
async def database(sqlite_place: Place) -> Database:
    return await sqlite_place.open()


@pytest.fixture
async def child(database: Database) -> AsyncIterator[Start]:
    started: list[ShippingChild] = []

    def start(command: Sequence[str]) -> ShippingChild:
        started.append(ShippingChild(database, command))
        return started[-1]

    yield start
    for one in started:
        await one.close()


@pytest.fixture
def real(sqlite_place: Place, tmp_path: Path) -> Sequence[str]:
    """The child as a gate starts it, on the file of the test."""
    config = tmp_path / "dialgate.toml"
    config.write_text(f'[data]\ndir = "{sqlite_place.data_dir}"\n')
    return command(config)


def scripted(then: str) -> Sequence[str]:
    return (sys.executable, "-c", SCRIPTED.format(then=then))


def payloads(*ids: str) -> list[bytes]:
    return [payload(named(id_)) for id_ in ids]


def named(id_: str) -> Record:
    record = sent(id_)
    return Record(record.kind, id_, record.tenant, record.at, {"carrier_sid": f"CA{id_}"})


async def names(database: Database) -> list[str]:
    rows = await database.rows(select(resource.c.carrier_sid).order_by(resource.c.carrier_sid))
    return [row.carrier_sid for row in rows]


def pids() -> list[int]:
    """Of the living children of this process that ship."""
    found = []
    for path in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        found += [int(pid) for pid in path.read_text().split()]
    return [pid for pid in found if b"shipping" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def running() -> bool:
    return bool(pids())


def trying(child: ShippingChild, batch: Sequence[bytes]) -> Callable[[], Awaitable[bool]]:
    """As the shipper tries again."""

    async def once() -> bool:
        try:
            await child.ship(batch)
        except LedgerUnavailableError:
            return False
        return True

    return once


async def test_what_was_shipped_is_in_sql(child: Start, real: Sequence[str], database: Database) -> None:
    """Batch after batch, through one process; the same again is harmless."""
    one = child(real)
    await one.ship(payloads("1", "2"))
    await one.ship(payloads("2", "3"))
    assert ["CA1", "CA2", "CA3"] == await names(database)


async def test_a_killed_child_is_replaced(child: Start, real: Sequence[str], database: Database) -> None:
    """The batch under way is refused, so that it is shipped again, and a new process takes it."""
    one = child(real)
    await one.ship(payloads("1"))
    [pid] = pids()
    os.kill(pid, signal.SIGKILL)
    await until(trying(one, payloads("2")), "a new child ships")
    assert (["CA1", "CA2"], True) == (await names(database), pids() != [pid])


async def test_a_child_that_dies_with_a_batch_refuses_it(child: Start) -> None:
    """Nobody takes silence for a commit."""
    with pytest.raises(LedgerUnavailableError):
        await child(scripted("sys.exit(0)")).ship(payloads("1"))


async def test_a_child_that_cannot_start_refuses(child: Start) -> None:
    """A ledger that cannot be opened is waited for by trying again."""
    with pytest.raises(LedgerUnavailableError):
        await child((sys.executable, "-c", "raise SystemExit(1)")).ship(payloads("1"))


async def test_what_the_child_could_not_write_is_refused(child: Start) -> None:
    """Its kind is told, and the child stays for the next try."""
    one = child(scripted(r'say("LedgerUnavailableError\n")'))
    for _ in range(2):
        with pytest.raises(LedgerUnavailableError, match="LedgerUnavailableError"):
            await one.ship(payloads("1"))


async def test_what_else_stands_on_standard_output_is_no_answer(child: Start) -> None:
    """Python may be told to load something that greets before our code runs."""
    noisy = "print('welcome', flush=True)" + SCRIPTED.format(then=r'say("done\n")')
    await child((sys.executable, "-c", noisy)).ship(payloads("1"))


async def test_half_an_answer_is_none(child: Start) -> None:
    """A child that is killed while it answers has not said that it is done."""
    with pytest.raises(LedgerUnavailableError):
        await child(scripted('say("done"); sys.exit(0)')).ship(payloads("1"))


async def test_who_stops_waiting_leaves_no_answer_behind(child: Start) -> None:
    """The answer to a batch that was given up is not taken for that to the next."""
    one = child(scripted("time.sleep(60)"))
    giving_up = asyncio.create_task(one.ship(payloads("1")))
    await until(running, "the child runs")
    giving_up.cancel()
    await asyncio.wait({giving_up})
    assert (True, []) == (giving_up.cancelled(), pids())


async def test_it_ends_with_its_gate(child: Start, real: Sequence[str]) -> None:
    """Closing leaves no process."""
    one = child(real)
    await one.ship(payloads("1"))
    await one.close()
    assert [] == pids()
