"""`dialgate serve`: a small parent that answers nothing.

It holds the data directory, binds the sockets once, starts the embedded Valkey, the simulator (in a demonstration) and
the gates, and replaces whichever dies.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from dialgate import metrics
from dialgate.app.errors import DialgateError, UnfitStoreError
from dialgate.bootstrap.children import Child
from dialgate.bootstrap.demo import Demo
from dialgate.bootstrap.directory_lock import DataDirectory
from dialgate.bootstrap.listening import bound, is_ready, listening_on
from dialgate.bootstrap.prepare import prepare
from dialgate.logging import configure
from dialgate.settings import Settings, SettingsError, read_settings
from dialgate.stores.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK_S = 0.1
DRAIN_S = 25.0
READY_TICKS = 600
STARTS = 3
PAUSE_S = 1.0
"""Between two attempts to start a Valkey that does not start: a full disk has room again some day."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Options:
    config: Path | None = None
    workers: int | None = None
    demo: bool = False


def serve(options: Options) -> None:
    """Until SIGTERM or Ctrl-C: gates drain first, Valkey stops last. Errors: `SettingsError`."""
    zoneinfo.reset_tzpath(to=())  # as in each gate
    configure()
    demo = Demo.announce(read_settings(options.config)) if options.demo else None
    settings = read_settings(options.config)
    with DataDirectory(settings.data.dir):
        metrics.share(settings.data.dir)
        if demo:
            demo.write(settings)
            bound(demo.simulator_listen, "DIALGATE_SIMULATOR_LISTEN").close()  # a taken port is said before all else
        valkey = None if settings.guard_store.url.get_secret_value() else EmbeddedValkey(settings.data.dir)
        with listening_on(settings.server) as sockets:
            try:
                Parent(settings, gates(settings, options, sockets), valkey, demo).run()
            except DialgateError as error:
                raise SettingsError(str(error)) from None


def gates(settings: Settings, options: Options, sockets: Sequence[socket.socket]) -> list[Child]:
    """As many as were asked for, all on the same sockets."""
    descriptors = [listening.fileno() for listening in sockets]
    command = [sys.executable, "-m", "dialgate.bootstrap.worker", ",".join(map(str, descriptors))]
    if options.config:
        command.append(str(options.config))
    workers = options.workers or settings.server.workers
    return [Child(f"gate-{number}", command, descriptors) for number in range(1, workers + 1)]


class Parent:
    def __init__(
        self, settings: Settings, gates: Sequence[Child], valkey: EmbeddedValkey | None, demo: Demo | None
    ) -> None:
        self._settings = settings
        self._gates = gates
        self._valkey = valkey
        self._demo = demo
        self._asked_to_end = False
        self._valkey_due_s = 0.0
        self._others = [demo.simulator()] if demo else []

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_end)
        try:
            self._bring_up()
            for child in (*self._others, *self._gates):
                child.start()
            self._announce()
            while self._goes_on():
                self._replace_the_dead()
        finally:
            self._end()

    def _ask_to_end(self, *_: object) -> None:
        """No event or lock: a signal may come while one is being handled, which then could wait for itself."""
        self._asked_to_end = True

    def _goes_on(self) -> bool:
        time.sleep(TICK_S)
        return not self._asked_to_end

    def _bring_up(self) -> None:
        """Begins anew if somebody killed Valkey meanwhile. Errors: `DialgateError`, for all that time does not mend."""
        for start in range(1, STARTS + 1):
            try:
                if self._valkey:
                    self._valkey.start()
                prepare(self._settings, self._demo)
            except DialgateError as error:
                if start == STARTS or not self._valkey_was_killed():
                    raise
                log.error("valkey_killed", problem=str(error), then="started again")  # noqa: TRY400 - as a sentence
            else:
                return

    def _valkey_was_killed(self) -> bool:
        time.sleep(TICK_S)  # its connections end a moment before it does
        return self._valkey is not None and (self._valkey.poll() or 0) < 0

    def _announce(self) -> None:
        """Say where the gate is once it is ready; go on all the same if it is not within a minute."""
        for _ in range(READY_TICKS):
            if not self._goes_on():
                return
            self._replace_the_dead()
            if is_ready(self._settings.server.listen):
                break
        else:
            log.warning("not_ready", look=f"http://{self._settings.server.listen}/readyz")
        log.info("serving", listen=self._settings.server.listen, gates=len(self._gates), pid=os.getpid())
        if self._demo:
            print(self._demo.greeting(), flush=True)  # noqa: T201 - the tour is for the person who typed make run

    def _replace_the_dead(self) -> None:
        if self._valkey and self._valkey.poll() is not None and time.monotonic() >= self._valkey_due_s:
            self._replace(self._valkey)
        for child in (*self._others, *self._gates):
            pid, status = child.pid, child.ended()
            if status is not None:
                metrics.forget(pid)
                log.error("process_died", name=child.name, status=status, then="started again")
            if child.due():
                child.start()

    def _replace(self, valkey: EmbeddedValkey) -> None:
        """The gates refuse until it is back, and stay: opt-outs are kept in their journals meanwhile."""
        log.error("valkey_died", status=valkey.poll(), then="started again; the index is verified anew")
        try:
            valkey.start()
        except UnfitStoreError as error:
            self._valkey_due_s = time.monotonic() + PAUSE_S
            log.error("valkey_does_not_start", problem=str(error), then="nothing is forwarded; tried again")  # noqa: TRY400 - as a sentence

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
