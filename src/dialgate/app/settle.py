"""What the carrier reports of an attempt afterwards: its name if that was lost, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.records import Kind, Record, is_name, reservation_of

if TYPE_CHECKING:
    from dialgate.app.chores import Chores
    from dialgate.app.naming import Naming
    from dialgate.app.ports import Clock, GuardStore, Journal
    from dialgate.app.queries import DecisionLog, DecisionRow

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled", "delivered", "undelivered", "read"})
"""Statuses after which the carrier does nothing more. `sent` of a message is not one: delivery may still be recalled by
nobody, but a receipt follows. Source: twilio-python 9.13.0, CallInstance.Status and MessageInstance.Status."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    decision_id: str
    carrier_sid: str
    status: str
    error_code: str = ""
    senders: tuple[str, ...] = ()
    """In whose name a message went out: number, messaging service; those that the report tells."""
    called: str = ""
    """Whom the carrier names as its recipient."""


class Settling:
    def __init__(
        self,
        log: DecisionLog,
        journal: Journal,
        store: GuardStore,
        naming: Naming,
        chores: Chores,
        clock: Clock,
    ) -> None:
        self._log = log
        self._journal = journal
        self._store = store
        self._naming = naming
        self._chores = chores
        self._clock = clock

    async def report(self, report: StatusReport) -> bool:
        """False if no allowed decision has this id. Idempotent. Errors: `LedgerUnavailableError`,
        `JournalUnavailableError`; then the carrier may report again.
        """
        row = await self._log.get(report.decision_id)
        if row is None or not row.body["reservation"]:
            return False
        if not _about(row, report):
            return True
        settled = any(kind == Kind.SETTLED for kind, _, _ in row.events)
        await self._name(row, report.carrier_sid)
        if report.status in FINAL:
            outcome = {"status": report.status, "error_code": report.error_code}
            await (self._end(row) if settled else self.settle(row, outcome))
        elif not settled:
            await self.remind(row, report.carrier_sid)
        return True

    async def settle(self, row: DecisionRow, outcome: dict[str, str]) -> None:
        """The attempt is over; its counts stay."""
        await self._journal.append(Record(Kind.SETTLED, row.id, row.tenant, self._clock.now(), outcome))
        await self._end(row)

    async def _end(self, row: DecisionRow) -> None:
        reservation = reservation_of(row.id, row.tenant, row.body["reservation"])

        async def settle() -> bool:
            await self._store.settle(reservation.id, self._store.number_key(reservation.number))
            return True

        await self._chores.do("settle", settle)

    async def _name(self, row: DecisionRow, carrier_sid: str) -> None:
        """Where the answer to the create was lost, its name is known from now on, and is nobody else's."""
        if not _own_names(row):
            body = {"carrier_sid": carrier_sid}
            await self._journal.append(Record(Kind.NAMED, row.id, row.tenant, self._clock.now(), body))

    async def remind(self, row: DecisionRow, carrier_sid: str) -> None:
        """The store may not have heard the name: whoever knew it died. An opt-out meanwhile cancels it."""
        await self._naming.tell(reservation_of(row.id, row.tenant, row.body["reservation"]), carrier_sid)


def _own_names(row: DecisionRow) -> set[str]:
    return {str(body["carrier_sid"]) for kind, _, body in row.events if is_name(kind, body)}


def _about(row: DecisionRow, report: StatusReport) -> bool:
    """A leg on which somebody else was reached must neither end nor name the attempt."""
    names = _own_names(row)
    return not names or report.carrier_sid in names
