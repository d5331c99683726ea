"""Which servers the gate does not start with, and what it says."""

from __future__ import annotations

import pytest

from dialgate.app.errors import StoreUnavailableError, UnfitStoreError
from dialgate.stores.guards.checks import check_server
from dialgate.stores.guards.wire import Wire
from tests.unit.stores.guards.scripted_server import Command, array, bulk, scripted

SOUND = {
    "history": "a" * 40,
    "maxmemory-policy": "noeviction",
    "appendonly": "yes",
    "set-max-intset-entries": "4096",
}


async def checked(*, accept_volatile: bool = False, denied: str = "", **other: str) -> None:
    """Underscores in the names of settings stand for hyphens."""
    said = SOUND | {name.replace("_", "-"): value for name, value in other.items()}

    def reply(command: Command) -> bytes:
        name = command[-1].decode()
        if command[0].decode() == denied:
            return b"-NOPERM User gate has no permissions.\r\n"
        if command[0] == b"INFO":
            return bulk(f"# Replication\r\nrole:master\r\nmaster_replid:{said['history']}\r\n".encode())
        return array(bulk(name.encode()), bulk(said[name].encode())) if name in said else array()

    async with scripted(reply) as server:
        wire = Wire(server.url)
        try:
            await check_server(wire, accept_volatile=accept_volatile)
        finally:
            await wire.close()


async def test_a_sound_server_is_accepted() -> None:
    """Nothing is said."""
    await checked()


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl", "allkeys-random"])
async def test_a_server_that_may_evict_is_refused(policy: str) -> None:
    """An evicted opt-out would be called; the mend is named."""
    with pytest.raises(UnfitStoreError, match="set maxmemory-policy noeviction"):
        await checked(maxmemory_policy=policy)


async def test_a_server_that_does_not_append_needs_consent() -> None:
    """Refused, unless the setting accepts it."""
    with pytest.raises(UnfitStoreError, match=r"guard_store\.accept_volatile"):
        await checked(appendonly="no")
    await checked(appendonly="no", accept_volatile=True)


@pytest.mark.parametrize("history", ["", "proxy", "A" * 40])
async def test_a_server_without_a_history_is_refused(history: str) -> None:
    """Behind a proxy a failover would pass unseen."""
    with pytest.raises(UnfitStoreError, match="master_replid"):
        await checked(history=history)


async def test_a_server_that_would_swell_is_refused() -> None:
    """Sets must stay integer sets."""
    with pytest.raises(UnfitStoreError, match="set it to 4096"):
        await checked(set_max_intset_entries="512")


@pytest.mark.parametrize("denied", ["INFO", "CONFIG"])
async def test_a_server_that_may_not_be_asked_is_refused(denied: str) -> None:
    """What cannot be checked is not believed; the rights that are missing are named."""
    with pytest.raises(UnfitStoreError, match=r"\+info and \+config\|get"):
        await checked(denied=denied)


async def test_a_server_that_is_not_there_is_no_unfit_one() -> None:
    """It may come yet."""
    wire = Wire("unix:///tmp/no-such-folder/sock")
    with pytest.raises(StoreUnavailableError):
        await check_server(wire, accept_volatile=False)
    await wire.close()
