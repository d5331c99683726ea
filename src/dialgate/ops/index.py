"""`dialgate index verify|rebuild`: whether the suppression index holds what the ledger says, and making it so."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.ports import Closed, View, Why
from dialgate.domain.guard import MustBeAbsent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dialgate.domain.ledger import Entry
    from dialgate.ops.opened import Now, Progress
    from dialgate.ops.tools import Stores

AT_ONCE = 500
"""Members asked for by one command."""
LOOK_AGAIN_S = 0.2
CATCHING_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class Verified:
    head: int
    """The ledger row up to which was compared."""
    members: int
    missing: int
    closed: Why | None
    """The store does not answer for its content; then nothing was compared."""

    @property
    def sound(self) -> bool:
        return self.closed is None and not self.missing


async def verified(stores: Stores, now: Now, progress: Progress) -> Verified:
    """Errors: `LedgerUnavailableError`, `StoreUnavailableError`."""
    seen = await stores.ledger.view()
    view = View(seen.generation, seen.head)
    closed = await _opened(stores, view, now)
    members = missing = 0
    if closed is None:
        async for entries in stores.ledger.effective(seen.head):
            for some in _pieces(entries):
                guards = [MustBeAbsent(entry.scope, entry.member) for entry in some]
                answer = await stores.guards.probe(guards, view, _ms(now))
                if isinstance(answer, Closed):
                    return Verified(seen.head, members, missing, answer.why)
                members += len(some)
                missing += len(some) - len(answer.refused)
                progress(len(some), "comparing")
    return Verified(seen.head, members, missing, closed)


async def rebuilt(stores: Stores, _now: Now, progress: Progress, within_s: float = 600.0) -> int | None:
    """The generation at which it is open again; None if that has not come within the time.

    Closed without a watermark, the index must be loaded from the ledger's first row on: a running gate's indexer does
    that, restores what is under way, waits until every gate has confirmed, and opens. Errors: as `verified`.
    """
    seen = await stores.ledger.view()
    await stores.guards.begin(secrets.token_hex(16), anew=True)
    progress(0, "waiting for a gate to load it")
    waited_s = 0.0
    while waited_s < within_s:
        fence = await stores.guards.fence()
        if fence.generation is not None and fence.generation > seen.generation:
            return fence.generation
        await asyncio.sleep(LOOK_AGAIN_S)
        waited_s += LOOK_AGAIN_S
    return None


async def _opened(stores: Stores, view: View, now: Now) -> Why | None:
    """A running gate applies new rows within moments: wait for that."""
    waited_s = 0.0
    while True:
        answer = await stores.guards.probe([], view, _ms(now))
        if not isinstance(answer, Closed):
            return None
        if waited_s >= CATCHING_UP_S or answer.why is not Why.WATERMARK:
            return answer.why
        await asyncio.sleep(LOOK_AGAIN_S)
        waited_s += LOOK_AGAIN_S


def _pieces(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    return (entries[start : start + AT_ONCE] for start in range(0, len(entries), AT_ONCE))


def _ms(now: Now) -> int:
    return int(now().timestamp() * 1_000)
