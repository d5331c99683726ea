"""START: a person takes back their own opt-out, and no other, if they said so later by the carrier's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.ledger import Lift, Source

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.ports import Carrier, Clock, Ledger
    from dialgate.domain.ids import OptOutId
    from dialgate.domain.ledger import OptOut
    from dialgate.domain.numbers import E164


class Lifting:
    def __init__(self, ledger: Ledger, carrier: Carrier, clock: Clock) -> None:
        self._ledger = ledger
        self._carrier = carrier
        self._clock = clock

    async def start(self, lift_id: OptOutId, tenant: str, number: E164, message_sid: str) -> tuple[OptOutId, ...]:
        """The opt-outs that are lifted; the indexer takes the number out in its turn. None are lifted if the carrier
        does not know the message, on a tie, or where they came another way than by message.

        Errors: `LedgerUnavailableError`, `CarrierUnreachableError`; then nothing is lifted and the message may come
        again. A START never goes through the journal: a STOP said after it must win.
        """
        said_at = await self._carrier.date_sent(message_sid)
        if said_at is None:
            return ()
        names: list[OptOutId] = []
        for opt_out in await self._ledger.opt_outs_of(tenant, number):
            stopped_at = await self._own_time(opt_out)
            if stopped_at is not None and stopped_at < said_at:
                names.append(opt_out.id)
        if not names:
            return ()
        now = self._clock.now()
        await self._ledger.record_lift(
            Lift(lift_id, number, tenant, tuple(names), Source.SMS, "carrier", now, evidence=message_sid)
        )
        return tuple(names)

    async def _own_time(self, opt_out: OptOut) -> datetime | None:
        """When the carrier says it was sent; None where a START has no say."""
        if opt_out.source is not Source.SMS or not opt_out.evidence:
            return None
        return await self._carrier.date_sent(opt_out.evidence)
