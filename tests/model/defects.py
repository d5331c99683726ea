"""What the product must never become: each class takes one change of the fence away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.gate_state import GateState
from dialgate.app.indexer import Indexer, Progress, _Load
from dialgate.app.lift import Lifting
from dialgate.app.opt_out import OptedOut, OptingOut
from dialgate.app.ports import FenceState, Kept, LedgerView, Suppressed, View
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, OptOut, Source
from dialgate.domain.numbers import E164
from tests.model.content import Fence, Held
from tests.model.scripts import Scripts
from tests.model.sql import FakeLedger, Row, Sql, entry_of
from tests.model.stepper import take


class AcknowledgesWhatIsOnlyDurable(OptingOut):
    async def record(self, opt_out: OptOut) -> OptedOut:
        outcome = await super().record(opt_out)
        return replace(outcome, in_force=True)


class TakesTheStoreAtItsWord(OptingOut):
    """SQL is not asked again after `suppress`."""

    async def _still_open(self, suppressed: Suppressed, seq: int | None) -> bool:
        return suppressed.open_at is not None


class AllocatesBeforeItCommits(FakeLedger):
    """A sequence of the database's own, taken before the transaction that uses it."""

    async def record_opt_out(self, opt_out: OptOut) -> int:
        def allocate() -> int:
            taken = max(self.sql.head, ALLOCATED.get(id(self.sql), 0)) + 1
            ALLOCATED[id(self.sql)] = taken
            return taken

        def commit() -> int:
            return self.sql.rows.setdefault(opt_out.id, Row(seq, opt_out.id, opt_out)).seq

        seq = await self.turn("record_opt_out: allocate", allocate)
        return await self.turn("record_opt_out: commit", commit)


ALLOCATED: dict[int, int] = {}
"""By ledger."""


class LiftsWhateverTheNumberHas(FakeLedger):
    async def changes(self, after: int, limit: int) -> list[Change]:
        found = await super().changes(after, limit)
        return [replace(one, remove=_all_of(self.sql, one)) for one in found]


def _all_of(sql: Sql, change: Change) -> tuple[Entry, ...]:
    lift = sql.rows[change.id].what
    if not isinstance(lift, Lift):
        return change.remove
    rows = [row.what for row in sql.rows.values()]
    return tuple(entry_of(one) for one in rows if isinstance(one, OptOut) and one.number == lift.number)


class SpoolsLifts(Lifting):
    """With SQL down a START waits in the gate, and lifts what is there when SQL is back."""

    async def start(self, lift_id: OptOutId, tenant: str, number: E164, message_sid: str) -> tuple[OptOutId, ...]:
        try:
            return await super().start(lift_id, tenant, number, message_sid)
        except LedgerUnavailableError:
            await take("spooled", lambda: None)
        names = tuple(one.id for one in await self._ledger.opt_outs_of(tenant, number))
        lift = Lift(lift_id, number, tenant, names, Source.SMS, "carrier", self._clock.now())
        await self._ledger.record_lift(lift)
        return names


class NeverLearnsTheHead(GateState):
    def learn(self, seen: LedgerView) -> None:
        pass


class OpensBeforeAllHaveConfirmed(Indexer):
    async def _go_on(self, load: _Load, fence: FenceState) -> Progress:
        self._loading = None
        await self._load(load, fence)
        return Progress("open", load.generation)


class KeepsTheHighestSequence(Scripts):
    """The watermark is a maximum: holes below it are forgotten."""

    def note(self, change: Change, seq: int | None) -> None:
        super().note(change, seq)
        fence = self.content.fence
        if fence and seq and fence.watermark is not None and seq > fence.watermark:
            self.content = self.content.fenced(replace(fence, watermark=seq))
            self.absorb()


class BelievesAnyServer(Scripts):
    def same_history(self, fence: Fence) -> bool:
        return True


class SwapsTheIndex(Scripts):
    """A load replaces what is there."""

    def load(self, entries: Sequence[Entry], nonce: str, chunk: int) -> bool:
        if chunk == 1:
            self.content = replace(self.content, members=frozenset())
        return super().load(entries, nonce, chunk)


class BelievesAnyLoad(Scripts):
    def loading(self, nonce: str, chunks: int) -> bool:
        return True


class RemovesAgainstTheOverlay(Scripts):
    def remove(self, change: Change) -> None:
        self.content = replace(self.content, members=self.content.members - set(change.remove))


class NeverSaysCancel(Scripts):
    """An attempt that had no name yet when the opt-out came is forgotten."""

    def to_cancel(self, held: Held) -> bool:
        return False


class ForgetsWhatWasForwarded(Scripts):
    """Nothing but the index comes back after a loss."""

    def restore(self, kept: Sequence[Kept], nonce: str) -> bool:
        return True


class AdmitsAtAnyGeneration(Scripts):
    def same_generation(self, fence: Fence, view: View) -> bool:
        return True
