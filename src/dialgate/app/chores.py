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


URGENT = frozenset({"sent", "suppress"})
"""Somebody may be reached until these are done; the others give back or tidy."""
MOST = 10_000
"""Of those that are not urgent. The oldest is given up beyond that: it over-counts for a while, which is safe."""


class Chores:
    """A chore answers True when it is done; False, or a retryable error, keeps it for the next pass."""

    def __init__(self) -> None:
        self._urgent: deque[_Chore] = deque()
        self._waiting: deque[_Chore] = deque(maxlen=MOST)

    def add(self, name: str, run: Callable[[], Awaitable[bool]]) -> None:
        """Later: the caller has no time left."""
        self._keep(_Chore(name, run))

    async def do(self, name: str, run: Callable[[], Awaitable[bool]]) -> None:
        """Now, and again until it is done if now is not possible."""
        chore = _Chore(name, run)
        try:
            done = await self._done(chore)
        except DialgateError:
            raise
        except BaseException:
            self._keep(chore)  # cut short, so nobody knows whether it is done
            raise
        if not done:
            self._keep(chore)

    def __len__(self) -> int:
        return len(self._urgent) + len(self._waiting)

    async def run_once(self) -> None:
        """One try for each that was waiting when the pass began, the urgent ones first. It ends early at the first that
        a store does not answer: the others would only wait for the same silence. Errors other than retryable ones are
        raised, and that chore is given up.
        """
        for queue in (self._urgent, self._waiting):
            for _ in range(len(queue)):
                if not queue or not await self._turn(queue):
                    break

    async def _turn(self, queue: deque[_Chore]) -> bool:
        """False: the store is silent. The chore stays in its place until it is known to be done."""
        chore = queue[0]
        try:
            done = await chore.run()
        except DialgateError as error:
            if not error.retryable:
                queue.popleft()
                raise
            queue.rotate(-1)
            return False
        if queue and queue[0] is chore:
            queue.popleft()
            if not done:
                queue.append(chore)
        return True

    def _keep(self, chore: _Chore) -> None:
        (self._urgent if chore.name in URGENT else self._waiting).append(chore)

    @staticmethod
    async def _done(chore: _Chore) -> bool:
        try:
            return await chore.run()
        except DialgateError as error:
            if not error.retryable:
                raise
            return False
