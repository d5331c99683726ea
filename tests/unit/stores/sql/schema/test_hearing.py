"""What a gate of the step before writes is still good."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, select

from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import tenant

AT = datetime(2026, 11, 21, tzinfo=UTC)


async def test_a_tenant_without_words_of_its_own_has_none(database: Database) -> None:
    """An older gate does not know the columns, and its tenants answer with the words of everybody."""
    texts = dict.fromkeys(("name", "region", "account_sid", "auth_tokens", "policy", "sms_webhook"), "a")
    row = texts | {"open_policy": False, "allow_private_urls": False, "created_at": AT}
    await database.execute(insert(tenant).values(row))
    rows = await database.rows(select(tenant.c.replies, tenant.c.notice_url))
    assert [("{}", "")] == [tuple(row) for row in rows]
