"""Giving up a gate whose data directory is lost: the one thing in the register that needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.ids import GateId

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dialgate.ops.tools import Stores

ACTOR = "operator"


async def retired(stores: Stores, gate: str, now: Callable[[], datetime]) -> tuple[str, ...] | None:
    """None when done; else the gates that there are. Errors: `LedgerUnavailableError`."""
    known = tuple(str(row.id) for row in await stores.register.gates())
    if gate not in known:
        return known
    await stores.register.strike(GateId(gate), ACTOR, now())
    return None
