"""What a server must be before the gate trusts it with a reservation: asked once, at start."""

from __future__ import annotations

import re

from redis.exceptions import ResponseError

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.guards.keys import MAX_INTSET_ENTRIES
from dialgate.stores.guards.wire import Wire

DEADLINE_S = 5.0
_HISTORY_ID = re.compile(r"^master_replid:[0-9a-f]{40}\r?$", re.MULTILINE)


async def check_server(wire: Wire, *, accept_volatile: bool) -> None:
    """Errors: `UnfitStoreError` with what mends it; `StoreUnavailableError` if the server cannot be asked."""
    if not _HISTORY_ID.search(await _ask(wire, "INFO", "replication")):
        raise UnfitStoreError(
            "The guard store has no history id (master_replid), as proxies and active-active stores have none, so a "
            "failover would pass unseen: give guard_store.url a server of its own."
        )
    policy = await _setting(wire, "maxmemory-policy")
    if policy != "noeviction":
        raise UnfitStoreError(
            f"The guard store may evict keys (maxmemory-policy {policy}), and an evicted opt-out would be called: "
            "set maxmemory-policy noeviction."
        )
    if await _setting(wire, "appendonly") != "yes" and not accept_volatile:
        raise UnfitStoreError(
            "The guard store does not append to disk: set appendonly yes (appendfsync always is best), or "
            "guard_store.accept_volatile = true to have the index made anew after each of its restarts."
        )
    entries = await _setting(wire, "set-max-intset-entries")
    if not entries.isdigit() or int(entries) < MAX_INTSET_ENTRIES:
        raise UnfitStoreError(
            f"The guard store would need about 40 bytes a number (set-max-intset-entries {entries}): "
            f"set it to {MAX_INTSET_ENTRIES}."
        )


async def _setting(wire: Wire, name: str) -> str:
    answer = await _ask(wire, "CONFIG", "GET", name)
    return answer.partition("\n")[2]


async def _ask(wire: Wire, *words: str) -> str:
    """An array is joined by line ends."""
    try:
        answer = await wire.command(*words, deadline_s=DEADLINE_S)
    except ResponseError as error:
        raise UnfitStoreError(
            f"The guard store does not let this user ask {' '.join(words)} ({error}): grant +info and +config|get, so "
            "that it can be checked for eviction and persistence."
        ) from error
    parts = answer if isinstance(answer, list) else [answer]
    return b"\n".join(parts).decode()
