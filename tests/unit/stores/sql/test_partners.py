"""What the port of partners does beneath its promises."""

from __future__ import annotations

from datetime import UTC, datetime

from dialgate.app.feeds import Partner
from dialgate.app.queries import Tenant
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.directory import SqlDirectory
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.partners import SqlPartners
from tests.sql_backends import Place
from tests.unit.stores.sql.asked import plan, statements

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
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


async def test_a_look_reads_the_ledger_by_its_index_alone(sqlite_place: Place) -> None:
    """Every gate looks once a second, however long the ledger is."""
    database, cipher = await sqlite_place.open(), Cipher([b"k" * 32])
    await SqlDirectory(database, cipher).create_tenant(ACME, [])
    partners = SqlPartners(database, cipher)
    await partners.create(Partner("acme", "desk", "", "whsec_eA==", 900, suspends=True, created_at=NOW))
    said = OptOut(OptOutId("o1"), E164("+12025550101"), Scope("acme"), Source.SMS, "carrier", NOW, NOW)
    await SqlLedger(database).record_opt_out(said)
    for asked in await statements(database, partners.behind):
        steps = [step for step in plan(sqlite_place, asked) if "ledger" in step]
        assert [step for step in steps if "ix_ledger_tenant_seq" not in step] == []


async def test_without_partners_a_look_is_one_read(sqlite_place: Place) -> None:
    """Whoever has none pays nothing for them."""
    database = await sqlite_place.open()
    assert 1 == len(await statements(database, SqlPartners(database, Cipher([b"k" * 32])).behind))
