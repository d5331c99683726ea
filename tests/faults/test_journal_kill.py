"""kill -9 and SIGSTOP of a process that writes a journal."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from pathlib import Path

from dialgate.domain.ids import GateId
from dialgate.stores.journal import adoptable
from tests.fakes.sink import MemorySink

ROOT = Path(__file__).resolve().parents[2]
SIBLING = GateId("sibling")


async def start(data_dir: Path, gate: str) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader]:
    arguments = ["-m", "tests.faults.journal_child", str(data_dir), gate]
    child = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    return child, child.stdout


async def acknowledged_until_killed(data_dir: Path, gate: str, after_acks: int, then_s: float) -> set[str]:
    child, told = await start(data_dir, gate)
    lines = [await told.readline() for _ in range(after_acks)]
    await asyncio.sleep(then_s)
    child.send_signal(signal.SIGKILL)
    lines += (await told.read()).splitlines()
    await child.wait()
    return {line.decode().strip() for line in lines if line.startswith(gate.encode())}


async def recovered(data_dir: Path, gates: list[str]) -> set[str]:
    sink = MemorySink()
    orphans = list(adoptable(data_dir, SIBLING))
    assert sorted(gates) == [orphan.gate for orphan in orphans]
    for orphan in orphans:
        await orphan.ship_all(sink)
        await orphan.remove()
    return set(sink.ids)


async def test_no_acknowledged_record_is_lost_by_a_kill(tmp_path: Path, *, deep: bool) -> None:
    """Killed at any moment, a gate leaves all it acknowledged to its siblings, whole."""
    seed = random.SystemRandom().getrandbits(32)
    print("seed", seed)
    chance = random.Random(seed)
    acknowledged, found = set[str](), set[str]()
    for wave in range(25 if deep else 5):
        gates = [f"gate{wave}{letter}" for letter in "abcd"]
        killed = [
            acknowledged_until_killed(tmp_path, gate, chance.randint(1, 200), chance.uniform(0, 0.02)) for gate in gates
        ]
        acknowledged.update(*await asyncio.gather(*killed))
        found |= await recovered(tmp_path, gates)
    assert (True, set()) == (len(acknowledged) > 100, acknowledged - found)


async def test_a_stopped_process_is_not_dead(tmp_path: Path) -> None:
    """SIGSTOP leaves the lock where it is: nobody takes over from a gate that may wake up again."""
    child, told = await start(tmp_path, "gate")
    await told.readline()
    child.send_signal(signal.SIGSTOP)
    while_stopped = list(adoptable(tmp_path, SIBLING))
    child.kill()
    await told.read()
    await child.wait()
    taken = list(adoptable(tmp_path, SIBLING))
    assert ([], ["gate"]) == (while_stopped, [orphan.gate for orphan in taken])
    for orphan in taken:
        orphan.release()
