"""What an inbound message means to the tenants it is for: their words, what their people have said before, how much of
it a refusal covers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.queries import Filter
from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.numbers import Number
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import understand
from dialgate.domain.scope import ALL, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.inbound import InboundMessage
    from dialgate.app.ports import Ledger
    from dialgate.app.queries import DecisionLog
    from dialgate.app.wordings import Wordings
    from dialgate.domain.numbers import E164, NumberRefusal
    from dialgate.domain.opt_out.understanding import Understanding


NOTICES = frozenset({Purpose.TRANSACTIONAL, Purpose.INFORMATIONAL})
"""What goes on where somebody wants to keep their reminders."""


class Meanings:
    def __init__(self, wordings: Wordings, directory: DirectoryCopy, ledger: Ledger, log: DecisionLog) -> None:
        self._wordings = wordings
        self._directory = directory
        self._ledger = ledger
        self._log = log

    async def of(
        self, message: InboundMessage, person: Number | NumberRefusal, tenants: Sequence[str]
    ) -> Understanding:
        """`tenants`: who owns the receiving sender; none: only the words of all count, and no sentence is a START.

        Errors: `LedgerUnavailableError` where it would be a START if the number is suppressed, and nobody knows.
        """
        known = [found for name in tenants if (found := self._directory.now.tenants.get(name)) is not None]
        lexicon = self._wordings.lexicon_of(known)
        region = person.region if isinstance(person, Number) else ""
        meaning = understand(message.body, region, lexicon, message.opt_out_type)
        if meaning.intent is not Intent.NONE or not isinstance(person, Number):
            return meaning
        begun = understand(message.body, region, lexicon, message.opt_out_type, suppressed=True)
        if begun.intent is Intent.START and await self._suppressed(person.e164, tenants):
            return begun
        return meaning

    async def scopes(
        self, meaning: Understanding, tenant: str, message: InboundMessage, number: E164, said_at: datetime
    ) -> tuple[Scope, ...]:
        """Narrower than everything only as far as the person said what may go on. Who keeps notices refuses whatever
        is no notice: of surveys and debts nobody said that they may go on.
        """
        campaign = await self._campaign(tenant, message, number, said_at) if meaning.campaign else ALL
        purposes = [purpose.value for purpose in Purpose if purpose not in NOTICES] if meaning.purpose else [ALL]
        return tuple(Scope(tenant, meaning.channel or ALL, purpose, campaign) for purpose in purposes)

    def waits(self, tenant: str) -> bool:
        """Whether what is unsure is no refusal of this tenant until somebody has decided."""
        known = self._directory.now.tenants.get(tenant)
        return known is not None and self._wordings.of(known).waits

    async def _suppressed(self, number: E164, tenants: Sequence[str]) -> bool:
        for tenant in tenants:
            if await self._ledger.opt_outs_of(tenant, number):
                return True
        return False

    async def _campaign(self, tenant: str, message: InboundMessage, number: E164, said_at: datetime) -> str:
        """Of the last message that this sender was allowed to send the person before they answered; everything where
        nobody can tell.
        """
        sms, sender = Channel.SMS.value, message.receiver
        wanted = Filter(tenant=tenant, verdict="allow", to=number, sender=sender, channel=sms, until=said_at)
        try:
            page = await self._log.listing(wanted, 1)
        except LedgerUnavailableError:
            return ALL
        return next((str(row.body["campaign"]) for row in page.items), "") or ALL
