"""What gates agree on through SQL: who is registered, who indexes, what was done to them, with which pepper, and what
stands behind addresses that are too short to hold it.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from dialgate.stores.sql.schema.columns import Time, Whole, Words, metadata

gate = Table(
    "gate",
    metadata,
    Column("id", Words, primary_key=True),
    Column("directory", Words, nullable=False),
    Column("confirmed", Whole, nullable=False),
    Column("enlisted_at", Time, nullable=False),
)

INDEXER = "indexer"

lease = Table(
    "lease",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", Time, nullable=False),
)

register_event = Table(
    "register_event",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=True),
    Column("kind", Words, nullable=False),  # struck, generation
    Column("subject", Words, nullable=False),  # id of the gate, or the generation's number
    Column("actor", Words, nullable=False),
    Column("happened_at", Time, nullable=False),
)
"""On record: gates that were struck, generations that were registered. Append-only."""

pepper = Table(
    "pepper",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("pepper_id", Words, nullable=False),
)

address = Table(
    "address",
    metadata,
    Column("digest", Words, primary_key=True),  # SHA-256 of the state, hex
    Column("sealed", Words, nullable=False),  # encrypted
    Column("expires_at", Time, nullable=False),
    Index("ix_address_expires_at", "expires_at"),
)
"""States of calls that are too long for an address. Swept once they have expired."""

former_webhook = Table(
    "former_webhook",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("fields", Words, nullable=False),  # JSON: the carrier's parameter to its value
    Column("kept_by", Words, nullable=False),
    Column("kept_at", Time, nullable=False),
)
"""What the carrier's own settings were before they were pointed at the gate, until they are put back."""
