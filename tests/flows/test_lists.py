"""A list that was kept elsewhere is taken over by the command line, whatever interrupts it."""

from __future__ import annotations

import asyncio
import csv
import json
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dialgate.ops.import_state import beside
from dialgate.ops.sending_lists import BATCH
from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.test_command_line import begin
from tests.waiting import until

ROWS, DEEP_ROWS = 30_000, 1_000_000
SAMPLE = 1_000
RUBBISH = (
    "",
    "12",
    "1.38001E+10",
    "not a number",
    "+1415555267",
    "+14155552671 ext 5",
    "0000000000",
    "999999999999999",
)


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    good: list[str]
    rubbish: list[tuple[int, str]]
    """Line and text."""


def written(path: Path, rows: int) -> Written:
    """One row in a hundred is rubbish; the rest are valid, in no order."""
    good: list[str] = []
    rubbish: list[tuple[int, str]] = []
    with path.open("w", encoding="gbk") as file:
        file.write("姓名;手机号;备注\n")
        for place in range(rows):
            if place % 100 == 7:
                text = RUBBISH[place // 100 % len(RUBBISH)]
                rubbish.append((place + 2, text))
            else:
                text = f"+1646{2_000_000 + place * 7_919 % 7_999_993:07d}"
                good.append(text)
            file.write(f"某人;{text};退订\n")
    return Written(path, good, rubbish)


async def interrupted(dialer: Dialer, words: tuple[str, ...], state: Path, number: signal.Signals) -> int:
    """How many batches were acknowledged when it was stopped, some time after one more than before."""
    before = _batches(state)
    process = await begin(dialer, *words)

    async def further() -> bool:
        return _batches(state) > before

    await until(further, "a batch is acknowledged", 120)
    process.send_signal(number)
    _, told = await process.communicate()
    assert (130 if number is signal.SIGINT else -number) == process.returncode, told.decode()
    assert number is signal.SIGKILL or b"the same command goes on from there" in told
    return _batches(state)


def _batches(state: Path) -> int:
    with suppress(OSError):
        kept = json.loads(state.read_text())
        return int(kept["sent"]) + int(kept["line"]) // BATCH
    return -1


async def test_a_list_is_taken_over_whatever_stops_it(
    demo: Dialer, new_tenant: NewTenant, tmp_path: Path, *, deep: bool
) -> None:
    """Stopped twice, then finished by the same command: exactly the rubbish is rejected, everybody else is suppressed,
    and nobody is recorded twice.
    """
    tenant = await new_tenant()
    file = await asyncio.to_thread(written, tmp_path / "list.csv", DEEP_ROWS if deep else ROWS)
    words = ("opt-out", "import", str(file.path), "--tenant", tenant.tenant)
    state = beside(file.path)
    first = await interrupted(demo, words, state, signal.SIGINT)
    assert first < await interrupted(demo, words, state, signal.SIGKILL)
    last = await begin(demo, *words)
    out, told = await last.communicate()
    assert (0, True, False) == (last.returncode, b"Going on from line" in told, state.exists()), told.decode()
    assert f"{len(file.rubbish):,} rejected" in out.decode()
    with (tmp_path / "list.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as rejects:
        found = [(int(row["line"]), row["number"].removeprefix("'")) for row in csv.DictReader(rejects)]
    assert file.rubbish == sorted(found)
    recorded = demo.running.serve.rows("SELECT member FROM ledger WHERE tenant = ? ORDER BY member", tenant.tenant)
    assert sorted(file.good) == [row[0] for row in recorded]
    assert {"suppressed"} == await reasons(tenant, file.good[:: max(1, len(file.good) // SAMPLE)][:SAMPLE])


async def reasons(tenant: Dialer, numbers: list[str]) -> set[str]:
    asked = [{"channel": "sms", "to": number, "from": tenant.sender, "dry_run": True} for number in numbers]
    said = await tenant.native("POST", "decisions/batch", params={"tenant": tenant.tenant}, json=asked)
    assert 200 == said.status, said.text
    return {one["reasons"][0]["code"] if one["reasons"] else one["verdict"] for one in said.json}
