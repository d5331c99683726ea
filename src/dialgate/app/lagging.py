"""Which partners lag behind the refusals they must follow, and whose keys are suspended for it.

A fact, a second old. While SQL does not answer, the last known state stays: a lagging partner does not come back by it,
and one that was up to date was so when last seen. Before the first look nobody knows, so no partner's key forwards
anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.feeds import Behind, Partner, Partners
    from dialgate.app.policies import Policies
    from dialgate.app.ports import Clock

log = structlog.get_logger(__name__)

LagState = Literal["ok", "lagging", "suspended"]


@dataclass(frozen=True, slots=True)
class Standing:
    """As of one look."""

    partner: Partner
    head: int
    """Of its feed."""
    rows: int
    """Not acknowledged."""
    lag_s: float
    """Age of the oldest of them."""
    state: LagState


class Lagging:
    def __init__(self, partners: Partners, policies: Policies, clock: Clock) -> None:
        self._partners = partners
        self._policies = policies
        self._clock = clock
        self.now: tuple[Standing, ...] = ()
        """As of the last look that succeeded."""

    async def look(self) -> None:
        """To be repeated every second. Errors: `LedgerUnavailableError`; then all stays as it was."""
        found = standings(await self._partners.behind(), self._clock.now())
        before = {_name(one): one.state for one in self.now}
        self.now = found
        self._policies.suspend(frozenset(_name(one) for one in found if one.state == "suspended"))
        for one in found:
            _tell(one, before.get(_name(one), "ok"))


def standings(found: Sequence[Behind], now: datetime) -> tuple[Standing, ...]:
    return tuple(_standing(one, one.lag_s(now)) for one in found)


def _standing(one: Behind, lag_s: float) -> Standing:
    late: LagState = "suspended" if one.partner.suspends else "lagging"
    state = late if lag_s > one.partner.max_lag_s else "ok"
    return Standing(one.partner, one.head, one.rows, lag_s, state)


def _name(one: Standing) -> tuple[str, str]:
    return one.partner.tenant, one.partner.name


def _tell(one: Standing, before: LagState) -> None:
    if one.state == before:
        return
    partner = one.partner
    told = log.bind(tenant=partner.tenant, partner=partner.name, lag_s=round(one.lag_s), behind=one.rows)
    if one.state == "ok":
        told.info("partner caught up")
    else:
        told.warning("partner lags", state=one.state, max_lag_s=partner.max_lag_s)
