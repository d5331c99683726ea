"""Whether the carrier is worth asking: after several creates in a row without a usable answer none is sent for a while.

It must not know requests or reservations. Cancelling what an opt-out has overtaken never asks here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialgate.app.errors import CarrierUnreachableError
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.ports import Carrier

FAILURES = 5
"""In a row, over everybody who sends: one dialer's odd requests alone do not stop the others."""
PROBE_S = 1.0
"""How often a carrier that is down is asked for a sign of life."""
_SIGN_OF_LIFE = ("Calls.json", (("PageSize", "1"),))


class Breaker:
    """Of one carrier account, in one gate. A create that reached nobody and one whose outcome is unknown both count as
    failures; any answer of the carrier's, a refusal too, ends the row.

    The probe is a read: no dialer's attempt is spent on finding out, and a failed one leaves no doubt behind.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._failures = 0

    @property
    def open(self) -> bool:
        return self._failures >= FAILURES

    def answered(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1

    def blocks(self, now: datetime) -> Sequence[Block]:
        """The refusal while it is open; nothing is reserved for what will not be sent."""
        if not self.open:
            return ()
        detail = "The carrier does not answer, so nothing is sent to it until it does. Try again."
        return (Block(Reason.GATE_UNAVAILABLE, "carrier_down", detail, retry_at=now + timedelta(seconds=PROBE_S)),)

    async def probe(self) -> None:
        """To be repeated every `PROBE_S`."""
        if not self.open:
            return
        try:
            await self._carrier.read(*_SIGN_OF_LIFE)
        except CarrierUnreachableError:
            return
        self.answered()
