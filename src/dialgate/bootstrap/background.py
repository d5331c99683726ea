"""What a gate process does besides answering: follow SQL, keep the index, finish what waits, help the dead."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from dialgate import metrics
from dialgate.app.breaker import PROBE_S
from dialgate.app.errors import JournalUnavailableError, NotFoundError
from dialgate.app.lanes import LANES
from dialgate.bootstrap.loops import every
from dialgate.stores.journal import adoptable

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from dialgate.bootstrap.compose import Process
    from dialgate.bootstrap.policies import PolicyFiles
    from dialgate.domain.ids import GateId

POLL_S = 0.2
INDEX_S = 0.1
CHORES_S = 0.05
SWEEP_S = 1.0
ADOPT_S = 1.0
MEASURE_S = 1.0
RECONCILE_S = 2.0
ADDRESSES_S = 60.0
POLICY_S = 1.0
SNOOZES_S = 2.0
TELL_S = 0.5
LANE_S = 0.01
PARTNERS_S = 1.0
MISSED_S = 1.0
"""How often it is asked whether it is time."""

log = structlog.get_logger()


class Background:
    def __init__(self, process: Process, data_dir: Path, gate_id: GateId, policy_files: PolicyFiles) -> None:
        self._process = process
        self._data_dir = data_dir
        self._gate_id = gate_id
        self._policy_files = policy_files
        self._indexes = False
        self.struck = asyncio.Event()
        """Somebody has retired this gate: it may confirm nothing any more, and ends so that a new one can begin."""

    def steps(self) -> list[Coroutine[None, None, None]]:
        return [
            every(POLL_S, "poll", self._poll),
            every(INDEX_S, "index", self._index),
            every(SWEEP_S, "sweep", self._sweep),
            every(CHORES_S, "chores", self._process.chores.run_once),
            every(ADOPT_S, "adopt", self._adopt),
            every(RECONCILE_S, "reconcile", self._reconcile),
            every(PROBE_S, "probe", self._process.breaker.probe),
            every(MEASURE_S, "measure", self._process.checks.measure),
            every(ADDRESSES_S, "addresses", self._process.gate.addresses.sweep),
            every(POLICY_S, "policy", self._policy),
            every(SNOOZES_S, "snoozes", self._snoozes),
            every(TELL_S, "tell", self._tell),
            every(TELL_S, "push", self._push),
            every(MISSED_S, "missed", self._missed),
            every(PARTNERS_S, "partners", self._process.checks.watch_partners),
            *(every(LANE_S, "lane", self._process.gate.tidings.lanes.work) for _ in range(LANES)),
        ]

    async def _poll(self) -> None:
        try:
            await self._process.life.poll()
        except NotFoundError as error:
            log.critical("retired", problem=str(error), then="this gate ends; its parent starts a new one")
            self.struck.set()
        await self._process.directory.refresh()

    async def _index(self) -> None:
        progress = await self._process.indexer.tick()
        self._indexes = progress.state == "open"
        if progress.alarm:
            log.critical("ledger_lost_rows", problem=progress.alarm)

    async def _sweep(self) -> None:
        """The gate that holds the indexer's lease cancels what others could not, at the carrier's own pace."""
        if self._indexes:
            await self._process.recall.sweep()
            await self._process.closing.sweep()

    async def _reconcile(self) -> None:
        """One gate asks for all, as with the sweep."""
        if self._indexes:
            await self._process.reconciler.tick()

    async def _snoozes(self) -> None:
        """One gate lifts for all."""
        if self._indexes:
            await self._process.gate.hearing.snoozes.sweep()

    async def _tell(self) -> None:
        """One gate makes notices of what the ledger has got, for all."""
        if self._indexes:
            await self._process.gate.tidings.telling.tick()

    async def _push(self) -> None:
        """As the notices."""
        if self._indexes:
            await self._process.gate.tidings.pushing.tick()

    async def _missed(self) -> None:
        """One gate reads back for all. What is found says that the carrier's webhooks do not all come here."""
        if not self._indexes:
            return
        found = await self._process.gate.hearing.missed.tick()
        if found:
            metrics.missed(found)
            log.warning("webhooks_missed", found=dict(found), then="taken in from the carrier's list of messages")

    async def _policy(self) -> None:
        await self._policy_files.refresh(self._process.gate.policies)

    async def _adopt(self) -> None:
        await adopt(self._process, self._data_dir, self._gate_id)


async def adopt(process: Process, data_dir: Path, gate_id: GateId) -> None:
    """Take over from every dead gate of the directory. One that cannot be read must not stand in the way of the others:
    it is tried again, and its gate is named by `/readyz` while anybody waits for it.
    """
    for dead in adoptable(data_dir, gate_id):
        try:
            await process.adoption.adopt(dead)
        except JournalUnavailableError as error:
            log.error("cannot_adopt", dead=dead.gate[-8:], problem=str(error))  # noqa: TRY400 - the sentence says it
        else:
            log.info("adopted", dead=dead.gate[-8:])
        finally:
            dead.release()
