"""What the parent does once before any gate starts: the schema, the pepper, the operator's key, the demonstration."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC

from dialgate.app.policies import is_open, written
from dialgate.app.queries import ApiKey, CallerId, CarrierKeywords, Role, Tenant, TenantChange
from dialgate.bootstrap.clock import SystemClock
from dialgate.bootstrap.demo import NUMBERS, POLICY, TENANT, Demo
from dialgate.bootstrap.directory_lock import directory_id
from dialgate.bootstrap.keys import write_private
from dialgate.bootstrap.stores import Stores, open_stores
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import Number, parse
from dialgate.domain.scope import Scope
from dialgate.settings import Settings, SettingsError
from dialgate.stores.sql import upgrade
from dialgate.stores.sql.pepper import check_pepper

OPERATOR_KEY = "cli.key"


def prepare(settings: Settings, demo: Demo | None) -> None:
    """Errors: `UnfitStoreError`, `SettingsError`, `LedgerUnavailableError`."""
    asyncio.run(_prepare(settings, demo))


async def _prepare(settings: Settings, demo: Demo | None) -> None:
    directory_id(settings.data.dir)  # here, where two gates cannot each make one
    async with open_stores(settings) as stores:
        await upgrade.prepare(stores.database)
        await check_pepper(stores.database, stores.keys.pepper_id)
        await stores.guards.check_server(accept_volatile=settings.guard_store.accept_volatile)
        await _operator_key(settings, stores)
        if demo:
            await _seed(stores, demo)
        await _refuse_open_tenants(settings, stores)


async def _operator_key(settings: Settings, stores: Stores) -> None:
    """`cli.key` in the data directory opens `/v1` to the command line; it is made again if the ledger lacks it."""
    path = settings.data.dir / OPERATOR_KEY
    if not path.exists():
        write_private(path, f"SK{secrets.token_hex(16)}:{secrets.token_hex(32)}\n")
    sid, _, secret = path.read_text().strip().partition(":")
    if sid not in (await stores.directory.snapshot()).keys:
        await stores.directory.create_key(_key(stores, sid, secret, "", Role.OPERATOR))


def _key(stores: Stores, sid: str, secret: str, tenant: str, role: Role) -> ApiKey:
    hashed = stores.keys.hash_secret(secret)
    return ApiKey(sid, tenant, role, hashed, "", "", SystemClock().now().astimezone(UTC), None)


async def _refuse_open_tenants(settings: Settings, stores: Stores) -> None:
    """The open policy is for a carrier on this machine alone (CONTRACT section 1)."""
    if settings.carrier.twilio.loopback:
        return
    tenants = (await stores.directory.snapshot()).tenants.values()
    opened = ", ".join(tenant.name for tenant in tenants if is_open(written(tenant)))
    if opened:
        raise SettingsError(
            f"These tenants have the open policy, which only a carrier on this machine may see: {opened}. "
            "Serve them with a simulator, or use another data directory."
        )


async def _seed(stores: Stores, demo: Demo) -> None:
    """Idempotent: a crash in the middle is completed at the next start."""
    values = demo.values
    now = SystemClock().now()
    snapshot = await stores.directory.snapshot()
    known = snapshot.tenants.get(TENANT)
    if known is None:
        tenant = Tenant(
            name=TENANT,
            region="US",
            account_sid=values["TWILIO_ACCOUNT_SID"],
            auth_tokens=(values["TWILIO_AUTH_TOKEN"],),
            open_policy=True,
            policy=POLICY,
            sms_webhook="",
            allow_private_urls=True,
            created_at=now,
        )
        caller = CallerId(TENANT, values["DEMO_FROM"], CarrierKeywords.DEFAULT)
        await stores.directory.create_tenant(tenant, (caller,))
    elif known.policy != POLICY:  # made by an earlier version
        await stores.directory.change_tenant(TENANT, TenantChange(policy=POLICY, open_policy=True))
    if values["DIALGATE_KEY_SID"] not in snapshot.keys:
        key = _key(stores, values["DIALGATE_KEY_SID"], values["DIALGATE_KEY_SECRET"], TENANT, Role.COMPLIANCE)
        await stores.directory.create_key(key)
    refused = parse(NUMBERS["DEMO_TO_REFUSED"], None)
    if isinstance(refused, Number):
        opt_out = OptOut(
            id=OptOutId("demo-refused"),
            number=refused.e164,
            scope=Scope(TENANT),
            source=Source.IMPORT,
            actor="demo",
            occurred_at=now,
            recorded_at=now,
            note="Asked in writing not to be contacted",
        )
        await stores.ledger.record_opt_out(opt_out)
