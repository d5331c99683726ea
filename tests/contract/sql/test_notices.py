"""The port `Notices`, over each store that has one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.queries import Tenant
from dialgate.app.telling import Notice, NoticeFilter, Tried
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.directory import SqlDirectory
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.notices import BATCH, SqlNotices
from dialgate.stores.sql.schema import review

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
ANN = E164("+12025550101")
ACME = Tenant(
    "acme", "US", "AC1", ("t",), open_policy=False, policy={}, sms_webhook="", allow_private_urls=False, created_at=NOW
)
ALL = NoticeFilter()


@pytest.fixture
async def directory(database: Database) -> SqlDirectory:
    """`acme` and `bolt` are told, `mute` is not."""
    made = SqlDirectory(database, Cipher([b"k" * 32]))
    for name, url in (("acme", "https://acme.example/told"), ("bolt", "https://bolt.example/told"), ("mute", "")):
        await made.create_tenant(replace(ACME, name=name, account_sid=f"AC{name}", notice_url=url), [])
    return made


@pytest.fixture
async def notices(database: Database, directory: SqlDirectory) -> SqlNotices:
    return SqlNotices(database)


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def opt_out(name: str, tenant: str = "acme", source: Source = Source.SMS, channel: str = "*") -> OptOut:
    scope = Scope(tenant, channel)
    return OptOut(OptOutId(name), ANN, scope, source, "carrier", NOW, NOW, note="words", evidence="SM1")


def lift(name: str, *names: str) -> Lift:
    return Lift(OptOutId(name), ANN, "acme", tuple(OptOutId(one) for one in names), Source.SMS, "carrier", NOW)


async def told(notices: SqlNotices, wanted: NoticeFilter = ALL) -> list[str]:
    return [one.id for one in (await notices.listing(wanted, 100)).items]


async def bodies(notices: SqlNotices) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in reversed((await notices.listing(ALL, 100)).items)]


async def the_one(notices: SqlNotices, ledger: SqlLedger) -> Notice:
    await ledger.record_opt_out(opt_out("o1"))
    await notices.take_in(NOW)
    (one,) = await notices.due(NOW, (), 10)
    return one


async def ask(database: Database, name: str, tenant: str = "acme", decided_at: datetime | None = None) -> None:
    row = {
        "id": name,
        "tenant": tenant,
        "number": ANN,
        "receiver": "+12025550199",
        "text": "sealed words",
        "language": "en",
        "evidence": "not again",
        "confidence": 0.5,
        "held": True,
        "asked_at": NOW,
        "verdict": "stop" if decided_at else "",
        "decided_by": "",
        "decided_at": decided_at,
    }
    await database.execute(insert(review).values(row))


async def test_an_opt_out_is_told_once(notices: SqlNotices, ledger: SqlLedger) -> None:
    """With all that a tenant's own systems need to follow it, and without a note."""
    await ledger.record_opt_out(opt_out("o1", channel="sms"))
    assert [False, False] == [await notices.take_in(NOW), await notices.take_in(NOW + timedelta(seconds=1))]
    scope = {"channel": "sms", "purpose": "*", "campaign": "*"}
    expected = {
        "id": "opt_out.o1",
        "kind": "opt_out",
        "at": "2026-11-21T09:30:00.123Z",
        "tenant": "acme",
        "number": ANN,
        "scope": scope,
        "source": "sms",
        "actor": "carrier",
        "evidence": "SM1",
        "occurred_at": "2026-11-21T09:30:00.123Z",
        "ends_at": None,
        "opt_outs": ["o1"],
    }
    assert [expected] == await bodies(notices)


async def test_a_lift_tells_what_it_lifts_and_what_is_free(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Where another opt-out of the same scope still holds, nothing is free by it."""
    for name in ("o1", "o2"):
        await ledger.record_opt_out(opt_out(name))
    await ledger.record_lift(lift("l1", "o1"))
    await ledger.record_lift(lift("l2", "o2"))
    await notices.take_in(NOW)
    lifts = [body for body in await bodies(notices) if body["kind"] == "opt_in"]
    everything = {"channel": "*", "purpose": "*", "campaign": "*"}
    expected = [("opt_in.l1", ["o1"], []), ("opt_in.l2", ["o2"], [everything])]
    assert expected == [(body["id"], body["opt_outs"], body["released"]) for body in lifts]


async def test_who_has_no_address_is_told_nothing(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Neither then nor later, when there is one; legacy lists are told to nobody."""
    await ledger.record_opt_out(opt_out("o1", "mute"))
    await ledger.record_opt_out(opt_out("o2", source=Source.IMPORT))
    await ledger.record_key_revoked("SK1", "SK0", NOW)
    await notices.take_in(NOW)
    assert [] == await told(notices)


async def test_a_later_address_does_not_tell_what_was_before(
    notices: SqlNotices, ledger: SqlLedger, directory: SqlDirectory
) -> None:
    """Telling begins with what comes after."""
    await ledger.record_opt_out(opt_out("o1", "mute"))
    await notices.take_in(NOW)
    await directory.create_tenant(
        replace(ACME, name="late", account_sid="AClate", notice_url="https://late.example"), []
    )
    await ledger.record_opt_out(opt_out("o2", "late"))
    await notices.take_in(NOW)
    assert ["opt_out.o2"] == await told(notices)


async def test_what_is_more_than_a_batch_comes_in_turns(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Nothing is left out between two of them."""
    await ledger.record_opt_outs(
        [replace(opt_out(f"o{number}"), number=E164(f"+1202555{number:04}")) for number in range(BATCH + 1)]
    )
    assert [True, False] == [await notices.take_in(NOW), await notices.take_in(NOW)]
    first = await notices.listing(ALL, 1000)
    rest = await notices.listing(ALL, 1000, first.next)
    assert BATCH + 1 == len({one.id for one in (*first.items, *rest.items)})


async def test_nothing_is_made_where_the_bookmark_cannot_move(
    database: Database, notices: SqlNotices, ledger: SqlLedger
) -> None:
    """One transaction: a notice that was made before its place is kept would be made of nothing."""
    await ledger.record_opt_out(opt_out("o1"))
    await database.execute(text("UPDATE bookmark SET place = 'nowhere' WHERE name = 'notices'"))
    with pytest.raises(ValueError, match="nowhere"):
        await notices.take_in(NOW)
    await database.execute(text("UPDATE bookmark SET place = '0' WHERE name = 'notices'"))
    await notices.take_in(NOW)
    await database.execute(text("UPDATE bookmark SET place = '0' WHERE name = 'notices'"))
    await notices.take_in(NOW)
    assert ["opt_out.o1"] == await told(notices)


async def test_an_open_review_is_told_once(database: Database, notices: SqlNotices) -> None:
    """What was found and how sure the gate is, never what the person wrote; a decided one needs nobody any more."""
    await ask(database, "SM1.acme")
    await ask(database, "SM2.acme", decided_at=NOW)
    await ask(database, "SM3.mute", "mute")
    assert [False, False] == [await notices.take_in(NOW), await notices.take_in(NOW)]
    (body,) = await bodies(notices)
    assert ("review.SM1.acme", "SM1.acme", "not again", 0.5, True) == tuple(
        body[name] for name in ("id", "review", "evidence", "confidence", "held")
    )
    assert "sealed words" not in json.dumps(body)


async def test_a_failed_attempt_waits_for_its_time(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Each is kept with its answer; once delivered nothing is due."""
    one = await the_one(notices, ledger)
    later = NOW + timedelta(seconds=5)
    first, second = Tried(NOW, 503, "no"), Tried(later, 200, "")
    await notices.tried(one, first, later)
    assert ([], ["opt_out.o1"]) == ([*await notices.due(NOW, (), 10)], await ids_due(notices, later))
    await notices.tried(one, second, None)
    found = await notices.get(one.id)
    assert found is not None
    assert ("delivered", later, [first, second]) == (found[0].state, found[0].delivered_at, [*found[1]])
    assert [] == await ids_due(notices, later)


async def ids_due(notices: SqlNotices, now: datetime, *without: str) -> Sequence[str]:
    return [one.id for one in await notices.due(now, without, 10)]


async def test_who_is_told_already_keeps_nobody_waiting(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Those of a tenant that has enough in hand are left out."""
    await ledger.record_opt_out(opt_out("o1"))
    await ledger.record_opt_out(opt_out("o2", "bolt"))
    await notices.take_in(NOW)
    assert ["opt_out.o2"] == await ids_due(notices, NOW, "acme")


async def test_what_was_delivered_stays_so(notices: SqlNotices, ledger: SqlLedger) -> None:
    """A second teller that failed with the same does not make it wait again."""
    one = await the_one(notices, ledger)
    await notices.tried(one, Tried(NOW, 200, ""), None)
    await notices.tried(one, Tried(NOW, 0, "no"), NOW)
    assert ([], ["opt_out.o1"]) == (await ids_due(notices, NOW), await told(notices, NoticeFilter(state="delivered")))


async def test_what_was_given_up_is_tried_again_when_asked(notices: SqlNotices, ledger: SqlLedger) -> None:
    """One, or all since a time; with its earlier attempts kept, and time for new ones."""
    one = await the_one(notices, ledger)
    await notices.tried(one, Tried(NOW, 0, "no"), None)
    later = NOW + timedelta(days=4)
    given_up = await told(notices, NoticeFilter("acme", "given_up", "opt_out"))
    assert (["opt_out.o1"], 0) == (given_up, await notices.replay_given_up("bolt", NOW, later))
    assert (0, 1) == (
        await notices.replay_given_up("acme", later, later),
        await notices.replay_given_up("", NOW, later),
    )
    (again,) = await notices.due(later, (), 10)
    assert (later, "waiting") == (again.begun_at, again.state)
    await notices.tried(again, Tried(later, 200, ""), None)
    await notices.replay(one.id, later)
    found = await notices.get(one.id)
    assert found is not None
    assert ("waiting", 2) == (found[0].state, len(found[1]))


async def test_an_attempt_from_before_a_replay_does_not_end_it(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Whoever asks for it again gets it again."""
    one = await the_one(notices, ledger)
    await notices.replay(one.id, NOW + timedelta(seconds=1))
    await notices.tried(one, Tried(NOW, 200, ""), None)
    assert ["opt_out.o1"] == await told(notices, NoticeFilter(state="waiting"))


async def test_listings_go_on_where_they_ended(notices: SqlNotices, ledger: SqlLedger) -> None:
    """Newest first, of the tenant alone; a cursor of anybody's making is refused."""
    for number, tenant in enumerate(("acme", "acme", "bolt")):
        await ledger.record_opt_out(opt_out(f"o{number}", tenant))
        await notices.take_in(NOW + timedelta(seconds=number))
    wanted = NoticeFilter("acme")
    first = await notices.listing(wanted, 1)
    second = await notices.listing(wanted, 1, first.next)
    assert (["opt_out.o1", "opt_out.o0"], "") == ([one.id for one in (*first.items, *second.items)], second.next)
    with pytest.raises(BadRequestError):
        await notices.listing(wanted, 1, "forged")


async def test_what_is_unknown_is_nothing(notices: SqlNotices) -> None:
    """An id that no notice has."""
    assert await notices.get("opt_out.o9") is None
    with pytest.raises(NotFoundError):
        await notices.replay("opt_out.o9", NOW)
