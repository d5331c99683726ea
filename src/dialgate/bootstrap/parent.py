"""`dialgate serve`: a small parent that answers nothing.

It holds the data directory, binds the sockets once, starts the embedded Valkey, the simulator (in a demonstration) and
the gates, and replaces whichever dies.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from dialgate.app.errors import DialgateError
from dialgate.bootstrap.children import Child
from dialgate.bootstrap.demo import Demo
from dialgate.bootstrap.directory_lock import DataDirectory
from dialgate.bootstrap.prepare import prepare
from dialgate.settings import Settings, SettingsError, host_and_port, read_settings
from dialgate.stores.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK_S = 0.1
DRAIN_S = 25.0
READY_TICKS = 600
BACKLOG = 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Options:
    config: Path | None = None
    workers: int | None = None
    demo: bool = False


def serve(options: Options) -> None:
    """Until SIGTERM or Ctrl-C: gates drain first, Valkey stops last. Errors: `SettingsError`."""
    demo = Demo.announce() if options.demo else None
    settings = read_settings(options.config)
    with DataDirectory(settings.data.dir):
        if demo:
            demo.write(settings)
        sockets = [_bound(address) for address in _addresses(settings)]
        valkey = None if settings.guard_store.url.get_secret_value() else EmbeddedValkey(settings.data.dir)
        try:
            Parent(settings, options, sockets, valkey, demo).run()
        except DialgateError as error:
            raise SettingsError(str(error)) from None
        finally:
            for listening in sockets:
                listening.close()


class Parent:
    def __init__(
        self,
        settings: Settings,
        options: Options,
        sockets: Sequence[socket.socket],
        valkey: EmbeddedValkey | None,
        demo: Demo | None,
    ) -> None:
        self._settings = settings
        self._valkey = valkey
        self._demo = demo
        self._stop = threading.Event()
        workers = options.workers or settings.server.workers
        self._gates = [_gate(number, options.config, sockets) for number in range(1, workers + 1)]
        self._others = [demo.simulator()] if demo else []

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            if self._valkey:
                self._valkey.start()
            prepare(self._settings, self._demo)
            for child in (*self._others, *self._gates):
                child.start()
            self._announce()
            while not self._stop.wait(TICK_S):
                self._replace_the_dead()
        finally:
            self._end()

    def _announce(self) -> None:
        """Say where the gate is once it is ready; go on all the same if it is not within a minute."""
        for _ in range(READY_TICKS):
            if self._stop.wait(TICK_S):
                return
            self._replace_the_dead()
            if _ready(self._settings.server.listen):
                break
        else:
            log.warning("not_ready", look=f"http://{self._settings.server.listen}/readyz")
        log.info("serving", listen=self._settings.server.listen, gates=len(self._gates), pid=os.getpid())
        if self._demo:
            print(self._demo.greeting(), flush=True)  # noqa: T201 - the tour is for the person who typed make run

    def _replace_the_dead(self) -> None:
        if self._valkey and self._valkey.poll() is not None:
            log.error("valkey_died", status=self._valkey.poll(), then="started again; the index is verified anew")
            self._valkey.start()
        for child in (*self._others, *self._gates):
            status = child.ended()
            if status is not None:
                log.error("process_died", name=child.name, status=status, then="started again")
            if child.due():
                child.start()

    def _end(self) -> None:
        """Even if the user presses Ctrl-C once more: nothing that was acknowledged depends on it."""
        log.info("stopping")
        for child in self._gates:
            child.ask_to_end()
        for child in self._gates:
            child.wait(DRAIN_S)
        for child in self._others:
            child.ask_to_end()
            child.wait(DRAIN_S)
        if self._valkey:
            self._valkey.stop()
        log.info("stopped")


def _gate(number: int, config: Path | None, sockets: Sequence[socket.socket]) -> Child:
    descriptors = [listening.fileno() for listening in sockets]
    command = [sys.executable, "-m", "dialgate.bootstrap.worker", ",".join(map(str, descriptors))]
    if config:
        command.append(str(config))
    return Child(f"gate-{number}", command, descriptors)


def _addresses(settings: Settings) -> list[str]:
    server = settings.server
    return [server.listen, server.webhook_listen] if server.webhook_listen else [server.listen]


def _bound(address: str) -> socket.socket:
    host, port = host_and_port(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        sentence = (
            f"Cannot listen on {address}: {error.strerror}. Set server.listen (DIALGATE_SERVER__LISTEN) to another."
        )
        raise SettingsError(sentence) from None
    return listening


def _ready(address: str) -> bool:
    host, port = host_and_port(address)
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP
    except (OSError, urllib.error.URLError):
        return False
