"""The carrier knows of an opt-out that the gate does not: somebody told the carrier, or it was lost on its way here."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError
from dialgate.domain.attempt import Channel
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.scope import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.opt_out import OptedOut, OptingOut
    from dialgate.app.ports import Ledger
    from dialgate.domain.numbers import E164


async def learn(
    opting_out: OptingOut,
    ledger: Ledger,
    tenant: str,
    number: E164,
    evidence: str,
    now: datetime,
    *,
    said_by: datetime | None = None,
) -> OptedOut | None:
    """None if the tenant knows that the person opted out of all messages: a second opt-out, which no START lifts, would
    be in the way of their own. The refused attempt is the evidence, by its decision id, or by the carrier's id where
    the gate has no record of it; however often its refusal is told, it is one opt-out. When the person said it is not
    known, so it counts from the time by which they had (default: now).

    Errors: `JournalUnavailableError`.
    """
    with suppress(LedgerUnavailableError):
        if any(is_as_wide(known) for known in await ledger.opt_outs_of(tenant, number)):
            return None
    return await opting_out.record(
        OptOut(
            id=OptOutId(f"{evidence}.{tenant}"),
            number=number,
            scope=Scope(tenant),
            source=Source.CARRIER,
            actor="carrier",
            occurred_at=said_by or now,
            recorded_at=now,
            evidence=evidence,
        )
    )


def is_as_wide(known: OptOut) -> bool:
    """As what the carrier refuses for: all messages of the tenant, without end."""
    tenant = known.scope.tenant
    return known.ends_at is None and known.scope in {Scope(tenant), Scope(tenant, Channel.SMS)}
