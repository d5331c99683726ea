"""The simulated carrier as a process of its own, so that it remembers what reached it when a gate has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from tests.waiting import says_ok, wait_until

ACCOUNT = "AC" + "ca" * 16
TOKEN = "77" * 16


@dataclass(slots=True)
class CarrierProcess:
    port: int
    gate_url: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Of a gate that is this carrier's customer."""
        return {
            "DIALGATE_CARRIER__TWILIO__BASE_URL": self.url,
            "DIALGATE_CARRIER__TWILIO__ACCOUNT_SID": ACCOUNT,
            "DIALGATE_CARRIER__TWILIO__AUTH_TOKENS": TOKEN,
        }

    def start(self) -> None:
        """Begins with empty books."""
        listen = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dialgate", "simulator", "--listen", listen, "--gate", self.gate_url],
            env={**os.environ, "CARRIER_ACCOUNT_SID": ACCOUNT, "CARRIER_AUTH_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL,
        )
        wait_until(self._answers, "the simulated carrier answers")

    def stop(self) -> None:
        """From then on connections are refused."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the simulated carrier has ended"
        return says_ok(self.port, "/simulator/calls")
