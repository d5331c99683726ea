"""The use cases that follow a call through its documents, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.answering import Answering
from dialgate.app.gating import Gating
from dialgate.app.live_call import LiveCalls
from dialgate.app.reaching import Reaching
from dialgate.app.taking_over import TakingOver
from dialgate.carriers.twilio.applications import TwilioApplications
from dialgate.carriers.twilio.twiml.port import TwimlDocuments
from dialgate.domain.ids import RANDOM_BYTES, DecisionId, time_sortable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialgate.app.admit import Admission
    from dialgate.app.call_state import Addresses
    from dialgate.app.chores import Chores
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.documents import Documents
    from dialgate.app.gate_state import GateState
    from dialgate.app.naming import Naming
    from dialgate.app.outside import Outside
    from dialgate.app.policies import Policies
    from dialgate.app.ports import Carrier, Chance, Clock, GuardStore, Journal
    from dialgate.app.queries import Tenant
    from dialgate.domain.facts import Facts


@dataclass(frozen=True, slots=True)
class Following:
    documents: Documents
    reaching: Reaching
    gating: Gating
    taking_over: TakingOver
    live_calls: LiveCalls
    answering: Answering


def following(  # noqa: PLR0913 - documents lead to attempts, so all that attempts need meets here again
    *,
    admission: Admission,
    journal: Journal,
    store: GuardStore,
    naming: Naming,
    state: GateState,
    chores: Chores,
    clock: Clock,
    chance: Chance,
    directory: DirectoryCopy,
    policies: Policies,
    carrier: Carrier,
    addresses: Addresses,
    outside: Outside,
    hash_secret: Callable[[str], str],
    public_url: str,
) -> Following:
    documents = TwimlDocuments()

    def facts(tenant: Tenant) -> Facts:
        return policies.facts(tenant, directory.now)

    def new_id() -> DecisionId:
        return DecisionId(time_sortable(int(clock.now().timestamp() * 1000), chance(RANDOM_BYTES)))

    reaching = Reaching(
        admission=admission,
        journal=journal,
        naming=naming,
        state=state,
        chores=chores,
        clock=clock,
        facts=facts,
        new_id=new_id,
        hash_secret=hash_secret,
    )
    gating = Gating(
        reaching=reaching,
        addresses=addresses,
        store=store,
        state=state,
        clock=clock,
        status_url=f"{public_url.rstrip('/')}/twilio/status/",
    )
    return Following(
        documents=documents,
        reaching=reaching,
        gating=gating,
        taking_over=TakingOver(addresses, documents, TwilioApplications(carrier), outside, clock, reaching.own),
        live_calls=LiveCalls(
            addresses=addresses,
            directory=directory,
            outside=outside,
            documents=documents,
            gating=gating,
            clock=clock,
        ),
        answering=Answering(
            addresses=addresses,
            directory=directory,
            outside=outside,
            documents=documents,
            gating=gating,
            clock=clock,
        ),
    )
