"""The real clock and the real chance."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def boottime_s(self) -> float:
        """Goes on while the machine is suspended; where the system has no such clock (macOS), the monotonic one."""
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def chance(count: int, /) -> bytes:
    return secrets.token_bytes(count)
