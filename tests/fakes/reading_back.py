"""A gate that reads back what its webhooks missed, and the carrier's list that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from dialgate.app.queries import NumberFacts
from dialgate.app.read_back import Listed, ReadingBack, Walk
from dialgate.domain.ledger import Lift, OptOut
from dialgate.domain.numbers import E164
from tests.fakes.heard import Inside
from tests.fakes.journal_tools import AT
from tests.fakes.messages import ToldMessages
from tests.fakes.one_gate import NUMBER
from tests.model.fakes import FakeLog

if TYPE_CHECKING:
    from dialgate.app.queries import DecisionLog

HOUR = timedelta(hours=1)
SINCE, UNTIL = AT - 10 * HOUR, AT + 10 * HOUR


@dataclass(slots=True)
class Log(FakeLog):
    """The gate's own attempts by the carrier's name for them, and the lifts that the ledger knows."""

    made: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def owner(self, carrier_sid: str) -> tuple[str, str] | None:
        return self.made.get(carrier_sid)

    async def number(self, tenant: str, number: str) -> NumberFacts:
        lifts = [row.what for row in self.sql.in_order() if isinstance(row.what, Lift)]
        names: Sequence[str] = ("source", "evidence", "recorded_at", "actor", "note")
        known: list[dict[str, Any]] = [
            {name: getattr(lift, name) for name in names}
            for lift in lifts
            if (lift.tenant, lift.number) == (tenant, number)
        ]
        return NumberFacts((), tuple(known))


class Reading(Inside):
    def __init__(self) -> None:
        super().__init__()
        self.messages = ToldMessages()
        self.made_log = Log(self.sql, self.sql_trouble)
        self.reading = ReadingBack(
            messages=self.messages,
            receiving=self.receiving,
            opting_out=self.opting_out,
            lifting=self.lifting,
            ledger=self.ledger,
            log=cast("DecisionLog", self.made_log),
            carrier=self.carrier,
            clock=self.clock,
        )

    def told(self, *rows: Listed) -> None:
        self.messages.rows = list(rows)
        self.carrier.dates |= {row.sid: row.sent_at for row in rows}

    async def walk(self, walk: Walk | None = None) -> Walk:
        walk = walk or Walk(SINCE, UNTIL)
        while not walk.done:
            walk = await self.reading.step(walk)
        return walk

    async def is_suppressed(self, tenant: str = "acme", number: E164 = NUMBER) -> bool:
        return bool(await self.ledger.opt_outs_of(tenant, number))

    def opt_out(self, id_: str) -> OptOut:
        recorded = self.sql.rows[id_].what
        assert isinstance(recorded, OptOut)
        return recorded
