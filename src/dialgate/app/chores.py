"""What must still be told to the store or the carrier and could not be told at once. Repeated until it is done.

Nothing here is lost with the process that matters: an abandoned count only over-counts, a carrier id is in the journal,
an opt-out is in the journal or the ledger.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.errors import DialgateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True)
class _Chore:
    name: str
    run: Callable[[], Awaitable[bool]]


class Chores:
    """A chore answers True when it is done; False, or a retryable error, keeps it for the next pass."""

    def __init__(self) -> None:
        self._waiting: deque[_Chore] = deque()

    def add(self, name: str, run: Callable[[], Awaitable[bool]]) -> None:
        """Later: the caller has no time left."""
        self._waiting.append(_Chore(name, run))

    async def do(self, name: str, run: Callable[[], Awaitable[bool]]) -> None:
        """Now, and again until it is done if now is not possible."""
        chore = _Chore(name, run)
        if not await self._done(chore):
            self._waiting.append(chore)

    def __len__(self) -> int:
        return len(self._waiting)

    async def run_once(self) -> None:
        """One try for each that was waiting when the pass began. Errors other than retryable ones are raised."""
        for _ in range(len(self._waiting)):
            chore = self._waiting.popleft()
            if not await self._done(chore):
                self._waiting.append(chore)

    @staticmethod
    async def _done(chore: _Chore) -> bool:
        try:
            return await chore.run()
        except DialgateError as error:
            if not error.retryable:
                raise
            return False
