"""A gate in small, to be killed: appends opt-outs with SQL down and prints the id of each acknowledged one."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from dialgate.domain.ids import GateId
from dialgate.stores.journal import Into, OwnJournal
from tests.fakes.journal_tools import SetClock, opt_out
from tests.fakes.sink import MemorySink


async def run(data_dir: Path, gate: str) -> None:
    sink = MemorySink()
    sink.down = True
    journal = await OwnJournal.open(data_dir, GateId(gate), Into(sink), SetClock(), segment_bytes=1 << 14)

    async def append_on(worker: int) -> None:
        number = 0
        while True:
            number += 1
            await journal.append(opt_out(f"{gate}-{worker}-{number}"))
            os.write(1, f"{gate}-{worker}-{number}\n".encode())

    await asyncio.gather(*(append_on(worker) for worker in range(8)))


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2]))
