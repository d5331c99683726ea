"""A decision log in memory: the port `DecisionSink`, idempotent by (kind, id), that can be taken down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.ports import Kept
from dialgate.app.records import Record


class MemorySink:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Record] = {}
        """By kind and id, in the order of the first shipping."""
        self.batches: list[int] = []
        """Sizes of what was shipped, repeats included."""
        self.down = False
        self.refused = 0

    async def ship(self, records: Sequence[Record]) -> None:
        if self.down:
            self.refused += 1
            raise LedgerUnavailableError("SQL does not answer.")
        self.batches.append(len(records))
        for record in records:
            self.rows.setdefault((record.kind.value, record.id), record)

    async def kept(self, since: datetime, at: datetime) -> AsyncIterator[Sequence[Kept]]:
        """Nothing: a test that restores from the log has a store of its own."""
        for none in list[Sequence[Kept]]():
            yield none

    @property
    def ids(self) -> list[str]:
        return [id_ for _, id_ in self.rows]
