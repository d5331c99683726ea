"""What gates agree on through SQL: who is registered, who indexes, what was done to them, and with which pepper."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

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
