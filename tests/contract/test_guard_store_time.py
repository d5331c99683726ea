"""The port `GuardStore` in time: slots, counts at a time to come, calls whose window closes; over every store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialgate.app.ports import GuardStore, Kept, NumberKey, Recalled, RefusedGuard, Refusing, Slot, TooFar, View
from dialgate.domain.guard import AtMost
from tests.contract.guard_stores import Rig
from tests.contract.reservations import NUMBER, OPEN, admits, now_ms, opened, opt_out, reservation

HOUR_S = 3_600
HOUR_MS = HOUR_S * 1_000
SLOW = 0.01
"""Slots a second: 100 s apart, so that no test depends on how long it takes itself."""
APART_S = 100


async def slot(store: GuardStore, tenant: str = "acme", wait_slots: float = 2.5, account: str = "AC1") -> int | str:
    """Which of the slots from now on it got, or that it got none; waits at most for so many."""
    match await store.pace(account, tenant, SLOW, wait_slots * APART_S):
        case Slot(in_s):
            return round(in_s / APART_S)
        case TooFar(again_in_s):
            return f"again after {round(again_in_s / APART_S, 1)}"


# ---------------------------------------------------------------------------------------------------- once


async def test_a_name_is_taken_once(rig: Rig) -> None:
    """Whoever comes first gets it, and of fifty at once exactly one; another name is free."""
    at_once = await asyncio.gather(*(rig.store.first(f"stop {NUMBER}", HOUR_S) for _ in range(50)))
    assert 1 == sum(at_once)
    assert [False, True] == [await rig.store.first(name, HOUR_S) for name in (f"stop {NUMBER}", f"start {NUMBER}")]


async def test_a_name_that_is_taken_knows_no_fence(rig: Rig) -> None:
    """A store that is not open gives it all the same, and one that lost everything gives it anew."""
    assert [True, False] == [await rig.store.first("stop", HOUR_S) for _ in range(2)]
    await rig.flush()
    assert await rig.store.first("stop", HOUR_S)


async def test_a_name_that_is_forgotten_is_free(rig: Rig) -> None:
    """Whether it was taken or not; no other name is touched."""
    assert [True, True] == [await rig.store.first(name, HOUR_S) for name in ("stop", "help")]
    for name in ("stop", "never"):
        await rig.store.forget(name)
    assert [True, False] == [await rig.store.first(name, HOUR_S) for name in ("stop", "help")]


# ---------------------------------------------------------------------------------------------------- slots


async def test_slots_are_handed_out_in_the_order_of_asking(rig: Rig) -> None:
    """One after the other, evenly apart; who would wait too long is told when to ask again, and takes none."""
    assert [0, 1, 2] == [await slot(rig.store) for _ in range(3)]
    assert ["again after 0.5"] * 3 == [await slot(rig.store) for _ in range(3)]
    assert 3 == await slot(rig.store, wait_slots=3.5)


async def test_no_slot_is_given_twice(rig: Rig) -> None:
    """Fifty at once get fifty different ones."""
    given_out = await asyncio.gather(*(slot(rig.store, wait_slots=1_000) for _ in range(50)))
    assert list(range(50)) == sorted(int(one) for one in given_out)


async def test_each_account_has_slots_of_its_own(rig: Rig) -> None:
    """Calls through one carrier account do not slow another."""
    assert [0, 0] == [await slot(rig.store, account=account) for account in ("AC1", "AC2")]


async def test_tenants_share_the_slots_of_an_account(rig: Rig) -> None:
    """Whoever asks gets the next one."""
    assert [0, 1, 2] == [await slot(rig.store, tenant) for tenant in ("acme", "other", "acme")]


async def test_a_tenant_that_asks_often_does_not_starve_another(rig: Rig) -> None:
    """Those who were turned away come first, in the order in which that happened, however often others ask."""
    for _ in range(3):
        await slot(rig.store, "greedy")
    turned_away = [await slot(rig.store, tenant) for tenant in ("modest", "greedy", "third")]
    assert ["again after 0.5", "again after 1.5", "again after 2.5"] == turned_away
    one_more = [await slot(rig.store, tenant, wait_slots=3.5) for tenant in ("third", "greedy", "modest", "greedy")]
    assert ["again after 1.5", "again after 0.5", 3, "again after 0.5"] == one_more
    assert [4, 5] == [await slot(rig.store, tenant, wait_slots=5.5) for tenant in ("greedy", "third")]


async def test_a_newcomer_gets_a_slot_that_is_kept_for_nobody(rig: Rig) -> None:
    """A place in the row keeps one slot free, not all that come after it."""
    for _ in range(3):
        await slot(rig.store, "greedy")
    assert "again after 0.5" == await slot(rig.store, "modest")
    assert "again after 0.5" == await slot(rig.store, "new", wait_slots=3.5)
    assert 3 == await slot(rig.store, "new", wait_slots=4.5)


async def test_slots_that_are_too_far_ahead_are_of_another_time(rig: Rig) -> None:
    """Where the pace was raised, or the store's clock went back, nobody waits for what was given out before."""
    await asyncio.gather(*(slot(rig.store, wait_slots=100) for _ in range(50)))
    assert Slot(0) == await rig.store.pace("AC1", "acme", 100, 2)


async def test_a_flushed_store_begins_with_a_slot_at_once(rig: Rig) -> None:
    """Slots know no fence: what was given out before the loss is not known any more."""
    assert [0, 1] == [await slot(rig.store) for _ in range(2)]
    await rig.flush()
    assert 0 == await slot(rig.store)


# ---------------------------------------------------------------------------------------------------- counted when due


async def test_a_scheduled_attempt_counts_when_it_is_due(rig: Rig) -> None:
    """Now is free although later is taken, and later is taken although now is free."""
    await opened(rig.store)
    once, now = AtMost("once", 1, HOUR_S), await now_ms(rig.store)
    assert await admits(rig.store, reservation(1, guards=[once], due_ms=now + 2 * HOUR_MS))
    assert await admits(rig.store, reservation(2, guards=[once]))
    assert not await admits(rig.store, reservation(3, guards=[once]))
    half_past = now + 5 * HOUR_MS // 2
    refused = await rig.store.admit(reservation(4, guards=[once], due_ms=half_past), OPEN, await now_ms(rig.store))
    assert Refusing((RefusedGuard(2, now + 3 * HOUR_MS),)) == refused
    assert refused == await rig.store.probe(reservation(4, guards=[once]).guards, OPEN, now, half_past)
    assert await admits(rig.store, reservation(5, guards=[once], due_ms=now + 4 * HOUR_MS))


async def test_every_window_around_a_time_is_looked_at(rig: Rig) -> None:
    """Two on either side and one between lie in one window; two before and one after may not."""
    await opened(rig.store)
    twice, now = AtMost("twice", 2, HOUR_S), await now_ms(rig.store)
    minutes = [(1, 120, True), (2, 170, True), (3, 150, False), (4, 111, False), (5, 110, True), (6, 210, True)]
    for n, minute, expected in minutes:
        asked = reservation(n, guards=[twice], due_ms=now + minute * 60_000)
        assert expected is await admits(rig.store, asked), minute


async def test_what_was_due_before_now_counts_now(rig: Rig) -> None:
    """A time that has passed when the store is asked is no way round a cap."""
    await opened(rig.store)
    once = AtMost("once", 1, HOUR_S)
    assert await admits(rig.store, reservation(1, guards=[once]))
    assert not await admits(rig.store, reservation(2, guards=[once], due_ms=await now_ms(rig.store) - 2 * HOUR_MS))


async def test_a_scheduled_attempt_that_is_abandoned_gives_its_time_back(rig: Rig) -> None:
    """As any other."""
    await opened(rig.store)
    once, due_ms = AtMost("once", 1, HOUR_S), await now_ms(rig.store) + 2 * HOUR_MS
    first = reservation(1, guards=[once], due_ms=due_ms)
    assert await admits(rig.store, first)
    await rig.store.abandon(first)
    assert await admits(rig.store, reservation(2, guards=[once], due_ms=due_ms))


async def test_a_scheduled_attempt_is_restored_at_its_time(rig: Rig) -> None:
    """After a loss it counts when it is due, not when it was asked for."""
    await opened(rig.store)
    once, now = AtMost("once", 1, HOUR_S), await now_ms(rig.store)
    scheduled = reservation(1, guards=[once], due_ms=now + 2 * HOUR_MS, lifetime_s=3 * HOUR_S)
    await rig.store.begin("load")
    assert await rig.store.restore([Kept(scheduled, now - 1_000, "SM1", open=True, answer=None)], "load")
    assert await rig.store.open("load", 0, 2, 0)
    assert not await admits(rig.store, reservation(2, guards=[once], due_ms=now + 2 * HOUR_MS), View(2, 0))
    assert await admits(rig.store, reservation(3, guards=[once]), View(2, 0))
    assert ["SM1"] == [one.carrier_sid for one in (await rig.store.suppress(opt_out(1), 1)).recalled if one.carrier_sid]


def overfull(times: Sequence[int], limit: int, window_ms: int) -> bool:
    return any(sum(end - window_ms < at <= end for at in times) > limit for end in times)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(minutes=st.lists(st.integers(1, 40), max_size=12), limit=st.integers(1, 3))
async def test_no_window_holds_too_many_and_nobody_is_refused_for_less(
    rig: Rig, minutes: list[int], limit: int
) -> None:
    """Whatever is scheduled in whatever order: an attempt is refused exactly if it would make some window overfull."""
    await rig.flush()
    await opened(rig.store)
    cap, start = AtMost("cap", limit, 10 * 60), await now_ms(rig.store)
    taken: list[int] = []
    for n, minute in enumerate(minutes):
        due_ms = start + minute * 60_000 + HOUR_MS
        fits = not overfull([*taken, due_ms], limit, 600_000)
        assert fits is await admits(rig.store, reservation(n, guards=[cap], due_ms=due_ms))
        taken += [due_ms] * fits


# ---------------------------------------------------------------------------------------------------- closing windows


async def overdue(store: GuardStore) -> list[str]:
    return [one.carrier_sid for one in await store.overdue()]


async def sent(store: GuardStore, n: int, closes_in_ms: int) -> None:
    asked = reservation(n, closes_ms=await now_ms(store) + closes_in_ms)
    assert await admits(store, asked)
    assert False is await store.sent(asked, f"CA{n}", OPEN, None)


async def test_named_calls_are_listed_once_their_window_has_closed(rig: Rig) -> None:
    """The longest overdue first; none that has no name yet, no such time, or time left."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1, closes_ms=1))
    assert await admits(rig.store, reservation(2))
    await rig.store.sent(reservation(2), "CA2", OPEN, None)
    await sent(rig.store, 3, HOUR_MS)
    await sent(rig.store, 4, -1_000)
    await sent(rig.store, 5, -2_000)
    assert ["CA5", "CA4"] == await overdue(rig.store)
    key = NumberKey(rig.store.number_key(NUMBER))
    assert Recalled(reservation(5).id, key, "acme", "voice", "CA5") == (await rig.store.overdue())[0]


@pytest.mark.parametrize("end", ["settle", "dialled"])
async def test_an_ended_or_dialled_call_is_listed_no_longer(rig: Rig, end: str) -> None:
    """A dialled one stays open: an opt-out still recalls it."""
    await opened(rig.store)
    await sent(rig.store, 1, -1)
    if end == "settle":
        await rig.store.settle(reservation(1).id, rig.store.number_key(NUMBER))
    else:
        await rig.store.dialled(reservation(1).id)
    assert [] == await overdue(rig.store)
    recalled = [one.carrier_sid for one in (await rig.store.suppress(opt_out(1), 1)).recalled]
    assert (["CA1"] if end == "dialled" else []) == recalled


async def test_a_queued_call_is_restored_with_the_end_of_its_window(rig: Rig) -> None:
    """A store that was lost meanwhile still tells which calls must not be dialled any more."""
    await opened(rig.store)
    now = await now_ms(rig.store)
    queued, ended, unnamed = (reservation(n, closes_ms=now - 1) for n in (1, 2, 3))
    kept = [
        Kept(queued, now - 1_000, "CA1", open=True, answer=None),
        Kept(ended, now - 1_000, "CA2", open=False, answer=None),
        Kept(unnamed, now - 1_000, "", open=True, answer=None),
    ]
    await rig.store.begin("load")
    assert await rig.store.restore(kept, "load")
    assert await rig.store.open("load", 0, 2, 0)
    assert ["CA1"] == await overdue(rig.store)
