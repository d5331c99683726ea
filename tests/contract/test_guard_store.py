"""The port `GuardStore`: admission, recall and what becomes of a reservation, over every store."""

from __future__ import annotations

import asyncio

import pytest

from dialgate.app.ports import Claimed, Closed, NumberKey, Recalled, RefusedGuard, Refusing, Reserved, View, Why
from dialgate.domain.guard import AtMost, MustBeAbsent, MustBePresent
from dialgate.domain.reservation import Claim
from tests.contract.guard_stores import Rig
from tests.contract.reservations import (
    CAP,
    FOREIGN,
    NUMBER,
    OPEN,
    OTHER,
    VOICE,
    WIDE,
    admits,
    now_ms,
    opened,
    opt_out,
    reservation,
)

CLAIM = Claim("request-1", "digest-1", 86_400)


async def why(rig: Rig, view: View = OPEN, gate_off_ms: int = 0) -> Why | None:
    """Why the store is closed; admission and probe must say the same."""
    asked = reservation(999)
    gate_ms = await now_ms(rig.store) + gate_off_ms
    probed = await rig.store.probe(asked.guards, view, gate_ms)
    answered = await rig.store.admit(asked, view, gate_ms)
    assert isinstance(answered, Closed) == isinstance(probed, Closed)
    assert not isinstance(probed, Closed) or probed == answered
    return answered.why if isinstance(answered, Closed) else None


# ---------------------------------------------------------------------------------------------------- the fence


async def test_an_empty_store_admits_nothing(rig: Rig) -> None:
    """A store without a fence is no permission."""
    assert Why.MISSING == await why(rig)


async def test_an_open_store_answers(rig: Rig) -> None:
    """Opened at the generation that the gate confirmed, it admits."""
    await opened(rig.store)
    assert await why(rig) is None


async def test_a_flushed_store_admits_nothing(rig: Rig) -> None:
    """FLUSHALL takes the fence with everything else."""
    await opened(rig.store)
    await rig.flush()
    assert Why.MISSING == await why(rig)


@pytest.mark.parametrize("generation", [0, 1, 3])
async def test_another_generation_admits_nothing(rig: Rig, generation: int) -> None:
    """A gate that confirmed another generation, older or newer, is not answered for."""
    await opened(rig.store, generation=2)
    assert Why.GENERATION == await why(rig, View(generation, 0))


async def test_a_store_that_is_being_loaded_admits_nothing(rig: Rig) -> None:
    """From begin to open there is no generation."""
    await opened(rig.store)
    await rig.store.begin("again")
    assert Why.GENERATION == await why(rig)


async def test_another_layout_admits_nothing(rig: Rig) -> None:
    """A gate that would look into other keys does not take their emptiness for permission."""
    await opened(rig.store)
    asked = reservation(1)
    answered = await rig.under_another_layout().admit(asked, OPEN, await now_ms(rig.store))
    assert Closed(Why.LAYOUT) == answered


async def test_a_restarted_store_admits_nothing(rig: Rig) -> None:
    """Its history id is another one, even if its content survived."""
    await opened(rig.store)
    await rig.restart()
    assert Why.HISTORY == await why(rig)


async def test_an_older_copy_admits_nothing(rig: Rig) -> None:
    """What was added after the copy is missing, so the copy is not believed."""
    await opened(rig.store)
    put_back = await rig.copy()
    await rig.store.suppress(opt_out(1), 1)
    await put_back()
    assert Why.HISTORY == await why(rig, View(1, 1))


async def test_a_store_behind_the_ledger_admits_nothing(rig: Rig) -> None:
    """The newest row that the gate knows must be in the index."""
    await opened(rig.store, watermark=4)
    assert Why.WATERMARK == await why(rig, View(1, 5))


@pytest.mark.parametrize("off_ms", [-2500, 2500])
async def test_clocks_too_far_apart_admit_nothing(rig: Rig, off_ms: int) -> None:
    """A gate whose clock is more than 2 s from the store's is refused."""
    await opened(rig.store)
    assert Why.CLOCK == await why(rig, gate_off_ms=off_ms)


async def test_a_clock_that_went_back_admits_nothing(rig: Rig) -> None:
    """A store whose clock is more than 2 s behind what the fence has seen would empty no window, but count wrongly."""
    await opened(rig.store)
    await rig.put_fence_clock(await now_ms(rig.store) + 5_000)
    assert Why.CLOCK == await why(rig)


# ---------------------------------------------------------------------------------------------------- guards


async def test_each_refusing_guard_is_named(rig: Rig) -> None:
    """The answer holds the positions of all guards that refuse, and no other."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1, scope=VOICE), 1)
    cap = AtMost("full", 0, 60)
    guards = (
        MustBeAbsent(WIDE, NUMBER),
        MustBeAbsent(VOICE, NUMBER),
        MustBePresent(WIDE, NUMBER),
        MustBePresent(VOICE, NUMBER),
        AtMost("free", 1, 60),
        cap,
    )
    answer = await rig.store.probe(guards, OPEN, await now_ms(rig.store))
    assert isinstance(answer, Refusing)
    assert [1, 2, 5] == [refused.index for refused in answer.refused]


async def test_probe_leaves_no_trace(rig: Rig) -> None:
    """A dry run counts nothing."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    for _ in range(3):
        assert Refusing(()) == await rig.store.probe((once,), OPEN, await now_ms(rig.store))
    assert await admits(rig.store, reservation(1, guards=[once]))


async def test_a_probe_without_guards_asks_the_fence_alone(rig: Rig) -> None:
    """Whoever asks nothing else learns whether the store is open and agrees with their clock."""
    assert Closed(Why.MISSING) == await rig.store.probe((), OPEN, await now_ms(rig.store))
    await opened(rig.store)
    now = await now_ms(rig.store)
    assert (Refusing(()), Closed(Why.CLOCK)) == (
        await rig.store.probe((), OPEN, now),
        await rig.store.probe((), OPEN, now + 5_000),
    )


async def test_at_most_says_when_it_is_free_again(rig: Rig) -> None:
    """`free_at_ms` is when the oldest counted reservation leaves the window."""
    await opened(rig.store)
    first = await rig.store.admit(reservation(1, guards=[CAP]), OPEN, await now_ms(rig.store))
    assert isinstance(first, Reserved)
    assert await admits(rig.store, reservation(2, guards=[CAP]))
    refused = await rig.store.admit(reservation(3, guards=[CAP]), OPEN, await now_ms(rig.store))
    assert Refusing((RefusedGuard(2, first.at_ms + CAP.window_s * 1000),)) == refused


async def test_a_refused_attempt_counts_nothing(rig: Rig) -> None:
    """Only what is reserved counts, in none of the caps if any guard refuses."""
    await opened(rig.store)
    once, full = AtMost("once", 1, 60), AtMost("full", 0, 60)
    assert not await admits(rig.store, reservation(1, guards=[once, full]))
    assert await admits(rig.store, reservation(2, guards=[once]))


async def test_exactly_so_many_of_fifty_at_once(rig: Rig) -> None:
    """Fifty concurrent attempts under a cap of three: three are reserved."""
    await opened(rig.store)
    cap = AtMost(f"burst/{NUMBER}", 3, 3600)
    answers = await asyncio.gather(*(admits(rig.store, reservation(n, guards=[cap])) for n in range(50)))
    assert 3 == sum(answers)


async def test_a_short_window_forgets_nothing_that_a_longer_one_counts(rig: Rig) -> None:
    """Two rules may share a key: each counts over its own window."""
    await opened(rig.store)
    day, second = AtMost("shared", 1, 86_400), AtMost("shared", 5, 1)
    assert await admits(rig.store, reservation(1, guards=[day]))
    started_ms = await now_ms(rig.store)
    while await now_ms(rig.store) < started_ms + 1_100:
        await asyncio.sleep(0.05)
    assert await admits(rig.store, reservation(2, guards=[second]))
    assert not await admits(rig.store, reservation(3, guards=[day]))


async def test_a_window_ends(rig: Rig) -> None:
    """A reservation stops counting when it leaves the window."""
    await opened(rig.store)
    brief = AtMost("brief", 1, 1)
    assert await admits(rig.store, reservation(1, guards=[brief]))
    refused = await rig.store.admit(reservation(2, guards=[brief]), OPEN, await now_ms(rig.store))
    assert isinstance(refused, Refusing)
    free_at_ms = refused.refused[0].free_at_ms or 0
    while await now_ms(rig.store) < free_at_ms:
        await asyncio.sleep(0.05)
    assert await admits(rig.store, reservation(3, guards=[brief]))


# ---------------------------------------------------------------------------------------------------- claims


async def test_the_same_request_is_admitted_once(rig: Rig) -> None:
    """The second is told of the first, before any guard is asked."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    first, second = (reservation(n, guards=[once], claim=CLAIM) for n in (1, 2))
    assert await admits(rig.store, first)
    assert Claimed(first.id, "digest-1", None) == await rig.store.admit(second, OPEN, await now_ms(rig.store))


async def test_a_claim_gives_the_kept_answer(rig: Rig) -> None:
    """Whether `sent` or `keep_answer` kept it, byte for byte."""
    await opened(rig.store)
    other = Claim("request-2", "digest-2", 10)
    assert await admits(rig.store, reservation(1, claim=CLAIM))
    assert await admits(rig.store, reservation(2, claim=other))
    await rig.store.sent(reservation(1, claim=CLAIM), "CA1", OPEN, b'{"a": "\xff\x00"}')
    await rig.store.keep_answer(other, reservation(2).id, b"")
    assert Claimed(reservation(1).id, "digest-1", b'{"a": "\xff\x00"}') == await rig.store.claimed(CLAIM)
    assert Claimed(reservation(2).id, "digest-2", b"") == await rig.store.claimed(other)


async def test_nobody_answers_for_anothers_claim(rig: Rig) -> None:
    """Only the decision that has the claim writes its answer."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1, claim=CLAIM))
    await rig.store.keep_answer(CLAIM, reservation(2).id, b"theirs")
    assert Claimed(reservation(1).id, "digest-1", None) == await rig.store.claimed(CLAIM)


async def test_a_refused_request_claims_nothing(rig: Rig) -> None:
    """It may be asked again, and is judged anew."""
    await opened(rig.store)
    assert not await admits(rig.store, reservation(1, guards=[AtMost("full", 0, 60)], claim=CLAIM))
    assert await rig.store.claimed(CLAIM) is None


# ---------------------------------------------------------------------------------------------------- abandon


async def test_abandon_gives_everything_back(rig: Rig) -> None:
    """Counts, claim and reservation: as if it had never been asked."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    first = reservation(1, guards=[once], claim=CLAIM)
    assert await admits(rig.store, first)
    await rig.store.abandon(first)
    assert await rig.store.claimed(CLAIM) is None
    assert () == (await rig.store.suppress(opt_out(1, scope=FOREIGN), 1)).recalled
    assert await admits(rig.store, reservation(2, guards=[once], claim=CLAIM), View(1, 1))


async def test_a_late_admit_reserves_nothing(rig: Rig) -> None:
    """An admission that runs after it was abandoned is refused and leaves the cap free."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    late = reservation(1, guards=[once], claim=CLAIM)
    await rig.store.abandon(late)
    assert not await admits(rig.store, late)
    assert await rig.store.claimed(CLAIM) is None
    assert await admits(rig.store, reservation(2, guards=[once]))


async def test_abandoning_twice_is_abandoning_once(rig: Rig) -> None:
    """What another attempt took meanwhile stays with it."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    first, second = (reservation(n, guards=[once], claim=CLAIM) for n in (1, 2))
    assert await admits(rig.store, first)
    await rig.store.abandon(first)
    assert await admits(rig.store, second)
    await rig.store.abandon(first)
    assert Claimed(second.id, "digest-1", None) == await rig.store.claimed(CLAIM)
    assert not await admits(rig.store, reservation(3, guards=[once]))


async def test_a_second_run_counts_once(rig: Rig) -> None:
    """The same decision asked twice takes one place under a cap of two."""
    await opened(rig.store)
    for n in (1, 1, 2):
        await admits(rig.store, reservation(n, guards=[CAP]))
    assert not await admits(rig.store, reservation(3, guards=[CAP]))
    await rig.store.abandon(reservation(1, guards=[CAP]))
    assert await admits(rig.store, reservation(3, guards=[CAP]))


# ---------------------------------------------------------------------------------------------------- recall


def recalled(rig: Rig, n: int, sid: str = "") -> Recalled:
    return Recalled(reservation(n).id, NumberKey(rig.store.number_key(NUMBER)), "acme", "voice", sid)


async def test_an_opt_out_recalls_what_it_covers(rig: Rig) -> None:
    """Every open reservation of the number that lists the scope; none of another number or scope."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1))
    assert await admits(rig.store, reservation(2, OTHER))
    assert () == (await rig.store.suppress(opt_out(1, scope=FOREIGN), 1)).recalled
    suppressed = await rig.store.suppress(opt_out(2), 2)
    assert (1, (recalled(rig, 1),)) == (suppressed.open_at, suppressed.recalled)


async def test_recalled_before_it_has_a_name(rig: Rig) -> None:
    """Admitted, opted out, then named by the carrier: `sent` answers cancel, and it is listed until settled."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1))
    await rig.store.suppress(opt_out(1), 1)
    assert (recalled(rig, 1, ""),) == await rig.store.recalls()
    assert True is await rig.store.sent(reservation(1), "CA1", View(1, 1), None)
    assert (recalled(rig, 1, "CA1"),) == await rig.store.recalls()
    await rig.store.settle(reservation(1).id, rig.store.number_key(NUMBER))
    assert () == await rig.store.recalls()


async def test_recalled_after_it_has_a_name(rig: Rig) -> None:
    """Admitted, named, opted out: the opt-out is told the name, each time it is repeated."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1))
    assert False is await rig.store.sent(reservation(1), "CA1", OPEN, None)
    assert (recalled(rig, 1, "CA1"),) == (await rig.store.suppress(opt_out(1), 1)).recalled
    assert (recalled(rig, 1, "CA1"),) == (await rig.store.suppress(opt_out(1), 1)).recalled
    assert (recalled(rig, 1, "CA1"),) == await rig.store.recalls()


async def test_a_reservation_that_the_store_lost_is_cancelled_too(rig: Rig) -> None:
    """`sent` makes it anew, and asks whether the number is suppressed by now."""
    await opened(rig.store)
    await rig.store.suppress(opt_out(1), 1)
    assert True is await rig.store.sent(reservation(1), "CA1", View(1, 1), None)
    assert False is await rig.store.sent(reservation(2, OTHER), "CA2", View(1, 1), None)
    again = await rig.store.suppress(opt_out(2, OTHER), 2)
    assert ["CA2"] == [one.carrier_sid for one in again.recalled]


async def test_what_is_settled_is_not_recalled(rig: Rig) -> None:
    """The carrier can no longer act on it; its counts stay."""
    await opened(rig.store)
    once = AtMost("once", 1, 60)
    assert await admits(rig.store, reservation(1, guards=[once]))
    await rig.store.settle(reservation(1).id, rig.store.number_key(NUMBER))
    assert not await admits(rig.store, reservation(2, guards=[once]))
    assert () == (await rig.store.suppress(opt_out(1), 1)).recalled


async def test_sent_waits_for_an_open_store(rig: Rig) -> None:
    """A closed store keeps nothing and answers why."""
    await opened(rig.store)
    assert await admits(rig.store, reservation(1))
    await rig.store.begin("load")
    assert Closed(Why.GENERATION) == await rig.store.sent(reservation(1), "CA1", OPEN, None)
