"""What `/readyz` and `doctor` say of each dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate import metrics
from dialgate.app.errors import DialgateError
from dialgate.app.gate import Check

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialgate.app.breaker import Breaker
    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.app.hearing import Hearing
    from dialgate.app.lagging import Lagging
    from dialgate.app.policies import Policies
    from dialgate.app.ports import FenceState
    from dialgate.bootstrap.stores import Stores
    from dialgate.stores.journal import OwnJournal

BACKLOG = 16_384
"""Half of the bound: somebody should look before attempts are refused for it."""


class Checks:
    def __init__(
        self,
        stores: Stores,
        journal: OwnJournal,
        state: GateState,
        chores: Chores,
        breaker: Breaker,
        policies: Policies,
        heard: Hearing,
        lagging: Lagging,
    ) -> None:
        self._stores = stores
        self._journal = journal
        self._state = state
        self._chores = chores
        self._breaker = breaker
        self._policies = policies
        self._heard = heard
        self._lagging = lagging

    async def all(self) -> tuple[Check, ...]:
        return (
            await _asked("ledger", self._ledger),
            await _asked("guard_store", self._guard_store, refusing=True),
            self._own_journal(),
            await _asked("gates", self._gates),
            self._senders(),
            self._carrier(),
            self._policy(),
            self._partners(),
            await _asked("missed_messages", self._heard.missed.check),
        )

    async def measure(self) -> None:
        """What this gate tells the metrics of itself; to be repeated every second or so."""
        store = await _asked("guard_store", self._guard_store)
        metrics.state(
            journal_backlog=self._journal.unshipped,
            store_closed=bool(store.problem),
            carrier_down=self._breaker.open,
        )

    async def watch_partners(self) -> None:
        """Who lags behind the refusals, for rules, metrics and `/readyz`; to be repeated every second."""
        await self._lagging.look()
        metrics.partners((one.partner.tenant, one.partner.name, one.lag_s, one.rows) for one in self._lagging.now)

    async def _ledger(self) -> Check:
        seen = await self._stores.ledger.view()
        return Check("ledger", "", f"generation {seen.generation}, {seen.head} rows")

    async def _guard_store(self) -> Check:
        fence = await self._stores.guards.fence()
        problem = self._closed(fence)
        detail = "" if problem else f"open at generation {fence.generation}, row {fence.watermark}"
        return Check("guard_store", problem, detail, refusing=True)

    def _closed(self, fence: FenceState) -> str:
        if fence.generation is not None and not fence.layout_agrees:
            return "the store was filled with another layout or pepper; it will be loaded anew"
        if fence.generation is None or fence.watermark is None:
            return "the suppression index is being loaded; attempts are refused until it is whole"
        if fence.history_id != fence.server_history_id:
            return "the server was restarted or replaced; the index is being verified"
        if fence.generation != self._state.generation:
            return "this gate has not confirmed the store's generation yet"
        if fence.watermark < self._state.head:
            return f"{self._state.head - fence.watermark} ledger rows are still to be applied"
        return ""

    def _own_journal(self) -> Check:
        backlog = self._journal.unshipped
        if self._journal.failed.is_set():
            return Check("journal", "a write failed; this process ends and is replaced", refusing=True)
        if backlog > BACKLOG:
            return Check("journal", f"{backlog} records are not in SQL yet; attempts are refused beyond 32,768")
        return Check("journal", "", f"{backlog} records on their way, {len(self._chores)} chores waiting")

    def _carrier(self) -> Check:
        """Not a reason to send this gate no work: opt-outs and decisions for others need no carrier."""
        problem = "does not answer; creates are refused until it does, opt-outs go on" if self._breaker.open else ""
        return Check("carrier", problem)

    def _policy(self) -> Check:
        """With the horizon of each calendar: beyond it, rows that ask for holidays refuse."""
        policy = self._policies.now
        horizons = ", ".join(f"{code} {one.until}" for code, one in sorted(policy.calendars.items()))
        problem = self._policies.problem and f"{self._policies.problem}. Version {policy.version} stays in force."
        return Check("policy", problem, f"version {policy.version}; calendars until {horizons or '-'}")

    def _senders(self) -> Check:
        unowned = self._heard.receiving.unowned
        if not unowned:
            return Check("senders", "")
        problem = (
            f"messages came in for {', '.join(sorted(unowned))}, which no tenant owns: an opt-out there counts "
            "for every tenant. Give each sender its tenant: dialgate tenant create ... --caller-id"
        )
        return Check("senders", problem)

    def _partners(self) -> Check:
        """Not a reason to send this gate no work: it is their task to fetch what they must not call."""
        late = [
            f"{one.partner.name} of {one.partner.tenant} ({one.lag_s:.0f} s behind, at most {one.partner.max_lag_s}"
            f"{'; its keys are suspended' if one.state == 'suspended' else ''})"
            for one in self._lagging.now
            if one.state != "ok"
        ]
        problem = f"lagging behind the refusals: {', '.join(late)}. dialgate partner list shows each" if late else ""
        return Check("partners", problem, f"{len(self._lagging.now)} partners")

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


async def _asked(name: str, ask: Callable[[], Awaitable[Check]], *, refusing: bool = False) -> Check:
    try:
        return await ask()
    except DialgateError as error:
        return Check(name, str(error), refusing=refusing)
