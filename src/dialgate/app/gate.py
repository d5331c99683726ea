"""Everything that the web asks of the inside, in one value that `bootstrap` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.domain.ids import RANDOM_BYTES, DecisionId, time_sortable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialgate.app.admit import Admission
    from dialgate.app.adopting import Adopting
    from dialgate.app.answering import Answering
    from dialgate.app.call_state import Addresses
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.documents import Documents
    from dialgate.app.forward import Forwarding
    from dialgate.app.gating import Gating
    from dialgate.app.hearing import Hearing
    from dialgate.app.lift import Lifting
    from dialgate.app.live_call import LiveCalls
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.outside import Outside
    from dialgate.app.policies import Policies
    from dialgate.app.ports import Carrier, Chance, Clock, Ledger, Register
    from dialgate.app.queries import DecisionLog, Directory, Tenant
    from dialgate.app.settle import Settling
    from dialgate.app.taking_over import TakingOver
    from dialgate.app.tidings import Tidings
    from dialgate.domain.facts import Facts


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency for `/readyz`: `problem` empty means well; `detail` is a sentence for the operator."""

    name: str
    problem: str
    detail: str = ""
    refusing: bool = False
    """Whether this gate refuses every attempt while the problem lasts."""


@dataclass(frozen=True, slots=True)
class Gate:
    clock: Clock
    chance: Chance
    policies: Policies
    directory: DirectoryCopy
    tenants: Directory
    ledger: Ledger
    register: Register
    log: DecisionLog
    carrier: Carrier
    admission: Admission
    forwarding: Forwarding
    settling: Settling
    opting_out: OptingOut
    lifting: Lifting
    hearing: Hearing
    tidings: Tidings
    adopting: Adopting
    addresses: Addresses
    outside: Outside
    documents: Documents
    gating: Gating
    taking_over: TakingOver
    live_calls: LiveCalls
    answering: Answering
    checks: Callable[[], Awaitable[tuple[Check, ...]]]
    hash_secret: Callable[[str], str]
    """HMAC-SHA256 under the pepper, hex: how API secrets and claims are kept."""

    def new_id(self) -> DecisionId:
        return DecisionId(time_sortable(int(self.clock.now().timestamp() * 1000), self.chance(RANDOM_BYTES)))

    def facts(self, tenant: Tenant) -> Facts:
        """Errors: `LedgerUnavailableError` before the directory has been read."""
        return self.policies.facts(tenant, self.directory.now)
