"""The composition root of one gate process: stores, carrier and use cases, each made once and passed on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.admit import Admission
from dialgate.app.breaker import Breaker
from dialgate.app.chores import Chores
from dialgate.app.closing import Closing
from dialgate.app.directory import DirectoryCopy
from dialgate.app.envelope import SealedAnswers
from dialgate.app.forward import Forwarding
from dialgate.app.gate import Gate
from dialgate.app.gate_life import Adoption, GateLife
from dialgate.app.gate_state import GateState
from dialgate.app.indexer import Indexer
from dialgate.app.lift import Lifting
from dialgate.app.naming import Naming
from dialgate.app.opt_out import OptingOut
from dialgate.app.pacing import Pacing
from dialgate.app.policies import Policies
from dialgate.app.recall import Recall
from dialgate.app.reconcile import Reconciler
from dialgate.app.settle import Settling
from dialgate.bootstrap.adopting import adopting
from dialgate.bootstrap.checks import Checks
from dialgate.bootstrap.clock import SystemClock, chance
from dialgate.bootstrap.following import following
from dialgate.bootstrap.hearing import hearing
from dialgate.bootstrap.tidings import tidings
from dialgate.carriers.twilio.lists import TwilioLists
from dialgate.metrics import CountedJournal

if TYPE_CHECKING:
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Carrier
    from dialgate.bootstrap.stores import Stores
    from dialgate.domain.ids import GateId
    from dialgate.domain.opt_out.lexicon import Lexicon
    from dialgate.domain.policy import Policy
    from dialgate.settings import Twilio
    from dialgate.stores.journal import OwnJournal


@dataclass(frozen=True, slots=True)
class Process:
    """One gate process: what answers, and what is stepped in the background."""

    gate: Gate
    state: GateState
    life: GateLife
    indexer: Indexer
    adoption: Adoption
    chores: Chores
    breaker: Breaker
    recall: Recall
    closing: Closing
    reconciler: Reconciler
    journal: OwnJournal
    directory: DirectoryCopy
    checks: Checks


def compose(  # noqa: PLR0913 - the one place where all that a process consists of meets
    gate_id: GateId,
    directory_id: str,
    stores: Stores,
    own_journal: OwnJournal,
    carrier: Carrier,
    lexicon: Lexicon,
    policy: Policy,
    twilio: Twilio,
    *,
    outside: Outside,
    public_url: str,
) -> Process:
    clock = SystemClock()
    journal = CountedJournal(own_journal, clock)
    state = GateState()
    chores = Chores()
    breaker = Breaker(carrier)
    directory = DirectoryCopy(stores.directory)
    policies = Policies(policy, open_allowed=twilio.loopback)
    recall = Recall(stores.guards, carrier, journal, stores.log, chores, clock)
    naming = Naming(stores.guards, recall, state, chores)
    admission = Admission(stores.guards, journal, state, chores, clock)
    pacing = Pacing(
        twilio.account_sid,
        twilio.calls_per_second,
        admission=admission,
        store=stores.guards,
        clock=clock,
        sleep=asyncio.sleep,
    )
    closing = Closing(stores.guards, carrier, journal, chores, clock)
    opting_out = OptingOut(journal, stores.ledger, stores.guards, recall, state, chores)
    lifting = Lifting(stores.ledger, carrier, clock)
    settling = Settling(stores.log, journal, stores.guards, naming, chores, clock)
    life = GateLife(gate_id, directory_id, stores.ledger, stores.register, journal, opting_out, state, clock)
    indexer = Indexer(gate_id, stores.guards, stores.ledger, stores.register, stores.sink, clock, chance)
    heard = hearing(
        clock=clock,
        chance=chance,
        ledger=stores.ledger,
        store=stores.guards,
        state=state,
        links=stores.links,
        public_url=public_url,
        directory=directory,
        inbox=stores.inbox,
        journal=journal,
        log=stores.log,
        reviews=stores.reviews,
        sealed=stores.cipher,
        carrier=carrier,
        bookmarks=stores.bookmarks,
        opting_out=opting_out,
        lifting=lifting,
        lexicon=lexicon,
    )
    told = tidings(stores.notices, stores.partners, directory, outside, policies, clock, chance)
    checks = Checks(stores, own_journal, state, chores, breaker, policies, heard, told.lagging)
    followed = following(
        admission=admission,
        journal=journal,
        store=stores.guards,
        naming=naming,
        state=state,
        chores=chores,
        clock=clock,
        chance=chance,
        directory=directory,
        policies=policies,
        carrier=carrier,
        addresses=stores.addresses,
        outside=outside,
        hash_secret=stores.keys.hash_secret,
        public_url=public_url,
    )
    gate = Gate(
        clock=clock,
        chance=chance,
        policies=policies,
        directory=directory,
        tenants=stores.directory,
        ledger=stores.ledger,
        register=stores.register,
        log=stores.log,
        carrier=carrier,
        admission=admission,
        forwarding=Forwarding(
            admission=admission,
            carrier=carrier,
            journal=journal,
            store=stores.guards,
            naming=naming,
            state=state,
            chores=chores,
            clock=clock,
            envelope=SealedAnswers(stores.answers.seal, stores.answers.open),
            breaker=breaker,
            pacing=pacing,
        ),
        settling=settling,
        opting_out=opting_out,
        lifting=lifting,
        hearing=heard,
        tidings=told,
        adopting=adopting(stores, carrier, directory, twilio, public_url),
        addresses=stores.addresses,
        outside=outside,
        documents=followed.documents,
        gating=followed.gating,
        taking_over=followed.taking_over,
        live_calls=followed.live_calls,
        answering=followed.answering,
        checks=checks.all,
        hash_secret=stores.keys.hash_secret,
    )
    lists = TwilioLists(carrier)
    adoption = Adoption(gate_id, stores.register, stores.sink, stores.log, settling, clock)
    return Process(
        gate=gate,
        state=state,
        life=life,
        indexer=indexer,
        adoption=adoption,
        chores=chores,
        breaker=breaker,
        recall=recall,
        closing=closing,
        reconciler=Reconciler(stores.doubts, lists, carrier, stores.guards, journal, admission, settling, clock),
        journal=own_journal,
        directory=directory,
        checks=checks,
    )
