"""The port `GuardStore`: the order of ledger rows, loading after a loss, and what comes back, over every store."""

from __future__ import annotations

import pytest

from dialgate.app.ports import Claimed, GuardStore, Kept, View
from dialgate.domain.guard import AtMost
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.reservation import Claim
from tests.contract.guard_stores import Rig
from tests.contract.reservations import (
    NUMBER,
    OPEN,
    OTHER,
    VOICE,
    WIDE,
    admits,
    lift,
    now_ms,
    opened,
    opt_out,
    reservation,
)


async def watermark(store: GuardStore) -> int | None:
    return (await store.fence()).watermark


async def overlay(store: GuardStore) -> set[str]:
    return set((await store.fence()).overlay)


# ---------------------------------------------------------------------------------------------------- order of rows


async def test_a_row_in_its_turn_raises_the_watermark(rig: Rig) -> None:
    """One at a time, and it leaves nothing in the overlay."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1), 1)
    assert (1, set()) == (await watermark(rig.store), await overlay(rig.store))


async def test_a_row_ahead_of_its_turn_is_in_force_and_waits(rig: Rig) -> None:
    """Three before two: the number is suppressed at once, the watermark passes both when two comes."""
    await opened(rig.store, watermark=1)
    assert 1 == (await rig.store.suppress(opt_out(3), 3)).open_at
    assert not await admits(rig.store, reservation(1))
    assert (1, {"optout-3"}) == (await watermark(rig.store), await overlay(rig.store))
    await rig.store.suppress(opt_out(2, OTHER), 2)
    assert (3, set()) == (await watermark(rig.store), await overlay(rig.store))


async def test_a_row_that_is_not_in_the_ledger_waits_for_its_sequence(rig: Rig) -> None:
    """Suppressed at once; it leaves the overlay when its sequence is told and its turn has passed."""
    await opened(rig.store)
    spooled = Change(0, "optout-1", add=opt_out(1).add)
    assert 1 == (await rig.store.suppress(spooled, None)).open_at
    assert not await admits(rig.store, reservation(1))
    assert (0, {"optout-1"}) == (await watermark(rig.store), await overlay(rig.store))
    await rig.store.suppress(opt_out(1), 1)
    assert (1, set()) == (await watermark(rig.store), await overlay(rig.store))


async def test_a_repeat_changes_nothing(rig: Rig) -> None:
    """Neither of a row that is passed nor of one that waits, with or without its sequence."""
    await opened(rig.store)
    for change, seq in ((opt_out(1), 1), (opt_out(1), 1), (opt_out(3), 3), (opt_out(3), None), (opt_out(3), 3)):
        await rig.store.suppress(change, seq)
    assert (1, {"optout-3"}) == (await watermark(rig.store), await overlay(rig.store))
    await rig.store.suppress(opt_out(2), 2)
    assert (3, set()) == (await watermark(rig.store), await overlay(rig.store))


async def test_the_indexer_applies_rows_only_in_order(rig: Rig) -> None:
    """Rows at or below the watermark are passed over, a row behind a hole is not applied."""
    await opened(rig.store, watermark=1)
    assert 3 == await rig.store.apply([opt_out(1, OTHER), opt_out(2), opt_out(3)], 1)
    assert await admits(rig.store, reservation(1, OTHER), View(1, 3))
    assert 3 == await rig.store.apply([opt_out(5, OTHER)], 1)
    assert await admits(rig.store, reservation(2, OTHER), View(1, 3))


async def test_applying_takes_waiting_rows_along(rig: Rig) -> None:
    """The indexer's row two lets the waiting row three pass."""
    await opened(rig.store, watermark=1)
    await rig.store.suppress(opt_out(3), 3)
    assert 3 == await rig.store.apply([opt_out(2, OTHER)], 1)
    assert set() == await overlay(rig.store)


async def test_applying_recalls(rig: Rig) -> None:
    """An opt-out that reached the ledger only is found by the reservations it covers."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1))
    assert 1 == await rig.store.apply([opt_out(1)], 1)
    assert True is await rig.store.sent(reservation(1), "CA1", View(1, 1), None)


async def test_only_the_right_token_applies(rig: Rig) -> None:
    """Another generation, another nonce or another history id: nothing is applied."""
    await opened(rig.store, generation=2)
    for token in (1, "opening-2"):
        assert await rig.store.apply([opt_out(1)], token) is None
    await rig.restart()
    assert await rig.store.apply([opt_out(1)], 2) is None
    assert 0 == await watermark(rig.store)


async def test_a_lift_removes_in_its_turn(rig: Rig) -> None:
    """After it, the number is admitted again, in that scope alone."""
    await opened(rig.store)
    await rig.store.apply([opt_out(1), opt_out(2, scope=VOICE), lift(3)], 1)
    assert not await admits(rig.store, reservation(1), View(1, 3))
    await rig.store.apply([lift(4, scope=VOICE)], 1)
    assert await admits(rig.store, reservation(2), View(1, 4))


@pytest.mark.parametrize("seq", [3, None])
async def test_a_lift_never_removes_what_waits(rig: Rig, seq: int | None) -> None:
    """A newer opt-out of the same number and scope, in the ledger or not yet, outlives the lift before it."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1), 1)
    await rig.store.suppress(opt_out(3), seq)
    assert (3 if seq else 2) == await rig.store.apply([lift(2)], 1)
    assert not await admits(rig.store, reservation(1), View(1, 2))


async def test_a_closed_store_suppresses_but_not_in_force(rig: Rig) -> None:
    """Before the first load, during one, and after a restart: added, and answered as not in force."""
    assert (await rig.store.suppress(opt_out(1), 1)).open_at is None
    await rig.store.begin("load")
    assert (await rig.store.suppress(opt_out(2), 2)).open_at is None
    assert await rig.store.open("load", 0, 1, 0)
    assert 2 == await watermark(rig.store)
    await rig.restart()
    assert (await rig.store.suppress(opt_out(3), 3)).open_at is None


# ---------------------------------------------------------------------------------------------------- loading


async def test_a_full_load_opens_with_every_entry(rig: Rig) -> None:
    """Chunk by chunk, then at the watermark of what was read."""
    await rig.store.begin("load")
    assert await rig.store.load([Entry(WIDE, NUMBER)], "load", 1)
    assert await rig.store.load([], "load", 2)
    assert await rig.store.open("load", 2, 3, 7)
    assert not await admits(rig.store, reservation(1), View(3, 7))
    assert await admits(rig.store, reservation(2, OTHER), View(3, 7))


async def test_chunks_come_in_order_and_all(rig: Rig) -> None:
    """A chunk out of turn is refused, and so is opening with fewer or more than were read."""
    await rig.store.begin("load")
    assert not await rig.store.load([], "load", 2)
    assert await rig.store.load([], "load", 1)
    assert not await rig.store.load([], "load", 1)
    assert not await rig.store.open("load", 2, 1, 0)
    assert await rig.store.open("load", 1, 1, 0)


async def test_only_the_newest_load_goes_on(rig: Rig) -> None:
    """Whoever began before another has lost its turn."""
    await rig.store.begin("first")
    await rig.store.begin("second")
    assert not await rig.store.load([], "first", 1)
    assert not await rig.store.open("first", 0, 1, 0)


async def test_a_flush_between_chunks_ends_the_load(rig: Rig) -> None:
    """A half index never opens."""
    await rig.store.begin("load")
    assert await rig.store.load([Entry(WIDE, NUMBER)], "load", 1)
    await rig.flush()
    assert not await rig.store.load([Entry(WIDE, OTHER)], "load", 2)
    assert not await rig.store.restore([kept(1)], "load")
    assert not await rig.store.open("load", 2, 1, 5)


async def test_a_restart_between_chunks_ends_the_load(rig: Rig) -> None:
    """What was loaded may have been lost with the old server."""
    await rig.store.begin("load")
    assert await rig.store.load([Entry(WIDE, NUMBER)], "load", 1)
    await rig.restart()
    assert not await rig.store.load([Entry(WIDE, OTHER)], "load", 2)
    assert not await rig.store.restore([kept(1)], "load")
    assert not await rig.store.open("load", 1, 1, 5)


async def test_loading_only_adds(rig: Rig) -> None:
    """An opt-out that came during the load, or was there before it, is not taken away by it."""
    await rig.store.suppress(opt_out(1), 1)
    await rig.store.begin("load")
    await rig.store.suppress(opt_out(2, OTHER), 2)
    assert await rig.store.load([], "load", 1)
    assert await rig.store.open("load", 1, 1, 0)
    assert not await admits(rig.store, reservation(1))
    assert not await admits(rig.store, reservation(2, OTHER))


async def test_after_a_restart_only_the_rows_above_the_watermark_are_needed(rig: Rig) -> None:
    """The content is a prefix of what was written: rows are applied from its watermark on."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1), 1)
    await rig.restart()
    state = await rig.store.fence()
    assert (1, False) == (state.watermark, state.history_id == state.server_history_id)
    await rig.store.begin("load")
    assert 2 == await rig.store.apply([opt_out(2, OTHER)], "load")
    assert await rig.store.open("load", 0, 2, 2)
    assert not await admits(rig.store, reservation(1), View(2, 2))
    assert not await admits(rig.store, reservation(2, OTHER), View(2, 2))


async def test_an_older_copy_tells_what_it_lacks(rig: Rig) -> None:
    """Its watermark is the one it had."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1), 1)
    put_back = await rig.copy()
    await rig.store.suppress(opt_out(2, OTHER), 2)
    await put_back()
    assert 1 == await watermark(rig.store)


async def test_opening_keeps_what_still_waits(rig: Rig) -> None:
    """Rows up to the watermark leave the overlay, later ones and those without a sequence stay."""
    await opened(rig.store)
    for change, seq in ((opt_out(3), 3), (opt_out(6), 6), (opt_out(9), None)):
        await rig.store.suppress(change, seq)
    await rig.store.begin("load")
    assert await rig.store.load([], "load", 1)
    assert await rig.store.open("load", 1, 2, 4)
    assert (4, {"optout-6", "optout-9"}) == (await watermark(rig.store), await overlay(rig.store))


# ---------------------------------------------------------------------------------------------------- restoring


def kept(n: int, at_ms: int = 0, *, sid: str = "CA1", is_open: bool = True, answer: bytes | None = None) -> Kept:
    asked = reservation(n, guards=[AtMost("day", 1, 86_400)], claim=Claim(f"request-{n}", "digest", 86_400))
    return Kept(asked, at_ms, sid, is_open, answer)


async def restored(rig: Rig, *rows: Kept) -> None:
    await rig.store.begin("load")
    assert await rig.store.restore(rows, "load")
    assert await rig.store.open("load", 0, 1, 0)


async def test_restored_attempts_count_and_are_claimed(rig: Rig) -> None:
    """After a loss the cap is as full as before, and the same request is answered as before."""
    await restored(rig, kept(1, await now_ms(rig.store) - 1000, answer=b"placed"))
    assert not await admits(rig.store, reservation(2, guards=[AtMost("day", 1, 86_400)]))
    assert Claimed(reservation(1).id, "digest", b"placed") == await rig.store.claimed(Claim("request-1", "digest", 1))


async def test_restored_attempts_are_recalled(rig: Rig) -> None:
    """By an opt-out that comes later."""
    await restored(rig, kept(1, await now_ms(rig.store) - 1000))
    assert ["CA1"] == [one.carrier_sid for one in (await rig.store.suppress(opt_out(1), 1)).recalled]


async def test_restored_attempts_of_suppressed_numbers_are_recalled_at_once(rig: Rig) -> None:
    """The opt-out had come before the loss, or during the load."""
    await rig.store.suppress(opt_out(1), 1)
    await restored(rig, kept(1, await now_ms(rig.store) - 1000))
    assert ["CA1"] == [one.carrier_sid for one in await rig.store.recalls()]


async def test_what_is_over_only_counts(rig: Rig) -> None:
    """A settled attempt is no open reservation, but has its place under the cap."""
    await restored(rig, kept(1, await now_ms(rig.store) - 1000, is_open=False))
    assert not await admits(rig.store, reservation(2, guards=[AtMost("day", 1, 86_400)]))
    assert () == (await rig.store.suppress(opt_out(1), 1)).recalled


async def test_what_left_its_window_does_not_count(rig: Rig) -> None:
    """Restoring uses the time of the reservation, not of the load."""
    await restored(rig, kept(1, await now_ms(rig.store) - 86_400_000, is_open=False))
    assert await admits(rig.store, reservation(2, guards=[AtMost("day", 1, 86_400)]))


async def test_restoring_never_overwrites(rig: Rig) -> None:
    """What the store still knows of an attempt stands."""
    await opened(rig.store)
    now = await now_ms(rig.store)
    first = kept(1, now).reservation
    assert await admits(rig.store, first)
    await rig.store.sent(first, "CA-known", OPEN, b"known")
    await restored(rig, kept(1, now - 1000, sid="CA-older", answer=b"older"))
    assert ["CA-known"] == [one.carrier_sid for one in (await rig.store.suppress(opt_out(1), 1)).recalled]
    answered = await rig.store.claimed(Claim("request-1", "digest", 1))
    assert Claimed(first.id, "digest", b"known") == answered
