"""Take in an opt-out: durable first, then in force, then recalled, and only then acknowledged. A key that is revoked
goes the same way, without a recall: it stops what comes, not what went.

Order: journal (fsync) -> ledger commit -> `suppress`, answered *open at generation k* -> SQL still says k -> recall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError, StoreUnavailableError
from dialgate.app.records import opt_out_record
from dialgate.domain.ledger import Change, Entry, revocation_id
from dialgate.domain.scope import REVOKED_KEYS

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import GuardStore, Journal, Ledger, Recalled, Suppressed
    from dialgate.app.recall import Recall
    from dialgate.domain.ids import OptOutId
    from dialgate.domain.ledger import OptOut


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Always durable. `in_force` False: say so (202), confirm nothing; the gate goes on until it is."""

    id: OptOutId
    in_force: bool
    recalled: tuple[Recalled, ...]


class OptingOut:
    def __init__(
        self, journal: Journal, ledger: Ledger, store: GuardStore, recall: Recall, state: GateState, chores: Chores
    ) -> None:
        self._journal = journal
        self._ledger = ledger
        self._store = store
        self._recall = recall
        self._state = state
        self._chores = chores
        self.unnumbered = 0
        """Opt-outs under way that have no sequence yet: no generation is confirmed meanwhile."""

    async def record(self, opt_out: OptOut) -> OptedOut:
        """Errors: `JournalUnavailableError`: nothing is durable, nothing may be acknowledged."""
        await self._journal.append(opt_out_record(opt_out))
        self.unnumbered += 1
        try:
            seq = await self._number(opt_out)
            if seq is None:
                return await self._force(opt_out, None)
        finally:
            self.unnumbered -= 1
        return await self._force(opt_out, seq)

    async def revoke_key(self, sid: str, actor: str, at: datetime) -> bool:
        """Whether every gate refuses the key's attempts from now on; if not, it is durable, and the indexer goes on.
        Errors: `LedgerUnavailableError`: nothing has happened.
        """
        seq = await self._ledger.record_key_revoked(sid, actor, at)
        change = Change(seq, revocation_id(sid), add=(Entry(REVOKED_KEYS, sid),))
        try:
            return await self._still_open(await self._store.suppress(change, seq), seq)
        except StoreUnavailableError:
            return False

    async def _number(self, opt_out: OptOut) -> int | None:
        try:
            return await self._ledger.record_opt_out(opt_out)
        except LedgerUnavailableError:
            return None

    async def _force(self, opt_out: OptOut, seq: int | None) -> OptedOut:
        change = Change(seq or 0, opt_out.id, add=(Entry(opt_out.scope.name, opt_out.number),))
        try:
            suppressed = await self._store.suppress(change, seq)
        except StoreUnavailableError:
            if seq is None:
                self._suppress_later(change)
            return OptedOut(opt_out.id, in_force=False, recalled=())
        in_force = await self._still_open(suppressed, seq)
        for recalled in suppressed.recalled:
            await self._recall.cancel(recalled)
        return OptedOut(opt_out.id, in_force, suppressed.recalled)

    async def _still_open(self, suppressed: Suppressed, seq: int | None) -> bool:
        """With a sequence SQL must still say the generation; without one, no newer generation can open before this
        gate's journal is shipped, so the generation that this gate has confirmed is enough.
        """
        if suppressed.open_at is None:
            return False
        if seq is None:
            return suppressed.open_at == self._state.generation
        try:
            seen = await self._ledger.view()
        except LedgerUnavailableError:
            return False
        self._state.learn(seen)
        return seen.generation == suppressed.open_at

    def _suppress_later(self, change: Change) -> None:
        """A row of the ledger is the indexer's from then on: told late, it could undo a lift. One that waits for SQL is
        in nobody's hands but this gate's.
        """

        async def suppress() -> bool:
            suppressed = await self._store.suppress(change, None)
            for recalled in suppressed.recalled:
                await self._recall.cancel(recalled)
            return True

        self._chores.add("suppress", suppress)
