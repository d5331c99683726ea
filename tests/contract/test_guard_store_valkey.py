"""What only a real server can do to the guard store: stop, fill up, forget its scripts, and tell what it holds."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import Claimed, GuardStore, Reserved, View
from dialgate.domain.guard import AtMost
from dialgate.domain.ledger import Entry
from dialgate.domain.reservation import Claim
from dialgate.stores.guards import RedisGuardStore
from tests.contract.guard_stores import ValkeyRig
from tests.contract.reservations import (
    NUMBER,
    NUMBER_PREFIX,
    OPEN,
    OTHER,
    WIDE,
    admits,
    now_ms,
    opened,
    opt_out,
    reservation,
)

ONCE = AtMost("once", 1, 3600)


@contextmanager
def stopped(rig: ValkeyRig) -> Iterator[None]:
    """The server neither answers nor ends."""
    assert rig.server.pid is not None
    os.kill(rig.server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(rig.server.pid, signal.SIGCONT)


async def settled_down(store: GuardStore) -> None:
    """The server has run whatever it had been sent before."""
    while True:
        try:
            await store.fence()
        except StoreUnavailableError:
            continue
        return


# ---------------------------------------------------------------------------------------------------- slow server


async def test_a_stopped_server_is_given_up_in_time(valkey_rig: ValkeyRig) -> None:
    """Every caller gets its error at its deadline, however many they are."""
    store = valkey_rig.another(deadline_s=0.25)
    await opened(store)
    loop, gate_ms = asyncio.get_running_loop(), await now_ms(store)
    with stopped(valkey_rig):
        started_s = loop.time()
        asked = (store.admit(reservation(n), OPEN, gate_ms) for n in range(300))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        took_s = loop.time() - started_s
    assert {StoreUnavailableError} == {type(answer) for answer in answers}
    assert 0.25 <= took_s < 1.0


async def test_late_admissions_are_given_back(valkey_rig: ValkeyRig) -> None:
    """Commands that time out may run later; abandoned, they count nothing, whichever ran first."""
    patient, store = valkey_rig.store, valkey_rig.another(deadline_s=0.1)
    await opened(patient)
    tried = [reservation(n, guards=[AtMost("day", 2, 3600)]) for n in range(5)]
    await settled_down(store)
    gate_ms = await now_ms(patient)
    with stopped(valkey_rig):
        await asyncio.gather(*(store.admit(one, OPEN, gate_ms) for one in tried), return_exceptions=True)
    await asyncio.gather(*(patient.abandon(one) for one in tried))
    later = [reservation(n, guards=[AtMost("day", 2, 3600)]) for n in range(10, 15)]
    assert [True, True, False, False, False] == [await admits(patient, one) for one in later]


async def test_an_admission_that_ran_late_reserves_once(valkey_rig: ValkeyRig) -> None:
    """Nothing is sent twice: a timed-out admission takes at most one place."""
    patient, store = valkey_rig.store, valkey_rig.another(deadline_s=0.1)
    await opened(patient)
    await settled_down(store)
    gate_ms = await now_ms(patient)
    with stopped(valkey_rig), pytest.raises(StoreUnavailableError):
        await store.admit(reservation(1, guards=[AtMost("day", 2, 3600)]), OPEN, gate_ms)
    await settled_down(store)
    assert await admits(patient, reservation(2, guards=[AtMost("day", 2, 3600)]))


async def test_a_server_that_is_gone_is_an_error_and_then_found_again(valkey_rig: ValkeyRig) -> None:
    """While it is down callers are refused in words; after its restart the same store goes on."""
    await opened(valkey_rig.store)
    valkey_rig.server.stop()
    with pytest.raises(StoreUnavailableError):
        await valkey_rig.store.fence()
    await valkey_rig.start()
    assert 0 == (await valkey_rig.store.fence()).watermark


# ---------------------------------------------------------------------------------------------------- whose answer


async def test_each_caller_gets_its_own_answer(valkey_rig: ValkeyRig) -> None:
    """Two hundred questions at once, every third given up in the middle: the others' answers are theirs."""
    store = valkey_rig.store
    await opened(store)
    claims = [Claim(f"request-{n}", f"digest-{n}", 3600) for n in range(200)]
    for n, claim in enumerate(claims):
        await store.keep_answer(claim, reservation(n).id, b"%d" % n)
    tasks = [asyncio.create_task(store.claimed(claim)) for claim in claims]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    expected = [Claimed(reservation(n).id, f"digest-{n}", b"%d" % n) for n in range(200)]
    assert [expected[n] for n in range(200) if n % 3] == [answers[n] for n in range(200) if n % 3]
    assert {asyncio.CancelledError} == {type(answer) for answer in answers[::3]}


async def test_an_impatient_caller_spoils_nobody(valkey_rig: ValkeyRig) -> None:
    """One gives up at once, the ones written with it are answered."""
    store = valkey_rig.store
    await opened(store)
    asked = [asyncio.create_task(admits(store, reservation(n))) for n in range(20)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await store.recalls()
    assert [True] * 20 == await asyncio.gather(*asked)


async def test_a_server_that_forgot_its_scripts_is_told_them_again(valkey_rig: ValkeyRig) -> None:
    """Nothing had run, so asking again is safe; every caller of the batch is answered."""
    await opened(valkey_rig.store)
    with valkey_rig.client() as client:
        client.script_flush()
    answers = await asyncio.gather(*(admits(valkey_rig.store, reservation(n, guards=[ONCE])) for n in range(10)))
    assert 1 == sum(answers)


# ---------------------------------------------------------------------------------------------------- memory, content


async def test_a_full_memory_stops_admissions_before_opt_outs(valkey_rig: ValkeyRig) -> None:
    """At the limit an attempt is refused, and an opt-out is still added."""
    store = valkey_rig.store
    await opened(store)
    assert await admits(store, reservation(1))
    with valkey_rig.client() as client:
        client.config_set("maxmemory", 1)
        try:
            gate_ms = await now_ms(store)
            with pytest.raises(StoreUnavailableError, match="maxmemory"):
                await store.admit(reservation(2), OPEN, gate_ms)
            assert 1 == len((await store.suppress(opt_out(1), 1)).recalled)
            assert True is await store.sent(reservation(1), "CA1", View(1, 1), b"answer")
        finally:
            client.config_set("maxmemory", 0)


async def test_no_number_reaches_the_disk(valkey_rig: ValkeyRig) -> None:
    """The append-only file holds keyed hashes only."""
    store = valkey_rig.store
    await opened(store)
    assert await admits(store, reservation(1, guards=[AtMost(f"cap/{NUMBER}", 3, 60)], claim=Claim(NUMBER, "d", 60)))
    await store.suppress(opt_out(1), 1)
    await store.suppress(opt_out(5, OTHER), 5)
    files = [path for path in valkey_rig.home.rglob("*.aof") if path.is_file()]
    assert files
    assert [] == [path.name for path in files if NUMBER_PREFIX.lstrip("+").encode() in path.read_bytes()]


async def test_large_loads_and_rows_take_several_scripts(valkey_rig: ValkeyRig) -> None:
    """Ten thousand entries are one chunk, three thousand rows one call; nothing is left out."""
    store = valkey_rig.store
    numbers = [f"+1{n:010d}" for n in range(10_000)]
    await store.begin("load")
    assert await store.load([Entry(WIDE, number) for number in numbers], "load", 1)
    assert await store.open("load", 1, 1, 0)
    rows = [opt_out(n + 1, OTHER) for n in range(3_000)]
    assert 3_000 == await store.apply(rows, 1)
    with valkey_rig.client() as client:
        sizes = [client.scard(key) for key in client.scan_iter("{p0}:s:*")]
    assert 10_001 == sum(int(size) for size in sizes if isinstance(size, int))


async def test_another_layout_starts_from_the_first_row(valkey_rig: ValkeyRig) -> None:
    """A watermark speaks of the keys of its own layout only."""
    store, other = valkey_rig.store, valkey_rig.under_another_layout()
    await opened(store)
    await store.suppress(opt_out(1), 1)
    seen = await other.fence()
    assert (None, False) == (seen.watermark, seen.layout_agrees)
    assert (await other.suppress(opt_out(2), 2)).open_at is None
    assert 1 == (await store.fence()).watermark
    await other.begin("load")
    assert (await other.fence()).watermark is None


async def test_opening_raises_no_watermark_that_no_chunk_vouches_for(valkey_rig: ValkeyRig) -> None:
    """With the watermark there and nothing loaded, only rows applied in order count."""
    store = valkey_rig.store
    await opened(store)
    await store.suppress(opt_out(1), 1)
    await store.begin("load")
    assert await store.open("load", 0, 2, 9)
    assert 1 == (await store.fence()).watermark


async def test_the_embedded_server_passes_the_checks(valkey_rig: ValkeyRig) -> None:
    """What we start ourselves is what we ask of others."""
    store = valkey_rig.store
    assert isinstance(store, RedisGuardStore)
    await store.check_server(accept_volatile=False)


async def test_a_reservation_ends_with_its_lifetime(valkey_rig: ValkeyRig) -> None:
    """When the carrier can no longer act there is nothing to recall."""
    store = valkey_rig.store
    await opened(store)
    brief = reservation(1, lifetime_s=1)
    answer = await store.admit(brief, OPEN, await now_ms(store))
    assert isinstance(answer, Reserved)
    await store.sent(brief, "CA1", OPEN, None)
    while await now_ms(store) <= answer.at_ms + 1_000:
        await asyncio.sleep(0.05)
    assert () == (await store.suppress(opt_out(1), 1)).recalled
    assert () == await store.recalls()
