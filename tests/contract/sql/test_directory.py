"""The port `Directory`, over each store that has one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialgate.app.errors import ConflictError, NotFoundError
from dialgate.app.queries import (
    ApiKey,
    CallerId,
    CarrierKeywords,
    DirectorySnapshot,
    OwnDestination,
    Role,
    Tenant,
    TenantChange,
)
from dialgate.domain.numbers import E164
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.directory import SqlDirectory

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ACME = Tenant(
    name="acme",
    region="US",
    account_sid="AC1",
    auth_tokens=("first token", "second token"),
    open_policy=False,
    policy={"frequency_cap": {"limits": [{"at_most": 3, "window_s": 86400}]}},
    sms_webhook="https://acme.example/sms",
    allow_private_urls=False,
    created_at=NOW,
)
BOLT = replace(ACME, name="bolt", account_sid="AC2", open_policy=True, policy={}, allow_private_urls=True)
KEY = ApiKey("SK1", "acme", Role.DIALER, "f00d", "spring", "marketing", NOW, None, partner="desk")
SHARED = "+12025550199"


@pytest.fixture
def directory(database: Database) -> SqlDirectory:
    return SqlDirectory(database, Cipher([b"k" * 32]))


def caller(tenant: Tenant, sender: str = SHARED) -> CallerId:
    return CallerId(tenant.name, sender, CarrierKeywords.ADVANCED)


async def test_a_new_directory_is_empty(directory: SqlDirectory) -> None:
    """Nobody has access until somebody is given it."""
    assert DirectorySnapshot(0, {}, {}, {}, {}) == await directory.snapshot()


async def test_what_was_created_is_in_the_snapshot(directory: SqlDirectory) -> None:
    """Tenants by name and by account, keys by SID, callers by sender; all as they were told."""
    operator = ApiKey("SK0", "", Role.OPERATOR, "beef", "", "", NOW, None)
    await directory.create_tenant(BOLT, [caller(BOLT)])
    await directory.create_tenant(ACME, [caller(ACME), caller(ACME, "24680")])
    await directory.create_key(KEY)
    await directory.create_key(operator)
    expected = DirectorySnapshot(
        version=4,
        tenants={"acme": ACME, "bolt": BOLT},
        by_account={"AC1": ACME, "AC2": BOLT},
        keys={"SK0": operator, "SK1": KEY},
        callers={SHARED: (caller(ACME), caller(BOLT)), "24680": (caller(ACME, "24680"),)},
    )
    assert expected == await directory.snapshot()


@pytest.mark.parametrize(
    "taken", [replace(BOLT, name="acme"), replace(BOLT, account_sid="AC1")], ids=["name", "account"]
)
async def test_a_name_or_account_is_given_once(directory: SqlDirectory, taken: Tenant) -> None:
    """A second tenant under a known name or account is refused and leaves no trace."""
    await directory.create_tenant(ACME, [])
    with pytest.raises(ConflictError):
        await directory.create_tenant(taken, [caller(taken)])
    assert DirectorySnapshot(1, {"acme": ACME}, {"AC1": ACME}, {}, {}) == await directory.snapshot()


async def test_of_two_at_once_one_gets_the_name(directory: SqlDirectory) -> None:
    """Two that create the same tenant at the same time do not both succeed."""
    answers = await asyncio.gather(*(directory.create_tenant(ACME, []) for _ in range(2)), return_exceptions=True)
    assert {type(None), ConflictError} == {type(answer) for answer in answers}
    assert 1 == await directory.version()


async def test_a_caller_named_twice_is_refused(directory: SqlDirectory) -> None:
    """What a sender's carrier answers must be said once."""
    with pytest.raises(ConflictError):
        await directory.create_tenant(ACME, [caller(ACME), caller(ACME)])
    assert {} == (await directory.snapshot()).tenants


async def test_a_key_needs_its_tenant_and_a_new_sid(directory: SqlDirectory) -> None:
    """A key of nobody, or under a known SID, is refused."""
    with pytest.raises(NotFoundError):
        await directory.create_key(KEY)
    await directory.create_tenant(ACME, [])
    await directory.create_key(KEY)
    with pytest.raises(ConflictError):
        await directory.create_key(replace(KEY, role=Role.ADMIN))
    assert {"SK1": KEY} == (await directory.snapshot()).keys


async def test_an_own_destination_comes_and_goes_on_record(directory: SqlDirectory) -> None:
    """Who added it and who took it away can be asked afterwards; meanwhile it is one of the tenant's own."""
    await directory.create_tenant(ACME, [])
    agent = OwnDestination("acme", E164("+12025550141"), "Ann's desk", "SK1", NOW)
    later = replace(agent, added_by="SK3", added_at=NOW + timedelta(days=2))
    await directory.add_destination(agent)
    first = (await directory.snapshot()).own_destinations("acme")
    await directory.remove_destination("acme", agent.number, "SK2", NOW + timedelta(days=1))
    second = (await directory.snapshot()).own_destinations("acme")
    await directory.add_destination(later)
    known = await directory.snapshot()
    assert [{agent.number}, set(), {agent.number}] == [first, second, known.own_destinations("acme")]
    removed = replace(agent, removed_by="SK2", removed_at=NOW + timedelta(days=1))
    assert ((removed, later), 4, frozenset()) == (known.destinations, known.version, known.own_destinations("bolt"))


async def test_an_own_destination_is_added_once_and_removed_once(directory: SqlDirectory) -> None:
    """Twice, of nobody, or never added: refused without a trace."""
    await directory.create_tenant(ACME, [])
    agent = OwnDestination("acme", E164("+12025550141"), "", "SK1", NOW)
    await directory.add_destination(agent)
    with pytest.raises(ConflictError):
        await directory.add_destination(replace(agent, added_at=NOW + timedelta(days=1)))
    with pytest.raises(NotFoundError):
        await directory.add_destination(replace(agent, tenant="bolt"))
    with pytest.raises(NotFoundError):
        await directory.remove_destination("acme", E164("+12025550142"), "SK1", NOW)
    assert ((agent,), 2) == ((await directory.snapshot()).destinations, await directory.version())


async def test_a_key_is_revoked_once(directory: SqlDirectory) -> None:
    """The first revocation stands, and each write raises the version; an unknown key is told."""
    await directory.create_tenant(ACME, [])
    await directory.create_key(KEY)
    await directory.revoke_key("SK1", NOW)
    await directory.revoke_key("SK1", NOW + timedelta(days=1))
    with pytest.raises(NotFoundError):
        await directory.revoke_key("SK2", NOW)
    snapshot = await directory.snapshot()
    assert {"SK1": replace(KEY, revoked_at=NOW)} == snapshot.keys
    assert snapshot.version == await directory.version() == 4


async def test_a_tenants_webhook_is_changed_for_every_gate(directory: SqlDirectory) -> None:
    """The version moves, so that each of them reads it anew; nothing else changes."""
    await directory.create_tenant(ACME, ())
    before = await directory.version()
    await directory.change_tenant(ACME.name, TenantChange(sms_webhook="https://app.example.com/sms"))
    kept = (await directory.snapshot()).tenants[ACME.name]
    assert replace(ACME, sms_webhook="https://app.example.com/sms") == kept
    assert before < await directory.version()


async def test_a_tenants_tokens_are_changed_for_every_gate(directory: SqlDirectory) -> None:
    """They are kept encrypted like the first."""
    await directory.create_tenant(ACME, ())
    before = await directory.version()
    await directory.set_auth_tokens(ACME.name, ("first token", "newest token"))
    kept = (await directory.snapshot()).tenants[ACME.name]
    assert replace(ACME, auth_tokens=("first token", "newest token")) == kept
    assert before < await directory.version()


async def test_a_tenant_is_changed_in_one_step(directory: SqlDirectory) -> None:
    """What is named, and nothing else, of this tenant and no other; the version moves once."""
    await directory.create_tenant(ACME, [caller(ACME), caller(ACME, "24680")])
    await directory.create_tenant(BOLT, [caller(BOLT)])
    known = CallerId("acme", "24680", CarrierKeywords.NONE)
    change = TenantChange({"base": "open"}, True, "", True, (known, caller(ACME, "13579")), (SHARED,))  # noqa: FBT003
    await directory.change_tenant("acme", change)
    changed = replace(ACME, policy={"base": "open"}, open_policy=True, sms_webhook="", allow_private_urls=True)
    now = await directory.snapshot()
    assert ({"acme": changed, "bolt": BOLT}, 3) == (now.tenants, now.version)
    assert {SHARED: (caller(BOLT),), "24680": (known,), "13579": (caller(ACME, "13579"),)} == now.callers
    replies = {"name": "Acme", "texts": {"zh-Hans": {"stop": "{sender_name}：已退订"}}}
    await directory.change_tenant("acme", TenantChange(policy={}, notice_url="https://acme.example/", replies=replies))
    changed = replace(changed, policy={}, open_policy=False, notice_url="https://acme.example/", replies=replies)
    assert changed == (await directory.snapshot()).tenants["acme"]


async def test_a_change_that_cannot_be_made_leaves_no_trace(directory: SqlDirectory) -> None:
    """A sender that is not the tenant's, or is named twice: nothing of the change happens."""
    await directory.create_tenant(ACME, [caller(ACME)])
    await directory.create_tenant(BOLT, [caller(BOLT, "24680")])
    before = await directory.snapshot()
    with pytest.raises(NotFoundError):
        await directory.change_tenant("acme", TenantChange(sms_webhook="", removed=("24680",)))
    with pytest.raises(ConflictError):
        await directory.change_tenant("acme", TenantChange(sms_webhook="", callers=(caller(ACME, "1"),) * 2))
    assert before == await directory.snapshot()
