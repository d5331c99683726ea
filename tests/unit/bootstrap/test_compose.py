"""The composition root: everything is made once, and shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialgate.bootstrap.clock import SystemClock
from dialgate.bootstrap.compose import Process, compose
from dialgate.bootstrap.stores import Stores, open_stores
from dialgate.domain.ids import GateId
from dialgate.settings import Settings, Twilio
from dialgate.stores.journal import Into, OwnJournal
from tests.fakes.journal_tools import SetClock, wait_until
from tests.fakes.lexicon import shipped as lexicon
from tests.fakes.one_gate import ToldCarrier, opt_out
from tests.fakes.outside import ToldOutside
from tests.fakes.policies import shipped
from tests.sql_backends import Place
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL

GATE = GateId("composed")
STAND_IN = Twilio(base_url="http://127.0.0.1:1", account_sid="AC1")


@pytest.fixture
async def stores(sqlite_place: Place) -> AsyncIterator[Stores]:
    """A migrated ledger, and a guard store that is silent."""
    async with open_stores(Settings.model_validate({"data": {"dir": sqlite_place.data_dir}})) as opened:
        yield opened


@pytest.fixture
async def process(stores: Stores, tmp_path: Path) -> AsyncIterator[Process]:
    journal = await OwnJournal.open(tmp_path, GATE, Into(stores.sink), SystemClock(), segment_bytes=1 << 16)
    carrier = ToldCarrier(SetClock())
    yield compose(
        GATE,
        "dir",
        stores,
        journal,
        carrier,
        lexicon(),
        shipped(),
        STAND_IN,
        outside=ToldOutside(),
        public_url=PUBLIC_URL,
    )
    await journal.release()


async def details(process: Process) -> dict[str, str]:
    return {check.name: check.detail for check in await process.gate.checks()}


async def test_a_new_process_admits_nothing(process: Process) -> None:
    """It begins closed; only enlisting opens it, at the generation that SQL names."""
    before = process.state.generation
    await process.life.enlist()
    assert (0, (await process.gate.ledger.view()).generation) == (before, process.state.generation)


async def test_what_enlists_is_what_the_checks_see(process: Process) -> None:
    """One register: the gate that the life cycle wrote is the gate that readiness counts."""
    await process.life.enlist()
    assert "1 registered" == (await details(process))["gates"]
    assert [GATE] == [row.id for row in await process.gate.register.gates()]


async def test_an_opt_out_passes_through_the_journal_into_the_ledger(process: Process, stores: Stores) -> None:
    """The use case that the web is given writes this process's own journal and ledger; with a silent store it says
    that nothing is in force yet.
    """
    await process.life.enlist()
    said = await process.gate.opting_out.record(opt_out())
    assert (False, 1) == (said.in_force, (await stores.ledger.view()).head)
    await wait_until(lambda: process.journal.unshipped == 0)


async def test_what_waits_is_counted_where_it_is_run(process: Process) -> None:
    """The chores of the background are those that readiness tells of."""

    async def done() -> bool:
        return True

    process.chores.add("settle", done)
    assert "0 records on their way, 1 chores waiting" == (await details(process))["journal"]
    await process.chores.run_once()
    assert 0 == len(process.chores)


async def test_the_directory_that_is_refreshed_is_the_one_that_is_read(process: Process) -> None:
    """The background step and every request hold the same copy."""
    await process.directory.refresh()
    assert process.gate.directory is process.directory
    assert {} == dict(process.gate.directory.now.tenants)


async def test_secrets_are_hashed_under_the_pepper_of_the_stores(process: Process, stores: Stores) -> None:
    """A key that the parent or a command made is known to the gate."""
    assert stores.keys.hash_secret("s") == process.gate.hash_secret("s")


async def test_whether_the_carrier_is_a_stand_in_is_passed_on(process: Process) -> None:
    """The open policy hangs on it."""
    assert not process.gate.policies.compiled({"base": "open"}).packs
