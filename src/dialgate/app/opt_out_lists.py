"""Take in opt-outs by the thousand, as old lists bring them: durable in SQL, then in force, a batch at a time.

They do not go through the journal: a list lies in a file that can be sent again, and a thousand records at once would
keep those of people waiting. Calls and messages under way are flagged with the rows, and cancelled by the next sweep.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import GuardStore, Ledger
    from dialgate.domain.ledger import Change, OptOut

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Always durable. `in_force` False: the indexer goes on until it is."""

    new: int
    in_force: bool


class OptOutLists:
    def __init__(self, ledger: Ledger, store: GuardStore, state: GateState) -> None:
        self._ledger = ledger
        self._store = store
        self._state = state
        self._numbering = asyncio.Lock()
        self._applying = asyncio.Lock()
        """What is numbered first is in the index first, so a batch waits for its turn there before the next is
        numbered.
        """

    async def known(self, opt_outs: Sequence[OptOut]) -> int:
        """How many of them `record` would leave out. Errors: `LedgerUnavailableError`."""
        return len(opt_outs) - len(await self._ledger.unknown(opt_outs))

    async def record(self, opt_outs: Sequence[OptOut]) -> TakenIn:
        """One that stands in the ledger already, of the same number, scope and source, is not recorded again, so that a
        list may be sent twice.

        Errors: `LedgerUnavailableError`: nothing may be acknowledged, send it again.
        """
        async with self._numbering:
            changes = await self._ledger.record_opt_outs(opt_outs)
            await self._applying.acquire()
        try:
            in_force = await self._put_in_force(changes)
        except (LedgerUnavailableError, StoreUnavailableError):
            in_force = False
        finally:
            self._applying.release()
        return TakenIn(len(changes), in_force)

    async def _put_in_force(self, changes: Sequence[Change]) -> bool:
        """Up to the newest of them; where all are known, up to the head. At the generation that SQL says afterwards."""
        generation = self._state.generation
        last = changes[-1].seq if changes else (await self._ledger.view()).head
        watermark = await self._store.apply(changes, generation)
        while watermark is not None and watermark < last:  # rows of others come before them
            rest = await self._ledger.changes(watermark, READ_AT_ONCE)
            watermark = await self._store.apply(rest, generation) if rest else None
        seen = await self._ledger.view()
        self._state.learn(seen)
        return watermark is not None and seen.generation == generation
