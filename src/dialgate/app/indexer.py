"""Keep the index in step with the ledger, and make it anew after a loss. One tick does what can be done now.

Every gate runs one; a lease in SQL keeps all but one idle. Safety rests on the store's scripts (watermark + 1, nonce,
history id, chunk count), never on the lease.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dialgate.domain.ledger import Change
from dialgate.domain.policy import LONGEST_WINDOW_S

if TYPE_CHECKING:
    from dialgate.app.ports import (
        Chance,
        Clock,
        DecisionSink,
        FenceState,
        GuardStore,
        Ledger,
        LedgerView,
        Register,
    )
    from dialgate.domain.ids import GateId

LEASE = timedelta(seconds=3)
BATCH = 500
CLOCKS = timedelta(hours=1)
"""How far clocks may have been apart: what ended no longer ago is made anew all the same."""
LONGEST_AHEAD = timedelta(days=35)
"""No message is scheduled for later. Source: the carrier's reference, Message resource, SendAt."""
LONGEST_KEPT = LONGEST_AHEAD + timedelta(seconds=LONGEST_WINDOW_S) + CLOCKS
"""Nothing that was decided earlier counts; of the rest, each decision says until when it does."""
IN_FLIGHT = timedelta(minutes=2)
"""How far before the fence's last time a store's copy may lack what belongs to an attempt it knows."""


LOST_ROWS = (
    "The guard store knows of ledger rows that SQL does not have: SQL lost commits, or an older copy was put back. "
    "What the store holds stays suppressed until its own next loss: put the missing opt-outs into the ledger before."
)


@dataclass(slots=True)
class _Load:
    nonce: str
    generation: int


@dataclass(frozen=True, slots=True)
class Progress:
    """For readiness and for people: `state` is idle (another gate holds the lease), open, waiting or loading."""

    state: str
    generation: int = 0
    waiting_for: tuple[GateId, ...] = ()
    behind: int = 0
    alarm: str = ""
    """What somebody must look at, although the gate goes on."""


class Indexer:
    def __init__(
        self,
        gate: GateId,
        store: GuardStore,
        ledger: Ledger,
        register: Register,
        sink: DecisionSink,
        clock: Clock,
        chance: Chance,
    ) -> None:
        self._gate = gate
        self._store = store
        self._ledger = ledger
        self._register = register
        self._sink = sink
        self._clock = clock
        self._chance = chance
        self._loading: _Load | None = None
        self._seen_watermark = 0
        self._leads = False
        self._asked_lease_at = datetime.min.replace(tzinfo=UTC)

    async def tick(self) -> Progress:
        """Errors: `LedgerUnavailableError`, `StoreUnavailableError`; a later tick goes on from what the stores say."""
        if not await self._holds_lease():
            self._loading = None
            return Progress("idle")
        seen = await self._ledger.view()
        fence = await self._store.fence()
        if self._loading is not None and self._loading.generation != seen.generation:
            self._loading = None
        if self._loading is not None:
            return await self._go_on(self._loading, fence)
        if self._sound(fence, seen):
            return await self._follow(fence, seen)
        return await self._begin(seen, anew=await self._ledger_lost_rows(fence))

    async def _holds_lease(self) -> bool:
        """Asked for once in a third of its time: to write it at each tick would cost more than all the rest."""
        now = self._clock.now()
        if abs(now - self._asked_lease_at) >= LEASE / 3:
            self._leads = await self._register.hold_lease(self._gate, now, LEASE.total_seconds())
            self._asked_lease_at = now
        return self._leads

    async def _ledger_lost_rows(self, fence: FenceState) -> bool:
        """An older copy of the ledger was put back: the store knows of rows that it does not. Read after the fence,
        because others go on committing.
        """
        return (fence.watermark or 0) > (await self._ledger.view()).head

    def _sound(self, fence: FenceState, seen: LedgerView) -> bool:
        """Nothing was lost: the fence stands, is this server's own and has not fallen behind what it once was."""
        if fence.watermark is None or fence.generation != seen.generation or not fence.layout_agrees:
            return False
        least = max(seen.watermark, self._seen_watermark)
        return fence.history_id == fence.server_history_id and fence.watermark >= least

    async def _follow(self, fence: FenceState, seen: LedgerView) -> Progress:
        watermark = fence.watermark or 0
        if watermark > seen.head and await self._ledger_lost_rows(fence):
            return await self._begin(seen, anew=True)
        while watermark < seen.head:
            changes = await self._ledger.changes(watermark, BATCH)
            applied = await self._store.apply(changes, seen.generation) if changes else None
            if applied is None:
                return Progress("waiting", seen.generation, behind=seen.head - watermark)
            watermark = applied
        await self._tidy_overlay(fence)
        if seen.watermark < watermark <= seen.head:
            await self._register.note_watermark(watermark)
        self._seen_watermark = watermark
        return Progress("open", seen.generation)

    async def _tidy_overlay(self, fence: FenceState) -> None:
        """Rows that were added only after their turn had passed leave the overlay. Those whose turn comes in this tick
        leave it by themselves; to add them once more could undo a lift that came with them.
        """
        if not fence.overlay:
            return
        for row_id, seq in (await self._ledger.sequences(fence.overlay)).items():
            if seq <= (fence.watermark or 0):
                (row,) = await self._ledger.changes(seq - 1, 1)
                await self._store.suppress(Change(row.seq, row_id, add=row.add), row.seq)

    async def _begin(self, seen: LedgerView, *, anew: bool) -> Progress:
        """Close the store first, then register the new generation: whoever reads SQL later sees it."""
        nonce = self._chance(16).hex()
        await self._store.begin(nonce, anew=anew)
        self._seen_watermark = 0
        if await self._register.next_generation(seen.generation, self._clock.now()):
            self._loading = _Load(nonce, seen.generation + 1)
        return Progress("waiting", seen.generation + 1, alarm=LOST_ROWS if anew else "")

    async def _go_on(self, load: _Load, fence: FenceState) -> Progress:
        gates = await self._register.gates()
        missing = tuple(gate.id for gate in gates if gate.confirmed < load.generation)
        if missing:
            return Progress("waiting", load.generation, waiting_for=missing)
        self._loading = None
        if await self._load(load, fence):
            return Progress("open", load.generation)
        return Progress("loading", load.generation)

    async def _load(self, load: _Load, fence: FenceState) -> bool:
        """False: the store lost something again; the next tick begins anew. `fence` was read before the head, so its
        watermark is a lower bound that is read once.
        """
        head = (await self._ledger.view()).head
        if fence.watermark is None:
            chunks = await self._load_all(load.nonce, head)
        else:
            chunks = await self._catch_up(load.nonce, fence.watermark, head)
        if chunks is None or not await self._restore(load.nonce, self._since(fence)):
            return False
        if not await self._store.open(load.nonce, chunks, load.generation, head):
            return False
        await self._register.note_watermark(head)
        self._seen_watermark = head
        return True

    async def _load_all(self, nonce: str, head: int) -> int | None:
        chunk = 0
        async for entries in self._ledger.effective(head):
            chunk += 1
            if not await self._store.load(entries, nonce, chunk):
                return None
        return chunk

    async def _catch_up(self, nonce: str, watermark: int, head: int) -> int | None:
        """A copy of the store is a prefix of its writes: only rows above its watermark can be missing."""
        while watermark < head:
            changes = await self._ledger.changes(watermark, BATCH)
            applied = await self._store.apply(changes, nonce) if changes else None
            if applied is None:
                return None
            watermark = applied
        return 0

    async def _restore(self, nonce: str, since: datetime) -> bool:
        async for kept in self._sink.kept(since, self._clock.now() - CLOCKS):
            if not await self._store.restore(kept, nonce):
                return False
        return True

    def _since(self, fence: FenceState) -> datetime:
        """The fence's last time agreed with the gates' clocks when it was written; the clock of the server that the
        copy is on now may not.
        """
        longest = self._clock.now() - LONGEST_KEPT
        if fence.watermark is None or not fence.clock_ms:
            return longest
        return max(datetime.fromtimestamp(fence.clock_ms / 1000, UTC) - IN_FLIGHT, longest)
