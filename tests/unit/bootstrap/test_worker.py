"""One gate process: what it answers, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from dialgate.app.errors import DialgateError, JournalUnavailableError, OutcomeUnknownError, StoreUnavailableError
from dialgate.app.records import opt_out_record
from dialgate.bootstrap.background import Background
from dialgate.bootstrap.compose import Process
from dialgate.bootstrap.listening import bound
from dialgate.bootstrap.policies import PolicyFiles
from dialgate.bootstrap.wire import front_of
from dialgate.bootstrap.worker import JOURNAL_FAILED, STRUCK, drain, enlist, faces, serve
from dialgate.domain.ids import GateId
from dialgate.settings import Settings
from dialgate.stores.journal import Into, OwnJournal, adoptable, places
from dialgate.web.app import Serves
from tests.fakes.gate_process import process_of
from tests.fakes.journal_tools import FailingDisk, SetClock, wait_until
from tests.fakes.one_gate import GATE, opt_out
from tests.fakes.sink import MemorySink
from tests.fakes.web_gate import WebGate
from tests.waiting import until

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def process(gate: WebGate, journal: OwnJournal) -> Process:
    return process_of(gate, journal)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with closing(bound("127.0.0.1:0")) as one:
        yield one


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"data": {"dir": tmp_path}, "policy": {"dir": CONFIG / "policies"}})


class Serving:
    """A gate that serves, and the question to end it."""

    def __init__(self, process: Process, settings: Settings, listening: socket.socket) -> None:
        self._port = listening.getsockname()[1]
        self.ended = asyncio.Event()
        files = PolicyFiles(settings.policy.dir, settings.data.dir)
        background = Background(process, settings.data.dir, GATE, files)
        self.status = asyncio.create_task(serve(process, background, front_of(settings), [listening], self.ended))

    async def answers(self) -> bool:
        async with ClientSession() as http, http.get(f"http://127.0.0.1:{self._port}/healthz") as answer:
            return answer.status == 200


@asynccontextmanager
async def leaving(order: list[str]) -> AsyncIterator[tuple[list[web.AppRunner], list[asyncio.Task[None]]]]:
    """One listener and one background step, each of which notes its end."""

    async def answered(_: web.Application) -> None:
        order.append("answered")

    async def step() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            order.append("stepped")

    app = web.Application()
    app.on_shutdown.append(answered)
    runner = web.AppRunner(app)
    await runner.setup()
    task = asyncio.create_task(step())
    await asyncio.sleep(0)
    yield [runner], [task]


def left(data_dir: Path) -> list[str]:
    """The journals that the next gate could take over at once."""
    found = []
    for dead in adoptable(data_dir, GateId("next")):
        found.append(str(dead.gate))
        dead.release()
    return found


def test_one_socket_answers_everything() -> None:
    """A second one is for webhooks alone, and then the first serves all the others."""
    with closing(socket.socket()) as own, closing(socket.socket()) as webhooks:
        assert [(own, Serves.ALL)] == faces([own])
        assert [(own, Serves.ALL_BUT_WEBHOOKS), (webhooks, Serves.WEBHOOKS)] == faces([own, webhooks])


async def test_asked_to_end_it_leaves_nothing(
    gate: WebGate, process: Process, settings: Settings, listening: socket.socket
) -> None:
    """It answers until then; afterwards its row is struck, its journal removed, and the status is 0."""
    assert await enlist(process, settings, GATE, asyncio.Event())
    serving = Serving(process, settings, listening)
    assert await until(serving.answers, "the gate answers")
    serving.ended.set()
    assert 0 == await serving.status
    assert ({}, []) == (gate.sql.gates, places.standing(settings.data.dir))


async def test_a_retired_gate_ends_for_a_new_one(
    process: Process, settings: Settings, listening: socket.socket, gate: WebGate
) -> None:
    """It drains like any other, and its status tells the parent that nothing is broken."""
    gate.sql.generation = 2
    assert STRUCK == await Serving(process, settings, listening).status
    assert [] == places.standing(settings.data.dir)


async def test_a_failed_journal_ends_the_gate_at_once(
    gate: WebGate, settings: Settings, listening: socket.socket
) -> None:
    """Nothing is removed and nothing is claimed: what it had promised is on the disk, for another gate."""
    disk = FailingDisk()
    journal = await OwnJournal.open(
        settings.data.dir, GATE, Into(MemorySink()), SetClock(), disk=disk, segment_bytes=1 << 16
    )
    process = process_of(gate, journal)
    assert await enlist(process, settings, GATE, asyncio.Event())
    serving = Serving(process, settings, listening)
    await until(serving.answers, "the gate answers")
    disk.broken = True
    with suppress(JournalUnavailableError):
        await journal.append(opt_out_record(opt_out()))
    assert JOURNAL_FAILED == await serving.status
    assert ([GATE], [GATE]) == (list(gate.sql.gates), [path.name for path in places.standing(settings.data.dir)])
    await journal.release()


async def test_it_answers_then_tells_then_leaves(gate: WebGate, process: Process) -> None:
    """Whoever has asked is answered, what waits is told to the store, and only then the row goes."""
    order: list[str] = []

    async def told() -> bool:
        order.append("told")
        return True

    gate.chores.add("sent", told)
    gate.sql_trouble.before["strike"] = lambda: order.append("struck")
    async with leaving(order) as (runners, tasks):
        await drain(process, runners, tasks)
    assert ["answered", "stepped", "told", "struck"] == order


@pytest.mark.parametrize("error", [StoreUnavailableError("silent"), OutcomeUnknownError("no answer")])
async def test_what_cannot_be_told_does_not_keep_it(
    gate: WebGate, process: Process, settings: Settings, error: DialgateError
) -> None:
    """It is in the journal or the ledger, from where it is told later."""

    async def fail() -> bool:
        raise error

    gate.chores.add("sent", fail)
    await drain(process, [], [])
    assert ([], 0) == (places.standing(settings.data.dir), gate.state.generation)


async def test_without_sql_the_journal_is_left_to_the_next_gate(
    gate: WebGate, process: Process, settings: Settings
) -> None:
    """A journal that went while its row stands would keep everybody waiting for a gate that nobody can prove dead."""
    assert await enlist(process, settings, GATE, asyncio.Event())
    gate.sql_trouble.fails = {"strike"}
    with capture_logs() as logs:
        await drain(process, [], [])
    assert [("left_to_the_next_gate", 0)] == [(entry["event"], entry["unshipped"]) for entry in logs]
    assert ([GATE], ["own"]) == (list(gate.sql.gates), left(settings.data.dir))


async def test_the_dead_come_before_the_first_answer(gate: WebGate, process: Process, settings: Settings) -> None:
    """Their opt-outs are in the ledger, this gate is on the register and the directory is read."""
    down = MemorySink()
    down.down = True
    dead = await OwnJournal.open(settings.data.dir, GateId("dead"), Into(down), SetClock(), segment_bytes=1 << 16)
    await dead.append(opt_out_record(opt_out("o1")))
    await dead.release()
    assert await enlist(process, settings, GATE, asyncio.Event())
    assert (["o1"], [GATE], []) == (list(gate.sql.rows), list(gate.sql.gates), left(settings.data.dir))
    assert (1, ["acme", "other"]) == (gate.state.generation, sorted(process.directory.now.tenants))


async def test_it_waits_for_the_ledger(gate: WebGate, process: Process, settings: Settings) -> None:
    """A gate that starts while SQL is away begins by itself once it is back."""
    gate.sql_trouble.down = True
    with capture_logs() as logs:
        enlisting = asyncio.create_task(enlist(process, settings, GATE, asyncio.Event()))
        await wait_until(lambda: len(logs) > 0)
        assert (False, {}) == (enlisting.done(), gate.sql.gates)
        gate.sql_trouble.down = False
        assert await enlisting
    assert {"waiting_for_ledger"} == {entry["event"] for entry in logs}
    assert [GATE] == list(gate.sql.gates)


async def test_a_gate_that_waits_ends_when_it_is_asked_to(gate: WebGate, process: Process, settings: Settings) -> None:
    """Ctrl-C while SQL is away: it has served nobody, and does not begin."""
    gate.sql_trouble.down = True
    ended = asyncio.Event()
    with capture_logs() as logs:
        enlisting = asyncio.create_task(enlist(process, settings, GATE, ended))
        await wait_until(lambda: len(logs) > 0)
        ended.set()
        assert not await enlisting
    assert {} == gate.sql.gates
