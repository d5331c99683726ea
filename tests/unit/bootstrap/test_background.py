"""What a gate does besides answering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dialgate.app.errors import LedgerUnavailableError, OutcomeUnknownError
from dialgate.app.records import opt_out_record
from dialgate.app.telling import made
from dialgate.bootstrap.background import Background, adopt
from dialgate.bootstrap.compose import Process
from dialgate.bootstrap.policies import PolicyFiles
from dialgate.domain.ids import GateId
from dialgate.metrics import MISSED
from dialgate.stores.journal import Into, OwnJournal, adoptable, lines, places
from tests.fakes.gate_process import process_of
from tests.fakes.journal_tools import AT, SetClock, wait_until
from tests.fakes.one_gate import CLAIM, FACTS, GATE, NUMBER, REQUEST, SENDER, attempt, opt_out
from tests.fakes.policies import CONFIG
from tests.fakes.sink import MemorySink
from tests.fakes.web_gate import WebGate

OTHER = GateId("other")


@pytest.fixture
def process(gate: WebGate, journal: OwnJournal) -> Process:
    return process_of(gate, journal)


@asynccontextmanager
async def running(process: Process, data_dir: Path) -> AsyncIterator[Background]:
    background = Background(process, data_dir, GATE, PolicyFiles(CONFIG / "policies", data_dir))
    tasks = [asyncio.create_task(step) for step in background.steps()]
    yield background
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def rounds(gate: WebGate, count: int) -> Callable[[], bool]:
    """Of the slower steps: the index has been looked at more often by then."""
    return lambda: gate.sql_trouble.asked.count("view") >= count


async def died(data_dir: Path, gate: str, *ids: str) -> None:
    """A gate that took these opt-outs in while SQL was down, and is gone."""
    sink = MemorySink()
    sink.down = True
    journal = await OwnJournal.open(data_dir, GateId(gate), Into(sink), SetClock(), segment_bytes=1 << 16)
    for id_ in ids:
        await journal.append(opt_out_record(opt_out(id_)))
    await journal.release()


async def unreadable(data_dir: Path, gate: str) -> None:
    """Its last line was written by a version of tomorrow."""
    await died(data_dir, gate, "o1")
    path = places.segment(places.journals(data_dir) / gate, 1)
    newer = lines.payload(opt_out_record(opt_out("o2"))).replace(b'"kind":"opt_out"', b'"kind":"of_tomorrow"')
    path.write_bytes(path.read_bytes().rstrip(b"\0") + lines.seal(2, 1, 0, newer))


def left(data_dir: Path) -> list[str]:
    """The journals that any gate could take now."""
    found = []
    for dead in adoptable(data_dir, GATE):
        found.append(str(dead.gate))
        dead.release()
    return found


async def test_a_struck_gate_is_told_to_end(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """Nobody waits for it any more, so it may not go on: `struck` is set, and the log says why."""
    gate.sql.generation = 2
    with capture_logs() as logs:
        async with running(process, tmp_path) as background, asyncio.timeout(20):
            await background.struck.wait()
    assert ["critical"] == list({entry["log_level"] for entry in logs if entry["event"] == "retired"})
    assert 0 == gate.state.generation


async def test_an_enlisted_gate_confirms_and_goes_on(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """A new generation is the everyday case, and no reason to end."""
    await gate.life.enlist()
    gate.sql.generation = 2
    async with running(process, tmp_path) as background:
        await wait_until(lambda: gate.state.generation == 2)
        assert not background.struck.is_set()


async def test_the_directory_is_followed_in_the_same_round(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """Keys and tenants that somebody made elsewhere arrive without a request that asks for them."""
    async with running(process, tmp_path):
        await wait_until(lambda: gate.directory.asked > 0)
    assert ["acme", "other"] == sorted(process.directory.now.tenants)


async def test_the_gate_that_indexes_sweeps(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """What others flagged and could not cancel, and calls whose window has closed, are looked for by the one that holds
    the lease.
    """
    async with running(process, tmp_path):
        await wait_until(lambda: {"recalls", "overdue"} <= set(gate.store_trouble.asked))


async def test_a_gate_that_does_not_index_leaves_the_sweep_alone(
    gate: WebGate, process: Process, tmp_path: Path
) -> None:
    """One gate asks the carrier, not each of them at once."""
    gate.sql.lease = (OTHER, AT + timedelta(hours=1))
    async with running(process, tmp_path):
        await wait_until(rounds(gate, 3))
    assert {"recalls", "overdue"}.isdisjoint(gate.store_trouble.asked)


@pytest.mark.parametrize("leads", [True, False])
async def test_the_gate_that_indexes_looks_for_lost_names(
    gate: WebGate, process: Process, tmp_path: Path, leads: object
) -> None:
    """One gate reads the carrier's lists, not each of them."""
    gate.carrier.send_error = OutcomeUnknownError("silence")
    await gate.forwarding.place(attempt(), FACTS, CLAIM, REQUEST)
    await gate.journal.shipped()
    gate.pass_s(60)
    if not leads:
        gate.sql.lease = (OTHER, AT + timedelta(hours=1))
    async with running(process, tmp_path):
        await wait_until((lambda: bool(gate.lists.asked)) if leads else rounds(gate, 3))
    assert leads == bool(gate.lists.asked)


@pytest.mark.parametrize("leads", [True, False])
async def test_the_gate_that_indexes_ends_snoozes(
    gate: WebGate, process: Process, tmp_path: Path, leads: object
) -> None:
    """One gate lifts for all."""
    if not leads:
        gate.sql.lease = (OTHER, AT + timedelta(hours=1))
    async with running(process, tmp_path):
        await wait_until((lambda: "ended" in gate.sql_trouble.asked) if leads else rounds(gate, 3))
    assert leads == ("ended" in gate.sql_trouble.asked)


@pytest.mark.parametrize("leads", [True, False])
async def test_the_gate_that_indexes_reads_back_what_webhooks_missed(
    gate: WebGate, process: Process, tmp_path: Path, leads: object
) -> None:
    """One gate asks for all, counts what it found, and says that the webhooks do not all come."""
    if not leads:
        gate.sql.lease = (OTHER, AT + timedelta(hours=1))
    sent = format_datetime(AT - timedelta(minutes=2))
    row = {"sid": "SM" + "0" * 32, "direction": "inbound", "from": NUMBER, "to": SENDER, "body": "STOP"}
    gate.naming_carrier.documents["Messages.json"] = {"messages": [{**row, "date_sent": sent}]}
    before = missed_stops()
    with capture_logs() as logs:
        async with running(process, tmp_path):
            await wait_until((lambda: bool(gate.sql.rows)) if leads else rounds(gate, 3))
            await wait_until(lambda: not leads or any(entry["event"] == "webhooks_missed" for entry in logs))
    assert (leads, 1.0 if leads else 0.0) == (bool(gate.sql.rows), missed_stops() - before)


def missed_stops() -> float:
    return sum(
        sample.value
        for sample in next(iter(MISSED.collect())).samples
        if sample.name.endswith("_total") and sample.labels == {"kind": "stop"}
    )


@pytest.mark.parametrize("leads", [True, False])
async def test_the_gate_that_indexes_tells_others(
    gate: WebGate, process: Process, tmp_path: Path, leads: object
) -> None:
    """One gate makes and posts the notices, not each of them; each looks for itself which partners lag."""
    gate.directory.tenants[0] = replace(gate.directory.tenants[0], notice_url="https://acme.example/told")
    notice = made("opt_out", "o1", "acme", AT, {"number": "+12025550101"}, AT)
    gate.notices.coming = [[notice]]
    if not leads:
        gate.sql.lease = (OTHER, AT + timedelta(hours=1))
    async with running(process, tmp_path):
        await wait_until((lambda: bool(gate.outside.asked)) if leads else rounds(gate, 3))
    assert leads == bool(gate.outside.asked)


async def test_rows_that_sql_lost_are_told_to_people(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """The store knows of opt-outs that the ledger lacks: that mends itself in no way."""
    fence = gate.server.content.fence
    assert fence is not None
    gate.server.content = gate.server.content.fenced(replace(fence, watermark=5))
    with capture_logs() as logs:
        async with running(process, tmp_path):
            await wait_until(lambda: any(entry["event"] == "ledger_lost_rows" for entry in logs))
    assert "SQL lost commits" in next(entry["problem"] for entry in logs if entry["event"] == "ledger_lost_rows")


async def test_what_waits_is_tried_again(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """A chore that was not done in its first pass is done in a later one."""
    tries: list[int] = []

    async def done_the_third_time() -> bool:
        tries.append(1)
        return len(tries) == 3

    gate.chores.add("settle", done_the_third_time)
    async with running(process, tmp_path):
        await wait_until(lambda: len(gate.chores) == 0)
    assert 3 == len(tries)


async def test_the_dead_are_taken_over(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """What a dead gate had promised reaches the ledger, and nothing is left of it."""
    await died(tmp_path, "dead", "o1", "o2")
    async with running(process, tmp_path):
        await wait_until(lambda: left(tmp_path) == [] and "o2" in gate.sql.rows)
    assert ["o1", "o2"] == list(gate.sql.rows)


async def test_one_that_cannot_be_read_does_not_stand_in_the_way(
    gate: WebGate, process: Process, tmp_path: Path
) -> None:
    """It is named and stays as it is, for the version that can read it; the next dead gate has its turn."""
    await unreadable(tmp_path, "dead-1")
    await died(tmp_path, "dead-2", "o3")
    with capture_logs() as logs:
        await adopt(process, tmp_path, GATE)
    assert [("cannot_adopt", "dead-1"), ("adopted", "dead-2")] == [(entry["event"], entry["dead"]) for entry in logs]
    assert (["o3"], ["dead-1"]) == (list(gate.sql.rows), left(tmp_path))


async def test_without_sql_the_dead_wait(gate: WebGate, process: Process, tmp_path: Path) -> None:
    """The lock is given back, so that this gate or another begins again."""
    await died(tmp_path, "dead", "o1")
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await adopt(process, tmp_path, GATE)
    gate.sql_trouble.down = False
    await adopt(process, tmp_path, GATE)
    assert (["o1"], []) == (list(gate.sql.rows), left(tmp_path))
