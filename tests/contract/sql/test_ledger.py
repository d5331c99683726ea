"""The port `Ledger`, over each store that has one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from dialgate.app.errors import ConflictError
from dialgate.app.ports import Ledger, LedgerView
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import REVOKED_KEYS, Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger
from tests.sql_backends import Place

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
ANN = E164("+12025550101")
BOB = E164("+12025550102")
_NUMBERS = count(1)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return SqlLedger(database)


def opt_out(number: E164 = ANN, scope: Scope | None = None, name: str = "") -> OptOut:
    return OptOut(
        id=OptOutId(name or f"opt-out-{next(_NUMBERS)}"),
        number=number,
        scope=scope or Scope("acme"),
        source=Source.SMS,
        actor="carrier",
        occurred_at=NOW,
        recorded_at=NOW + timedelta(milliseconds=7),
        note="退订 please",
        evidence="SM0001",
    )


def lift(*names: OptOutId, number: E164 = ANN, tenant: str = "acme", name: str = "") -> Lift:
    return Lift(OptOutId(name or f"lift-{next(_NUMBERS)}"), number, tenant, names, Source.SMS, "carrier", NOW)


def entry(said: OptOut) -> Entry:
    return Entry(said.scope.name, said.number)


async def effective(ledger: Ledger, head: int) -> list[Entry]:
    return [entry async for batch in ledger.effective(head) for entry in batch]


async def recorded(ledger: Ledger, *said: OptOut) -> list[int]:
    return [await ledger.record_opt_out(one) for one in said]


async def removed(ledger: Ledger, seq: int) -> Sequence[Entry]:
    (change,) = await ledger.changes(seq - 1, 1)
    return change.remove


async def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    """Generation, head and watermark begin at 0, and nobody is suppressed."""
    assert LedgerView(0, 0, 0) == await ledger.view()
    assert [] == await effective(ledger, 0)


async def test_sequences_begin_at_one_and_have_no_holes(ledger: Ledger) -> None:
    """Each row takes the next number, and the view tells the newest."""
    assert [1, 2, 3] == await recorded(ledger, opt_out(), opt_out(BOB), opt_out())
    assert LedgerView(0, 3, 0) == await ledger.view()


async def test_twenty_at_once_get_twenty_numbers(place: Place) -> None:
    """Writers of two gates that race leave neither hole nor double."""
    one, two = SqlLedger(await place.open()), SqlLedger(await place.open())
    seqs = await asyncio.gather(*((one, two)[n % 2].record_opt_out(opt_out()) for n in range(20)))
    assert list(range(1, 21)) == sorted(seqs)
    assert list(range(1, 21)) == [change.seq for change in await one.changes(0, 100)]


async def test_a_repeat_takes_no_number(ledger: Ledger) -> None:
    """The same opt-out told twice is one row, whatever came in between."""
    said = opt_out()
    assert [1, 2, 1, 3] == await recorded(ledger, said, opt_out(BOB), said, opt_out())


async def test_a_repeat_that_races_takes_no_number(ledger: Ledger) -> None:
    """The same opt-out told by ten at once is one row."""
    said = opt_out()
    assert [1] * 10 == await asyncio.gather(*(ledger.record_opt_out(said) for _ in range(10)))
    assert 1 == (await ledger.view()).head


async def test_an_id_stands_for_one_row(ledger: Ledger) -> None:
    """An id that comes back with another number is refused, not taken as recorded."""
    await ledger.record_opt_out(opt_out(name="one"))
    with pytest.raises(ConflictError):
        await ledger.record_opt_out(opt_out(BOB, name="one"))
    assert 1 == (await ledger.view()).head


async def test_an_opt_out_comes_back_as_it_was_told(ledger: Ledger) -> None:
    """All fields survive, times to the microsecond and in UTC."""
    said = opt_out(scope=Scope("acme", "sms", "marketing", "spring sale"))
    await recorded(ledger, said, opt_out(BOB), opt_out(scope=Scope("other")))
    assert [said] == await ledger.opt_outs_of("acme", ANN)


async def test_an_opt_out_adds_its_number_to_its_scope(ledger: Ledger) -> None:
    """The index is told which member joins which register."""
    said = opt_out()
    await recorded(ledger, said)
    assert [Change(1, said.id, add=(entry(said),))] == await ledger.changes(0, 10)
    assert [entry(said)] == await effective(ledger, 1)


async def test_a_revoked_key_is_an_entry_of_its_register(ledger: Ledger) -> None:
    """Revoking a key is a row like any other, once for each key."""
    assert 1 == await ledger.record_key_revoked("SK1", "admin", NOW)
    assert 1 == await ledger.record_key_revoked("SK1", "admin", NOW + timedelta(hours=1))
    (change,) = await ledger.changes(0, 10)
    assert (Entry(REVOKED_KEYS, "SK1"),) == change.add
    assert [Entry(REVOKED_KEYS, "SK1")] == await effective(ledger, 1)


async def test_changes_come_in_order_and_in_pages(ledger: Ledger) -> None:
    """An indexer that asks for what is above its watermark gets the next rows, each once."""
    await recorded(ledger, *(opt_out() for _ in range(5)))
    assert [1, 2] == [change.seq for change in await ledger.changes(0, 2)]
    assert [3, 4] == [change.seq for change in await ledger.changes(2, 2)]
    assert [5] == [change.seq for change in await ledger.changes(4, 2)]
    assert [] == await ledger.changes(5, 2)


async def test_a_lift_of_the_only_opt_out_frees_the_number(ledger: Ledger) -> None:
    """Named and lifted: out of the index, out of what holds, still on record."""
    said = opt_out()
    await recorded(ledger, said)
    assert 2 == await ledger.record_lift(lift(said.id))
    assert (entry(said),) == await removed(ledger, 2)
    assert [] == await effective(ledger, 2)
    assert [] == await ledger.opt_outs_of("acme", ANN)


async def test_a_lift_that_names_one_of_two_frees_nothing(ledger: Ledger) -> None:
    """A number stays suppressed while any opt-out of the scope is unnamed."""
    first, second = opt_out(), opt_out()
    await recorded(ledger, first, second)
    await ledger.record_lift(lift(first.id))
    assert () == await removed(ledger, 3)
    assert [entry(second)] == await effective(ledger, 3)
    assert [second] == await ledger.opt_outs_of("acme", ANN)


async def test_two_lifts_together_free_what_each_alone_does_not(ledger: Ledger) -> None:
    """The lift that names the last unnamed opt-out is the one that frees."""
    first, second = opt_out(), opt_out()
    await recorded(ledger, first, second)
    await ledger.record_lift(lift(first.id))
    await ledger.record_lift(lift(second.id))
    assert [(), (entry(second),)] == [await removed(ledger, seq) for seq in (3, 4)]
    assert [] == await effective(ledger, 4)


async def test_scopes_are_lifted_apart(ledger: Ledger) -> None:
    """What is lifted in one scope still holds in another; a lift may free several."""
    wide, narrow = opt_out(), opt_out(scope=Scope("acme", "sms"))
    other = opt_out(scope=Scope("acme", "voice"))
    await recorded(ledger, wide, narrow, other, opt_out(scope=other.scope))
    await ledger.record_lift(lift(wide.id, narrow.id, other.id))
    assert {entry(wide), entry(narrow)} == set(await removed(ledger, 5))
    assert [entry(other)] == await effective(ledger, 5)


async def test_a_newer_stop_holds_whatever_was_lifted_before(ledger: Ledger) -> None:
    """An opt-out after a lift suppresses again, and the lift still reads as on its day."""
    first, second = opt_out(), opt_out()
    await recorded(ledger, first)
    await ledger.record_lift(lift(first.id))
    await recorded(ledger, second)
    assert (entry(first),) == await removed(ledger, 2)
    assert [entry(second)] == await effective(ledger, 3)
    assert [second] == await ledger.opt_outs_of("acme", ANN)


async def test_a_stop_before_the_lift_that_it_did_not_name_holds(ledger: Ledger) -> None:
    """A lift that was slow cannot take back the newer opt-out that overtook it."""
    first, second = opt_out(), opt_out()
    await recorded(ledger, first, second)
    await ledger.record_lift(lift(first.id))
    assert () == await removed(ledger, 3)


async def test_what_holds_is_told_as_of_a_head(ledger: Ledger) -> None:
    """A load up to an older head sees neither the newer opt-out nor the newer lift."""
    first, second = opt_out(), opt_out(BOB)
    await recorded(ledger, first, second)
    await ledger.record_lift(lift(first.id))
    found = [await effective(ledger, head) for head in (1, 2, 3)]
    assert [[entry(first)], [entry(first), entry(second)], [entry(second)]] == found


async def test_a_lift_told_twice_is_one_row(ledger: Ledger) -> None:
    """A lift is idempotent by id."""
    said = opt_out()
    await recorded(ledger, said)
    taken_back = lift(said.id)
    assert [2, 2] == [await ledger.record_lift(taken_back) for _ in range(2)]


@pytest.mark.parametrize(
    "wrong",
    [
        lift(OptOutId("nowhere")),
        lift(OptOutId("known"), number=BOB),
        lift(OptOutId("known"), tenant="other"),
        lift(OptOutId("known"), OptOutId("nowhere")),
        lift(),
    ],
    ids=["unknown", "other number", "other tenant", "half known", "nothing"],
)
async def test_a_lift_names_only_what_it_may(ledger: Ledger, wrong: Lift) -> None:
    """A lift of another's opt-out, or of none, is refused and leaves neither row nor hole."""
    await recorded(ledger, opt_out(name="known"))
    with pytest.raises(ConflictError):
        await ledger.record_lift(wrong)
    assert [1, 2] == await recorded(ledger, opt_out(name="known"), opt_out())


async def test_sequences_of_known_ids(ledger: Ledger) -> None:
    """Only ids that are in the ledger have a sequence."""
    one, two = opt_out(), opt_out()
    await recorded(ledger, one, two)
    assert {one.id: 1, two.id: 2} == await ledger.sequences([two.id, "nowhere", one.id])
    assert {} == await ledger.sequences([])


async def test_text_that_a_backend_cannot_hold_loses_no_opt_out(ledger: Ledger) -> None:
    """A NUL or half a surrogate pair in a note is replaced; the opt-out is taken."""
    said = OptOut(OptOutId("odd"), ANN, Scope("acme"), Source.FORM, "SK1", NOW, NOW, note="a\x00b\ud800c")
    await recorded(ledger, said)
    assert ["a\ufffdb\ufffdc"] == [known.note for known in await ledger.opt_outs_of("acme", ANN)]


async def test_snoozes_that_have_ended_are_found_until_they_are_lifted(ledger: Ledger) -> None:
    """In the order in which they ended, those without end and those to come left out, no more than were asked for."""
    ends = [None, NOW, NOW - timedelta(seconds=1), NOW + timedelta(microseconds=1), NOW - timedelta(days=9)]
    said = [replace(opt_out(), ends_at=at) for at in ends]
    await recorded(ledger, *said)
    ages_ago = NOW - timedelta(days=9_000)
    assert [said[4], said[2], said[1]] == await ledger.ended(ages_ago, NOW, 9)
    assert [said[4]] == await ledger.ended(ages_ago, NOW, 1)
    assert [said[2], said[1]] == await ledger.ended(NOW - timedelta(days=9), NOW, 9)
    await ledger.record_lift(lift(said[2].id))
    assert [said[1]] == await ledger.ended(NOW - timedelta(days=9), NOW, 9)


async def test_a_snooze_keeps_its_end(ledger: Ledger) -> None:
    """Whoever reads the opt-outs of a number learns until when each holds."""
    said = [replace(opt_out(), ends_at=NOW + timedelta(days=30)), opt_out()]
    await recorded(ledger, *said)
    assert said == await ledger.opt_outs_of("acme", ANN)
