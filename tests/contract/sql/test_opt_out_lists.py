"""The port `Ledger` for lists, over each store that has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from dialgate.app.ports import Ledger
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger

AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
SNOOZED_UNTIL = AT + timedelta(days=30)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return SqlLedger(database)


def opt_out(name: str, number: int = 1, scope: Scope | None = None, source: Source = Source.IMPORT) -> OptOut:
    return OptOut(
        id=OptOutId(name),
        number=E164(f"+1202555{number:04}"),
        scope=scope or Scope("acme"),
        source=source,
        actor="SK1",
        occurred_at=AT.astimezone(timezone(timedelta(hours=8))),
        recorded_at=AT,
        note="退订 \x00 please",
    )


def change(seq: int, said: OptOut) -> Change:
    return Change(seq, said.id, add=(Entry(said.scope.name, said.number),))


async def test_a_list_is_numbered_in_its_order(ledger: Ledger) -> None:
    """Its rows follow what was there, without a hole, as the changes tell and as they are read later."""
    await ledger.record_opt_out(opt_out("first"))
    said = [opt_out("c", 3), opt_out("a", 4, Scope("acme", "sms")), opt_out("b", 5, Scope("other"))]
    assert [change(seq, one) for seq, one in enumerate(said, 2)] == await ledger.record_opt_outs(said)
    assert [change(seq, one) for seq, one in enumerate(said, 2)] == await ledger.changes(1, 10)
    assert 5 == await ledger.record_opt_out(opt_out("last", 9))


async def test_a_row_of_a_list_is_kept_whole(ledger: Ledger) -> None:
    """All that was said comes back, in UTC, as of an opt-out that came alone."""
    alone, in_list = opt_out("alone"), opt_out("listed", source=Source.COMPLAINT)
    await ledger.record_opt_out(alone)
    await ledger.record_opt_outs([in_list])
    kept = {one.id: one for one in await ledger.opt_outs_of("acme", alone.number)}
    assert replace(kept[alone.id], id=in_list.id, source=Source.COMPLAINT) == kept[in_list.id]
    assert ("退订 \ufffd please", AT) == (kept[in_list.id].note, kept[in_list.id].occurred_at)


async def test_what_is_known_is_not_recorded_again(ledger: Ledger) -> None:
    """The same number, scope and source; a repeat within the list too."""
    first = [opt_out("a"), opt_out("b", 2)]
    await ledger.record_opt_outs(first)
    again = [opt_out("c"), opt_out("d", 3), opt_out("e", 3), opt_out("f", 2)]
    assert [again[1]] == await ledger.unknown(again)
    assert [change(3, again[1])] == await ledger.record_opt_outs(again)
    assert [] == await ledger.record_opt_outs(again)
    assert 3 == (await ledger.view()).head


async def test_another_source_or_scope_is_unknown(ledger: Ledger) -> None:
    """What a START may lift does not stand for what it may not."""
    await ledger.record_opt_out(opt_out("sms", source=Source.SMS))
    said = [opt_out("a"), opt_out("b", source=Source.REGULATOR), opt_out("c", scope=Scope("acme", "sms"))]
    assert said == await ledger.unknown(said)


async def test_what_holds_no_more_is_unknown(ledger: Ledger) -> None:
    """A lifted opt-out, and one that ends by itself, do not stand for one that stays."""
    await ledger.record_opt_outs([opt_out("a")])
    lift = Lift(OptOutId("l"), opt_out("a").number, "acme", (OptOutId("a"),), Source.AGENT, "SK1", AT)
    await ledger.record_lift(lift)
    await ledger.record_opt_out(replace(opt_out("snooze", 2), ends_at=SNOOZED_UNTIL))
    said = [opt_out("b"), opt_out("c", 2)]
    assert said == await ledger.unknown(said)


@pytest.mark.parametrize("rows", [49, 50, 51, 149])
async def test_a_list_of_any_length_is_kept_row_by_row(ledger: Ledger, rows: int) -> None:
    """However many of them one statement takes in."""
    said = [opt_out(f"o{number}", number) for number in range(rows)]
    told = [change(seq, one) for seq, one in enumerate(said, 1)]
    assert (told, told) == (await ledger.record_opt_outs(said), await ledger.changes(0, rows + 1))


async def test_a_thousand_rows_are_one_list(ledger: Ledger) -> None:
    """As many as the gate takes at once."""
    said = [opt_out(f"o{number}", number) for number in range(1000)]
    assert 1000 == len(await ledger.record_opt_outs(said))
    assert [] == await ledger.unknown(said)
