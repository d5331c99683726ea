"""What `/readyz` and `doctor` say of each dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate import metrics
from dialgate.app.errors import DialgateError
from dialgate.app.gate import Check

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.bootstrap.stores import Stores
    from dialgate.stores.journal import OwnJournal

BACKLOG = 16_384
"""Half of the bound: somebody should look before attempts are refused for it."""


class Checks:
    def __init__(self, stores: Stores, journal: OwnJournal, state: GateState, chores: Chores) -> None:
        self._stores = stores
        self._journal = journal
        self._state = state
        self._chores = chores
        self.unowned: set[str] = set()
        """Receiving senders, masked, that no tenant owns although messages came in for them."""

    async def all(self) -> tuple[Check, ...]:
        return (
            await _asked("ledger", self._ledger),
            await _asked("guard_store", self._guard_store),
            self._own_journal(),
            await _asked("gates", self._gates),
        )

    async def measure(self) -> None:
        """What this gate tells the metrics of itself; to be repeated every second or so."""
        store = await _asked("guard_store", self._guard_store)
        metrics.state(journal_backlog=self._journal.unshipped, store_closed=bool(store.problem))

    async def _ledger(self) -> Check:
        seen = await self._stores.ledger.view()
        return Check("ledger", "", f"generation {seen.generation}, {seen.head} rows")

    async def _guard_store(self) -> Check:
        fence = await self._stores.guards.fence()
        if fence.generation is None or fence.watermark is None:
            return Check("guard_store", "the suppression index is being loaded; attempts are refused until it is whole")
        if not fence.layout_agrees:
            return Check("guard_store", "the store was filled with another layout or pepper; it will be loaded anew")
        if fence.history_id != fence.server_history_id:
            return Check("guard_store", "the server was restarted or replaced; the index is being verified")
        if fence.generation != self._state.generation:
            return Check("guard_store", "this gate has not confirmed the store's generation yet")
        if fence.watermark < self._state.head:
            return Check("guard_store", f"{self._state.head - fence.watermark} ledger rows are still to be applied")
        return Check("guard_store", "", f"open at generation {fence.generation}, row {fence.watermark}")

    def _own_journal(self) -> Check:
        backlog = self._journal.unshipped
        if self._journal.failed.is_set():
            return Check("journal", "a write failed; this process ends and is replaced")
        if backlog > BACKLOG:
            return Check("journal", f"{backlog} records are not in SQL yet; attempts are refused beyond 32,768")
        return Check("journal", "", f"{backlog} records on their way, {len(self._chores)} chores waiting")

    async def _gates(self) -> Check:
        """A gate that has not confirmed the newest generation keeps everybody waiting: name it, and the way out."""
        newest = (await self._stores.ledger.view()).generation
        gates = await self._stores.register.gates()
        missing = ", ".join(gate.id for gate in gates if gate.confirmed < newest)
        if missing:
            problem = (
                f"waiting for {missing} to confirm generation {newest}. It does so by itself while it lives, and a "
                "gate of its data directory does it when it is dead. Only if that directory is lost: "
                "dialgate db retire-gate ID"
            )
            return Check("gates", problem)
        return Check("gates", "", f"{len(gates)} registered")


async def _asked(name: str, ask: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await ask()
    except DialgateError as error:
        return Check(name, str(error))
