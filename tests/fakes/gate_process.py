"""What `bootstrap` makes of one gate, over stores in memory and a real journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dialgate.app.lagging import Lagging
from dialgate.app.missed import Missed
from dialgate.app.policies import Policies
from dialgate.bootstrap.checks import Checks
from dialgate.bootstrap.compose import Process
from tests.fakes.messages import MemoryBookmarks
from tests.fakes.no_rows import NO_ROWS
from tests.fakes.tidings import MemoryPartners

if TYPE_CHECKING:
    from dialgate.app.feeds import Partners
    from dialgate.app.hearing import Hearing
    from dialgate.app.ports import GuardStore, Ledger, Register
    from dialgate.app.read_back import ReadingBack
    from dialgate.bootstrap.stores import Stores
    from dialgate.stores.journal import OwnJournal
    from tests.fakes.one_gate import OneGate
    from tests.fakes.web_gate import WebGate


@dataclass(frozen=True, slots=True)
class AskedStores:
    """As much of the opened stores as the checks ask."""

    ledger: Ledger
    register: Register
    guards: GuardStore


@dataclass(slots=True)
class AskedReceiving:
    unowned: set[str]


@dataclass(slots=True)
class AskedHearing:
    """As much of what a gate hears as the checks ask."""

    receiving: AskedReceiving
    missed: Missed


def checks_of(
    gate: OneGate,
    journal: OwnJournal,
    *unowned: str,
    partners: Partners | None = None,
    bookmarks: MemoryBookmarks | None = None,
) -> Checks:
    stores = cast("Stores", AskedStores(gate.ledger, gate.register, gate.store))
    policies = Policies(NO_ROWS, open_allowed=True)
    lagging = Lagging(partners or MemoryPartners(), policies, gate.clock)
    missed = Missed(cast("ReadingBack", None), bookmarks or MemoryBookmarks(), gate.clock)
    heard = cast("Hearing", AskedHearing(AskedReceiving(set(unowned)), missed))
    return Checks(stores, journal, gate.state, gate.chores, gate.breaker, policies, heard, lagging)


def process_of(gate: WebGate, journal: OwnJournal) -> Process:
    return Process(
        gate=gate.inside,
        state=gate.state,
        life=gate.life,
        indexer=gate.indexer,
        adoption=gate.adoption,
        chores=gate.chores,
        breaker=gate.breaker,
        recall=gate.recall,
        closing=gate.closing,
        reconciler=gate.reconciler,
        journal=journal,
        directory=gate.inside.directory,
        checks=checks_of(gate, journal),
    )
