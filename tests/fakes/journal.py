"""A journal that keeps its records in memory: the port `Journal` for tests that need no disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import JournalUnavailableError
from dialgate.app.records import Kind

if TYPE_CHECKING:
    from dialgate.app.ports import DecisionSink
    from dialgate.app.records import Record


class MemoryJournal:
    """Ships when `shipped` is called, never by itself."""

    def __init__(self, sink: DecisionSink | None = None, max_unshipped: int = 32_768) -> None:
        self.records: list[Record] = []
        """All that was appended, in order."""
        self.broken = False
        """Set it, and every append is refused."""
        self._sink = sink
        self._max_unshipped = max_unshipped
        self._shipped = 0

    async def append(self, record: Record) -> None:
        if self.broken:
            raise JournalUnavailableError("The journal takes no record: its disk has failed.")
        if record.kind is Kind.DECISION and self.unshipped >= self._max_unshipped:
            raise JournalUnavailableError("The journal takes no record: too many wait for the ledger.")
        self.records.append(record)

    async def shipped(self) -> None:
        """Errors: `JournalUnavailableError` if broken, and whatever the sink raises: it is asked once only."""
        if self.broken:
            raise JournalUnavailableError("The journal takes no record: its disk has failed.")
        records = self.records[self._shipped :]
        if self._sink is not None and records:
            await self._sink.ship(records)
        self._shipped += len(records)

    @property
    def unshipped(self) -> int:
        return len(self.records) - self._shipped

    def of(self, kind: Kind) -> list[Record]:
        return [record for record in self.records if record.kind is kind]
