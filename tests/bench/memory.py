"""What a suppressed number costs in the guard store, on a real Valkey."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from redis.asyncio import Redis

from dialgate.domain.ledger import Entry
from dialgate.domain.scope import Scope
from dialgate.stores.guards.store import RedisGuardStore
from dialgate.stores.valkey import EmbeddedValkey
from tests.bench.rounds import Row

CHUNK = 10_000
NONCE = "0" * 32


def bytes_a_number(numbers: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="dg", dir="/tmp") as home:
        valkey = EmbeddedValkey(Path(home))
        valkey.start()
        try:
            cost = asyncio.run(_measured(valkey.url, numbers))
        finally:
            valkey.stop()
    return Row(f"bytes a suppressed number, of {numbers:,}", (cost,), "bytes; the bar is 10")


async def _measured(url: str, numbers: int) -> float:
    store, redis = RedisGuardStore(url, os.urandom(32)), Redis.from_url(url)
    try:
        before = (await redis.info("memory"))["used_memory"]
        await store.begin(NONCE)
        for chunk, entries in enumerate(_chunks(numbers), start=1):
            assert await store.load(entries, NONCE, chunk)
        after = (await redis.info("memory"))["used_memory"]
        return float(after - before) / numbers
    finally:
        await redis.aclose()
        await store.close()


def _chunks(numbers: int) -> Iterator[list[Entry]]:
    scope = Scope("bench").name
    for start in range(0, numbers, CHUNK):
        yield [Entry(scope, f"+1646{2_000_000 + serial:07d}") for serial in range(start, min(start + CHUNK, numbers))]
