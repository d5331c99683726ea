"""An older copy of the guard store's files, put back: by a restored backup, a snapshot, a wrong volume."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable

from tests.processes import Serve, send
from tests.waiting import wait_until

FILES = "appendonlydir"


def replacing_with_a_copy(serve: Serve) -> Callable[[], None]:
    """Copies the store's files now; what is returned kills the store and lets it come back with the copy."""
    home = serve.data_dir / "valkey"
    copy = serve.home / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home / FILES, copy)

    def put_back() -> None:
        killed = serve.valkey()
        send(serve.pid, signal.SIGSTOP)
        send(killed, signal.SIGKILL)
        wait_until(lambda: killed not in serve.family(), "Valkey is gone")
        shutil.rmtree(home / FILES)
        shutil.copytree(copy, home / FILES)
        send(serve.pid, signal.SIGCONT)
        wait_until(lambda: serve.valkey() != killed, "another Valkey")

    return put_back
