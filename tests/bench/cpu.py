"""What a gate's own process spends, told by the kernel: the one figure that a busy machine changes least."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.rounds import Row

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Source: proc_pid_stat(5), utime and stime, counted from the state, which follows the name in brackets."""


@dataclass(slots=True)
class Meter:
    """All threads of one process, not its children."""

    pid: int
    spent_us: list[float] = field(default_factory=list)
    """A request, for each run."""

    def over(self, run: Callable[[], float], requests: int) -> Callable[[], float]:
        def metered() -> float:
            before_s = self._seconds()
            answer = run()
            self.spent_us.append((self._seconds() - before_s) / requests * 1e6)
            return answer

        return metered

    def row(self, what: str) -> Row:
        """Without the first run, which does not count."""
        return Row(f"{what}, CPU of the gate", tuple(self.spent_us[1:]), "microseconds each", "{:.0f}")

    def _seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_A_SECOND
