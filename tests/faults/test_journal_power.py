"""Power loss under a journal: only what a sync had confirmed is sure, of the rest any sectors may be on the disk."""

from __future__ import annotations

import asyncio
import errno
import os
import random
from pathlib import Path

from dialgate.app.errors import JournalUnavailableError
from dialgate.domain.ids import GateId
from dialgate.stores.journal import Disk, Into, OwnJournal, adoptable
from tests.fakes.journal_tools import SetClock, opt_out
from tests.fakes.sink import MemorySink

SECTOR_BYTES = 512
GATE = GateId("gate")


class LosingPower(Disk):
    """Loses power at the n-th write or sync. `left` is what the platter then holds, by file name."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._steps = chance.randint(1, 60)
        self._names: dict[int, str] = {}
        self._unsure: list[tuple[str, int, bytes]] = []
        self.left: dict[str, bytearray] = {}

    def reserve(self, path: Path, size_bytes: int) -> int:
        descriptor = super().reserve(path, size_bytes)
        self._names[descriptor] = path.name
        self.left[path.name] = bytearray(size_bytes)
        return descriptor

    def write(self, descriptor: int, data: bytes, at: int) -> None:
        super().write(descriptor, data, at)
        self._unsure.append((self._names[descriptor], at, data))
        self._step()

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)
        for name, at, data in self._unsure:
            self.left[name][at : at + len(data)] = data
        self._unsure.clear()

    def _step(self) -> None:
        self._steps -= 1
        if self._steps == 0:
            self._lose()
        if self._steps <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _lose(self) -> None:
        for name, at, data in self._unsure:
            for start in range(at - at % SECTOR_BYTES, at + len(data), SECTOR_BYTES):
                if self._chance.random() < 0.5:
                    first, end = max(start, at), min(start + SECTOR_BYTES, at + len(data))
                    self.left[name][first:end] = data[first - at : end - at]


async def acknowledged_until_dark(data_dir: Path, disk: LosingPower, sink: MemorySink) -> list[str]:
    journal = await OwnJournal.open(data_dir, GATE, Into(sink), SetClock(), disk=disk, segment_bytes=1 << 13)
    acknowledged: list[str] = []

    async def append_on(worker: int) -> None:
        number = 0
        while True:
            number += 1
            await journal.append(opt_out(f"{worker}-{number}"))
            acknowledged.append(f"{worker}-{number}")

    results = await asyncio.gather(*(append_on(worker) for worker in range(12)), return_exceptions=True)
    assert {JournalUnavailableError} == {type(result) for result in results}
    await journal.release()
    return acknowledged


async def test_no_acknowledged_record_is_lost_with_the_power(tmp_path: Path, *, deep: bool) -> None:
    """Whatever part of the last commit reached the disk, all that was acknowledged is read back, in order, and nothing
    is taken for damage.
    """
    seed = random.SystemRandom().getrandbits(32)
    print("seed", seed)
    for cut in range(500 if deep else 60):
        chance = random.Random(seed + cut)
        disk, sink = LosingPower(chance), MemorySink()
        sink.down = chance.random() < 0.5
        lit = tmp_path / f"lit{cut}"
        lit.mkdir()
        acknowledged = await acknowledged_until_dark(lit, disk, sink)
        sink.down = False
        shipped = list(sink.ids)
        await _ship_the_rest(_after_the_cut(tmp_path / f"dark{cut}", disk), sink)
        assert (cut, set(), shipped) == (cut, set(acknowledged) - set(sink.ids), sink.ids[: len(shipped)])
        assert acknowledged == [id_ for id_ in sink.ids if id_ in set(acknowledged)]


def _after_the_cut(data_dir: Path, disk: LosingPower) -> Path:
    directory = data_dir / "journals" / GATE
    directory.mkdir(parents=True)
    for name, content in disk.left.items():
        (directory / name).write_bytes(content)
    return data_dir


async def _ship_the_rest(data_dir: Path, sink: MemorySink) -> None:
    [orphan] = adoptable(data_dir, GateId("sibling"))
    await orphan.ship_all(sink)
    await orphan.remove()
    assert [] == list((data_dir / "journals").iterdir())
    assert not (data_dir / "journals-damaged").exists()
