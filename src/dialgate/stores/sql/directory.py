"""The directory port on SQL: tenants, callers and keys, with a version that each write raises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

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
from dialgate.domain.numbers import Callee
from dialgate.stores.sql.canonical import canonical
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import api_key, caller_id, directory, own_destination
from dialgate.stores.sql.schema import tenant as tenants

_VERSION = select(directory.c.version)


class SqlDirectory:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def version(self) -> int:
        ((version,),) = await self._database.rows(_VERSION)
        return int(version)

    async def snapshot(self) -> DirectorySnapshot:
        """Errors: also `UnfitStoreError` if the master keys do not open the account tokens."""
        tables = (tenants, api_key, caller_id, own_destination)

        async def work(connection: AsyncConnection) -> tuple[int, list[Sequence[Row[Any]]]]:
            version = (await connection.execute(_VERSION)).scalar_one()
            return version, [(await connection.execute(select(table))).all() for table in tables]

        version, (tenant_rows, key_rows, caller_rows, own_rows) = await self._database.read(work)
        found = [self._tenant(row) for row in tenant_rows]
        callers: dict[str, tuple[CallerId, ...]] = {}
        for row in sorted(caller_rows, key=lambda row: str(row.tenant)):
            known = CallerId(row.tenant, row.sender, CarrierKeywords(row.carrier_keywords))
            callers[known.sender] = (*callers.get(known.sender, ()), known)
        return DirectorySnapshot(
            version=version,
            tenants={tenant.name: tenant for tenant in found},
            by_account={tenant.account_sid: tenant for tenant in found},
            keys={row.sid: _key(row) for row in key_rows},
            callers=callers,
            destinations=tuple(_destination(row) for row in sorted(own_rows, key=lambda row: row.added_at)),
        )

    async def create_tenant(self, tenant: Tenant, callers: Sequence[CallerId]) -> None:
        row = {
            "name": tenant.name,
            "region": tenant.region,
            "account_sid": tenant.account_sid,
            "auth_tokens": self._cipher.seal(canonical(tenant.auth_tokens)),
            "open_policy": tenant.open_policy,
            "policy": canonical(tenant.policy),
            "sms_webhook": tenant.sms_webhook,
            "allow_private_urls": tenant.allow_private_urls,
            "created_at": tenant.created_at,
            "replies": canonical(tenant.replies),
            "notice_url": tenant.notice_url,
        }
        caller_rows = _caller_rows(callers)

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            await _once(
                connection, insert(tenants).values(row), "A tenant with this name or account SID exists already."
            )
            if caller_rows:
                await _once(connection, insert(caller_id).values(caller_rows), "A caller ID is named twice.")

        await self._database.write(work)

    async def change_tenant(self, name: str, change: TenantChange) -> None:
        values = {
            "sms_webhook": change.sms_webhook,
            "notice_url": change.notice_url,
            "allow_private_urls": change.allow_private_urls,
            "replies": None if change.replies is None else canonical(change.replies),
        }
        given: dict[str, Any] = {column: value for column, value in values.items() if value is not None}
        if change.policy is not None:
            given |= {"policy": canonical(change.policy), "open_policy": change.open_policy}
        own = caller_id.c.tenant == name
        senders = [*change.removed, *(caller.sender for caller in change.callers)]

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            known = set((await connection.execute(select(caller_id.c.sender).where(own))).scalars())
            if not known.issuperset(change.removed):
                raise NotFoundError("A caller ID that is to be removed is none of this tenant's.")
            if given:
                await connection.execute(update(tenants).where(tenants.c.name == name).values(**given))
            if senders:
                await connection.execute(delete(caller_id).where(own & caller_id.c.sender.in_(senders)))
            if change.callers:
                again = "A caller ID is named twice."
                await _once(connection, insert(caller_id).values(_caller_rows(change.callers)), again)

        await self._database.write(work)

    async def set_auth_tokens(self, name: str, tokens: tuple[str, ...]) -> None:
        sealed = self._cipher.seal(canonical(tokens))

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            await connection.execute(update(tenants).where(tenants.c.name == name).values(auth_tokens=sealed))

        await self._database.write(work)

    async def create_key(self, key: ApiKey) -> None:
        """Errors: also `NotFoundError` for an unknown tenant, `ConflictError` if the SID is taken."""
        row = {
            "sid": key.sid,
            "tenant": key.tenant or None,
            "role": key.role.value,
            "secret_hash": key.secret_hash,
            "campaign": key.campaign,
            "purpose": key.purpose,
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
            "partner": key.partner,
        }

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            known = await connection.execute(select(tenants.c.name).where(tenants.c.name == key.tenant))
            if key.tenant and known.first() is None:
                raise NotFoundError("There is no such tenant.")
            await _once(connection, insert(api_key).values(row), "A key with this SID exists already.")

        await self._database.write(work)

    async def revoke_key(self, sid: str, at: datetime) -> None:
        """Idempotent: the first time stands. Errors: also `NotFoundError`."""

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            found = await connection.execute(select(api_key.c.revoked_at).where(api_key.c.sid == sid))
            if found.first() is None:
                raise NotFoundError("There is no such key.")
            live = (api_key.c.sid == sid) & api_key.c.revoked_at.is_(None)
            await connection.execute(update(api_key).where(live).values(revoked_at=at))

        await self._database.write(work)

    async def add_destination(self, destination: OwnDestination) -> None:
        """Errors: also `NotFoundError` for an unknown tenant, `ConflictError` if it has the number already."""
        own = (own_destination.c.tenant == destination.tenant) & (own_destination.c.number == destination.number)

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            known = await connection.execute(select(tenants.c.name).where(tenants.c.name == destination.tenant))
            if known.first() is None:
                raise NotFoundError("There is no such tenant.")
            live = await connection.execute(
                select(own_destination.c.number).where(own, own_destination.c.removed_at.is_(None))
            )
            if live.first() is not None:
                raise ConflictError("This is one of the tenant's own destinations already.")
            await connection.execute(insert(own_destination).values(_destination_row(destination)))

        await self._database.write(work)

    async def remove_destination(self, tenant: str, number: Callee, by: str, at: datetime) -> None:
        """Its row stays, with who removed it and when."""
        live = (
            (own_destination.c.tenant == tenant)
            & (own_destination.c.number == number)
            & own_destination.c.removed_at.is_(None)
        )

        async def work(connection: AsyncConnection) -> None:
            await _raise_version(connection)
            if (await connection.execute(select(own_destination.c.number).where(live))).first() is None:
                raise NotFoundError("This is none of the tenant's own destinations.")
            await connection.execute(update(own_destination).where(live).values(removed_by=by, removed_at=at))

        await self._database.write(work)

    def _tenant(self, row: Row[Any]) -> Tenant:
        return Tenant(
            name=row.name,
            region=row.region,
            account_sid=row.account_sid,
            auth_tokens=tuple(json.loads(self._cipher.unseal(row.auth_tokens))),
            open_policy=row.open_policy,
            policy=json.loads(row.policy),
            sms_webhook=row.sms_webhook,
            allow_private_urls=row.allow_private_urls,
            created_at=row.created_at,
            replies=json.loads(row.replies),
            notice_url=row.notice_url,
        )


def _caller_rows(callers: Sequence[CallerId]) -> list[dict[str, str]]:
    return [
        {"tenant": caller.tenant, "sender": caller.sender, "carrier_keywords": caller.carrier_keywords.value}
        for caller in callers
    ]


def _destination(row: Row[Any]) -> OwnDestination:
    return OwnDestination(
        tenant=row.tenant,
        number=row.number,
        note=row.note,
        added_by=row.added_by,
        added_at=row.added_at,
        removed_by=row.removed_by,
        removed_at=row.removed_at,
    )


def _destination_row(destination: OwnDestination) -> dict[str, Any]:
    return {
        "tenant": destination.tenant,
        "number": destination.number,
        "note": destination.note,
        "added_by": destination.added_by,
        "added_at": destination.added_at,
        "removed_by": destination.removed_by,
        "removed_at": destination.removed_at,
    }


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        sid=row.sid,
        tenant=row.tenant or "",
        role=Role(row.role),
        secret_hash=row.secret_hash,
        campaign=row.campaign,
        purpose=row.purpose,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        partner=row.partner,
    )


async def _raise_version(connection: AsyncConnection) -> None:
    """First of all: the row's lock puts the writers in line."""
    await connection.execute(update(directory).values(version=directory.c.version + 1))


async def _once(connection: AsyncConnection, statement: Executable, taken: str) -> None:
    try:
        await connection.execute(statement)
    except IntegrityError as error:
        raise ConflictError(taken) from error
