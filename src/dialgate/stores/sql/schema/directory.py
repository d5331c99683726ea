"""The directory: tenants, their callers, the keys. Secrets are encrypted (account pairs) or hashed (keys)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from dialgate.stores.sql.schema.columns import Time, Whole, Words, metadata

directory = Table(
    "directory",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("version", Whole, nullable=False),
)

tenant = Table(
    "tenant",
    metadata,
    Column("name", Words, primary_key=True),
    Column("region", Words, nullable=False),
    Column("account_sid", Words, nullable=False, unique=True),
    Column("auth_tokens", Words, nullable=False),  # JSON list, encrypted
    Column("open_policy", Boolean, nullable=False),
    Column("policy", Words, nullable=False),  # JSON
    Column("sms_webhook", Words, nullable=False),
    Column("allow_private_urls", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("replies", Words, nullable=False, server_default="{}"),  # JSON: own words and wordings
    Column("notice_url", Words, nullable=False, server_default=""),
)

api_key = Table(
    "api_key",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("tenant", Words, ForeignKey(tenant.c.name)),  # NULL: an operator key
    Column("role", Words, nullable=False),
    Column("secret_hash", Words, nullable=False),
    Column("campaign", Words, nullable=False),
    Column("purpose", Words, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("revoked_at", Time),
    Column("partner", Words, nullable=False, server_default=""),  # whose it is; empty: the tenant's own
)

caller_id = Table(
    "caller_id",
    metadata,
    Column("tenant", Words, ForeignKey(tenant.c.name), primary_key=True),
    Column("sender", Words, primary_key=True),
    Column("carrier_keywords", Words, nullable=False),
    Index("ix_caller_id_sender", "sender"),
)

own_destination = Table(
    "own_destination",
    metadata,
    Column("tenant", Words, ForeignKey(tenant.c.name), primary_key=True),
    Column("number", Words, primary_key=True),
    Column("note", Words, nullable=False),
    Column("added_by", Words, nullable=False),
    Column("added_at", Time, primary_key=True),
    Column("removed_by", Words, nullable=False),
    Column("removed_at", Time),
)
"""A number that was removed keeps its row: who exempted whom, and how long, can be asked later."""
