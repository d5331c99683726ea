"""The product as it is run: one `serve` with its gates and its Valkey, each a real process, and a carrier beside it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.carrier_process import CarrierProcess
from tests.waiting import says_ok, wait_until

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "dialgate", "serve", "--demo")
READY_IN_A_ROW = 8
"""Each gate that shares the port has most likely been asked by then."""
START_S = 60
STOP_S = 45


def free_port() -> int:
    """Below those that the kernel gives to clients, so that nobody gets it by accident before it is used."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(12_000, 32_000)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


@dataclass(slots=True)
class Serve:
    """One data directory and whoever serves from it. Starts on `with`; leaves no process behind."""

    workers: int = 2
    around: Sequence[str] = ()
    """A command to run `serve` under."""
    settings: Mapping[str, str] = field(default_factory=dict)
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="dg", dir="/tmp")))
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    carrier: CarrierProcess = field(init=False)
    _own_simulator_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.carrier = CarrierProcess(free_port(), self.url)

    def __enter__(self) -> Self:
        try:
            self.carrier.start()
            self.launch()
            self.wait_ready()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.said()[-20_000:])
        try:
            if self.process is not None:
                self.end()
                assert "Traceback" not in self.said(), self.said()[-20_000:]
        finally:
            self.carrier.stop()
            for pid in self.family():
                send(pid, signal.SIGKILL)
            shutil.rmtree(self.home, ignore_errors=True)

    @property
    def data_dir(self) -> Path:
        return self.home / "d"

    @property
    def files(self) -> Path:
        """The data directory as the running `serve` sees it, which may have a volume there that nobody else has."""
        return Path(f"/proc/{self.pid}/root{self.data_dir}")

    @property
    def _store(self) -> str:
        return str(self.data_dir / "valkey")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DIALGATE_")}
        return {
            **inherited,
            "PYTHONFAULTHANDLER": "1",
            "DIALGATE_DATA__DIR": str(self.data_dir),
            "DIALGATE_SERVER__LISTEN": f"127.0.0.1:{self.port}",
            "DIALGATE_SERVER__PUBLIC_URL": self.url,
            "DIALGATE_SERVER__WORKERS": str(self.workers),
            "DIALGATE_SIMULATOR_LISTEN": f"127.0.0.1:{self._own_simulator_port}",
            **self.carrier.settings,
            **self.settings,
        }

    def launch(self) -> None:
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.around, *COMMAND],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self) -> str:
        return (self.home / "serve.log").read_text(errors="replace")

    def demo(self) -> dict[str, str]:
        text = (self.files / "demo.env").read_text()
        return dict(line.partition("=")[::2] for line in text.splitlines())

    def wait_ready(self, within_s: float = START_S) -> None:
        """Every gate is there and says that it is ready."""
        wait_until(self._ready, "all gates ready", within_s)

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "serve has ended"
        return self._all_enlisted() and all(says_ok(self.port, "/readyz") for _ in range(READY_IN_A_ROW))

    def _all_enlisted(self) -> bool:
        """As many as there should be, and each dead one has been taken over."""
        if len(self.gates()) != self.workers or not (self.files / "dialgate.sqlite3").exists():
            return False
        with suppress(sqlite3.OperationalError):  # its tables may not be there yet
            return len(self.rows("SELECT id FROM gate")) == self.workers
        return False

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def gates(self) -> list[int]:
        return self._running("dialgate.bootstrap.worker")

    def shippers(self) -> list[int]:
        return self._running("dialgate.bootstrap.shipping")

    def valkey(self) -> int:
        return wait_until(lambda: [pid for pid in self.family() if _lives_in(pid) == self._store], "a Valkey")[0]

    def simulator(self) -> int:
        return wait_until(lambda: self._running("simulator --listen"), "a running simulator")[0]

    def family(self) -> list[int]:
        """Every living process that was started for this data directory, whoever its parent is by now."""
        # The carrier beside it has no such mark: it is to live on.
        mark = f"DIALGATE_DATA__DIR={self.data_dir}".encode()
        # Valkey writes its title over its environment, but nobody else works in its directory.
        return [
            pid
            for pid in _pids()
            if _alive(pid) and (_lives_in(pid) == self._store or mark in _read(pid, "environ").split(b"\0"))
        ]

    def is_gone(self, pid: int) -> bool:
        return pid not in self.family()

    def _running(self, words: str) -> list[int]:
        return [pid for pid in self.family() if words in _read(pid, "cmdline").replace(b"\0", b" ").decode()]

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        """Ask it to end, as Ctrl-C does; everything is gone when this returns."""
        assert self.process is not None
        for pid in self.family():
            send(pid, signal.SIGCONT)
        send(self.process.pid, number)
        self.process.wait(STOP_S)
        self._wait_gone()

    def kill(self) -> None:
        """Kill -9 of the parent; everything is gone when this returns."""
        assert self.process is not None
        send(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_S)
        self._wait_gone()

    def _wait_gone(self) -> None:
        try:
            wait_until(lambda: not self.family(), "no process left", STOP_S)
        except TimeoutError:
            left = {pid: _read(pid, "cmdline").replace(b"\0", b" ").decode() for pid in self.family()}
            for pid in left:
                send(pid, signal.SIGABRT)  # tells in the log where each thread of it stands
            wait_until(lambda: not self.family(), "the end of those that outlived it", STOP_S)
            raise AssertionError(f"processes outlived their serve: {left}\n{self.said()[-20_000:]}") from None

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What the ledger's own file says. SQLite wants the file's own path, so it is asked where that path leads."""
        asked = [str(self.data_dir / "dialgate.sqlite3"), statement, json.dumps(values)]
        if not self.around:
            return read_rows(*asked)
        there = ["nsenter", f"--target={self.pid}", "--user", "--preserve-credentials", "--mount"]
        command = [*there, sys.executable, "-m", "tests.processes", *asked]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, timeout=30, check=True)
        return [tuple(row) for row in json.loads(told.stdout)]

    def ask_store(self, *words: str) -> bytes:
        """One plain command to the embedded Valkey; its first answer line or lines."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(self.files / "valkey" / "sock"))
            client.sendall("".join([f"*{len(words)}\r\n", *(f"${len(w)}\r\n{w}\r\n" for w in words)]).encode())
            return client.recv(1 << 16)


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def read_rows(file: str, statement: str, values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(statement, json.loads(values)).fetchall()


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _lives_in(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def _alive(pid: int) -> bool:
    """Zombies do not count: they have ended and only wait for their parent to ask how."""
    state = _read(pid, "stat").rpartition(b")")[2].split()
    return bool(state) and state[0] not in {b"Z", b"X"}


if __name__ == "__main__":
    print(json.dumps(read_rows(*sys.argv[1:])))
