"""Child processes that nothing outlives: they end with their parent, and the terminal's Ctrl-C does not reach them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PARENT = "DIALGATE_PARENT"
"""Tells a child the pid of whoever started it."""
PR_SET_PDEATHSIG = 1
STEADY_S = 5.0
LONGEST_PAUSE_S = 5.0


def end_with_parent(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Called first by a child: ask the kernel for this signal when the parent dies, and check that it has not yet. Only
    SIGKILL ends one that stands still, too.

    Source: prctl(2), PR_SET_PDEATHSIG. Elsewhere than on Linux nothing is asked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent process has ended")


@dataclass(slots=True)
class Child:
    """A program that is started again when it dies, sooner after a long life than after a short one."""

    name: str
    command: Sequence[str]
    descriptors: Sequence[int] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _started_at_s: float = 0.0
    _pause_s: float = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        environment = {**os.environ, **self.environment, PARENT: str(os.getpid())}
        self._process = subprocess.Popen(
            list(self.command), pass_fds=tuple(self.descriptors), env=environment, start_new_session=True
        )
        self._started_at_s = time.monotonic()

    def ended(self) -> int | None:
        """The exit status of a child that has died since the last look; None while it lives or is not due yet."""
        if self._process is None:
            return None
        status = self._process.poll()
        if status is not None:
            lived_s = time.monotonic() - self._started_at_s
            self._pause_s = 0.1 if lived_s > STEADY_S else min(LONGEST_PAUSE_S, self._pause_s * 2 + 0.1)
            self._started_at_s = time.monotonic()
            self._process = None
        return status

    def due(self) -> bool:
        return self._process is None and time.monotonic() - self._started_at_s >= self._pause_s

    def ask_to_end(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def wait(self, timeout_s: float) -> None:
        """Until it has ended; killed when the time is over."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
