"""The port `Partners`, over each store that has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dialgate.app.errors import ConflictError, NotFoundError
from dialgate.app.feeds import MOST_COUNTED, FeedItem, FeedPage, Partner
from dialgate.app.queries import Tenant
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.directory import SqlDirectory
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.partners import SqlPartners

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
ANN, BOB = E164("+12025550101"), E164("+12025550102")
ACME = Tenant(
    name="acme",
    region="US",
    account_sid="AC1",
    auth_tokens=("t",),
    open_policy=False,
    policy={},
    sms_webhook="",
    allow_private_urls=False,
    created_at=NOW,
)
DESK = Partner("acme", "desk", "", "whsec_c2VjcmV0", 900, suspends=True, created_at=NOW)
CRM = replace(DESK, name="crm", push_url="https://crm.example/feed", suspends=False)


@pytest.fixture
async def partners(database: Database) -> SqlPartners:
    """Of `acme` and `bolt`, which have no partner yet."""
    cipher = Cipher([b"k" * 32])
    directory = SqlDirectory(database, cipher)
    for name in ("acme", "bolt"):
        await directory.create_tenant(replace(ACME, name=name, account_sid=f"AC{name}"), [])
    return SqlPartners(database, cipher)


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def opt_out(name: str, number: E164 = ANN, tenant: str = "acme", channel: str = "*", at: datetime = NOW) -> OptOut:
    return OptOut(OptOutId(name), number, Scope(tenant, channel), Source.SMS, "carrier", at, at)


def lift(name: str, *names: str) -> Lift:
    return Lift(OptOutId(name), ANN, "acme", tuple(OptOutId(one) for one in names), Source.AGENT, "carrier", NOW)


async def test_what_was_created_is_read_back(database: Database, partners: SqlPartners) -> None:
    """Its secret lies encrypted; other tenants do not have it; a name is given once."""
    await partners.create(DESK)
    (kept,) = await database.rows(text("SELECT secret FROM partner"))
    assert (DESK, None, False) == (
        await partners.get("acme", "desk"),
        await partners.get("bolt", "desk"),
        "c2VjcmV0" in kept.secret,
    )
    with pytest.raises(ConflictError):
        await partners.create(DESK)
    with pytest.raises(NotFoundError):
        await partners.create(replace(DESK, tenant="nobody"))


async def test_who_was_removed_is_nobody(partners: SqlPartners, ledger: SqlLedger) -> None:
    """Whoever gets the name later begins at the beginning, with a secret of its own."""
    await partners.create(DESK)
    await ledger.record_opt_out(opt_out("o1"))
    await partners.acknowledge("acme", "desk", 1, NOW)
    await partners.remove("acme", "desk", NOW)
    assert (None, []) == (await partners.get("acme", "desk"), await partners.behind())
    for act in (partners.remove("acme", "desk", NOW), partners.acknowledge("acme", "desk", 1, NOW)):
        with pytest.raises(NotFoundError):
            await act
    again = replace(DESK, secret="whsec_bmV3", created_at=NOW + timedelta(days=1))
    await partners.create(again)
    assert again == await partners.get("acme", "desk")


async def test_a_feed_is_the_tenants_changes_in_order(partners: SqlPartners, ledger: SqlLedger) -> None:
    """Nothing of another tenant, no revoked key; a lift releases what no other opt-out of that scope holds."""
    await ledger.record_opt_out(opt_out("o1"))
    await ledger.record_opt_out(opt_out("b1", BOB, "bolt"))
    await ledger.record_opt_out(opt_out("o2"))
    await ledger.record_opt_out(opt_out("o3", channel="sms"))
    await ledger.record_key_revoked("SK1", "SK0", NOW)
    await ledger.record_lift(lift("l1", "o1", "o3"))
    await ledger.record_lift(lift("l2", "o2"))
    everything, texts = Scope("acme"), Scope("acme", "sms")
    expected = [
        FeedItem(1, "block", ANN, everything, "sms", NOW, "o1"),
        FeedItem(3, "block", ANN, everything, "sms", NOW, "o2"),
        FeedItem(4, "block", ANN, texts, "sms", NOW, "o3"),
        FeedItem(6, "release", ANN, texts, "agent", NOW, "l1"),
        FeedItem(7, "release", ANN, everything, "agent", NOW, "l2"),
    ]
    assert FeedPage(tuple(expected), 7, 7) == await partners.page("acme", 0, 100)
    first = await partners.page("acme", 0, 2)
    assert ([1, 3], 3, 7) == ([item.position for item in first.items], first.next, first.head)
    rest = await partners.page("acme", first.next, 100)
    assert [4, 6, 7] == [item.position for item in rest.items]
    assert FeedPage((), 7, 7) == await partners.page("acme", 7, 100)
    assert [2] == [item.position for item in (await partners.page("bolt", 0, 100)).items]


async def test_a_position_that_was_never_given_is_refused(partners: SqlPartners, ledger: SqlLedger) -> None:
    """Whoever reads or acknowledges beyond the end follows another feed; it would miss what comes."""
    await partners.create(DESK)
    await ledger.record_opt_out(opt_out("o1"))
    await ledger.record_opt_out(opt_out("b1", BOB, "bolt"))
    for act in (partners.page("acme", 2, 10), partners.acknowledge("acme", "desk", 2, NOW)):
        with pytest.raises(ConflictError):
            await act
    assert (FeedPage((), 0, 0), DESK) == (await partners.page("nobody", 0, 10), await partners.get("acme", "desk"))


async def test_an_acknowledgement_is_never_lowered(partners: SqlPartners, ledger: SqlLedger) -> None:
    """A late one changes nothing but the time of the last."""
    await partners.create(DESK)
    for name in ("o1", "o2"):
        await ledger.record_opt_out(opt_out(name))
    later = NOW + timedelta(seconds=1)
    await partners.acknowledge("acme", "desk", 2, NOW)
    await partners.acknowledge("acme", "desk", 1, later)
    found = await partners.get("acme", "desk")
    assert replace(DESK, acknowledged=2, acknowledged_at=later) == found


async def test_how_far_each_is_behind(partners: SqlPartners, ledger: SqlLedger) -> None:
    """By rows and by the oldest of them, of its own tenant; nobody lags for what was before it came."""
    old = NOW - timedelta(days=1)
    await ledger.record_opt_out(opt_out("o1", at=old))
    await ledger.record_opt_out(opt_out("b1", BOB, "bolt", at=old))
    await ledger.record_opt_out(opt_out("o2", at=NOW + timedelta(seconds=60)))
    for one in (DESK, CRM, replace(DESK, tenant="bolt")):
        await partners.create(one)
    await partners.acknowledge("acme", "crm", 1, NOW)
    await partners.acknowledge("bolt", "desk", 2, NOW)
    now = NOW + timedelta(seconds=100)
    found = [(one.partner.name, one.head, one.rows, one.lag_s(now)) for one in await partners.behind()]
    assert [("crm", 3, 1, 40.0), ("desk", 3, 2, 100.0), ("desk", 2, 0, 0.0)] == found
    assert ["desk"] == [one.partner.name for one in await partners.behind("bolt")]


async def test_what_is_counted_has_an_end(partners: SqlPartners, ledger: SqlLedger) -> None:
    """However long the list, a look costs the same."""
    await partners.create(DESK)
    many = [opt_out(f"o{number}", E164(f"+12025{number:06}")) for number in range(MOST_COUNTED + 10)]
    for start in range(0, len(many), 5_000):
        await ledger.record_opt_outs(many[start : start + 5_000])
    assert [MOST_COUNTED] == [one.rows for one in await partners.behind()]


async def test_who_has_something_to_hear_is_pushed_to(partners: SqlPartners, ledger: SqlLedger) -> None:
    """Neither who pulls, nor who waits after a failure, nor who has everything."""
    for one in (DESK, CRM):
        await partners.create(one)
    before = await partners.to_push(NOW)
    await ledger.record_opt_out(opt_out("o1"))
    now = await partners.to_push(NOW)
    later = NOW + timedelta(seconds=5)
    await partners.failed("acme", "crm", "It is closed.", later)
    failed = await partners.get("acme", "crm")
    waiting, again = await partners.to_push(NOW), await partners.to_push(later)
    await partners.acknowledge("acme", "crm", 1, later)
    assert ([], [CRM], [], [failed]) == (before, now, waiting, again)
    taken = replace(CRM, acknowledged=1, acknowledged_at=later)
    assert (taken, []) == (await partners.get("acme", "crm"), await partners.to_push(later))
    assert replace(CRM, problem="It is closed.", next_at=later) == failed
