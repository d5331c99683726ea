"""What tenants have made through the gate: the decision log knows, and this process knows a moment earlier."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dialgate.app.gate import Gate

REMEMBERED = 10_000
"""As many as are made while records travel to SQL; beyond that a reader waits for the log."""
WAIT_S = 1.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Maker:
    tenant: str
    decision_id: str
    number: str
    """Or address; empty where only the log knows it."""


class Made:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._recent: OrderedDict[str, Maker] = OrderedDict()

    def note(self, carrier_sid: str, maker: Maker) -> None:
        self._recent[carrier_sid] = maker
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def by(self, tenant: str, carrier_sid: str) -> Maker | None:
        """None if this tenant did not make it here, after time enough for another gate's record to arrive. Errors:
        `LedgerUnavailableError`.
        """
        deadline_s = self._gate.clock.boottime_s() + WAIT_S
        while True:
            maker = await self.logged(carrier_sid)
            if maker is not None:
                return maker if maker.tenant == tenant else None
            if self._gate.clock.boottime_s() >= deadline_s:
                return None
            await asyncio.sleep(POLL_S)

    async def logged(self, carrier_sid: str) -> Maker | None:
        """Whichever tenant it was; None if no record of it has arrived. Errors: as for `by`."""
        recent = self._recent.get(carrier_sid)
        if recent is not None:
            return recent
        owner = await self._gate.log.owner(carrier_sid)
        return None if owner is None else Maker(owner[0], owner[1], "")

    async def number(self, maker: Maker) -> str:
        """Whom the attempt reached: a number, or an address. Errors: `LedgerUnavailableError`."""
        if maker.number:
            return maker.number
        row = await self._gate.log.get(maker.decision_id)
        return "" if row is None else str(row.body["number"])

    async def of(self, tenant: str, carrier_sids: Sequence[str], fresh: Collection[str]) -> frozenset[str]:
        """Those of them that this tenant made. `fresh` ones, made a moment ago by whomever, are waited for. Errors:
        `LedgerUnavailableError`.
        """
        deadline_s = self._gate.clock.boottime_s() + WAIT_S
        while True:
            recent = {sid for sid in carrier_sids if sid in self._recent and self._recent[sid].tenant == tenant}
            made = await self._gate.log.made(tenant, carrier_sids) | recent
            if made.issuperset(fresh) or self._gate.clock.boottime_s() >= deadline_s:
                return made
            await asyncio.sleep(POLL_S)


MADE: web.AppKey[Made] = web.AppKey("made", Made)
