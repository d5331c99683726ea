"""What the tests of the journal share: a clock, records, disks that fill, fail or lose power."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialgate.app.records import Kind, Record
from dialgate.stores.journal import Disk

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class SetClock:
    """Stands still until `pass_s`."""

    def __init__(self) -> None:
        self._passed_s = 0.0

    def now(self) -> datetime:
        return AT + timedelta(seconds=self._passed_s)

    def boottime_s(self) -> float:
        return 1_000.0 + self._passed_s

    def pass_s(self, seconds: float) -> None:
        self._passed_s += seconds


def decision(id_: str, verdict: str = "allow", **more: object) -> Record:
    reservation = {"claim": ["request", "parameters", 10]} if verdict == "allow" else None
    return Record(Kind.DECISION, id_, "acme", AT, {"verdict": verdict, "reservation": reservation} | more)


def opt_out(id_: str) -> Record:
    return Record(Kind.OPT_OUT, id_, "acme", AT, {"number": "+14155550100"})


def sent(id_: str) -> Record:
    return Record(Kind.SENT, id_, "acme", AT, {"carrier_sid": "CA" + "0" * 32})


async def wait_until(holds: Callable[[], bool], within_s: float = 20.0) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.002)


class SmallDisk(Disk):
    """Has room for so many segments more."""

    def __init__(self, segments: int) -> None:
        self.segments = segments

    def reserve(self, path: Path, size_bytes: int) -> int:
        if self.segments == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.segments -= 1
        return super().reserve(path, size_bytes)


class FailingDisk(Disk):
    """Works until `broken`; then no sync succeeds."""

    def __init__(self) -> None:
        self.broken = False
        self.syncs = 0

    def sync(self, descriptor: int) -> None:
        self.syncs += 1
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")
        super().sync(descriptor)
