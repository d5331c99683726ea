"""The tables, one module per class of record; the same on SQLite and PostgreSQL. Migrations make them, nothing else."""

from __future__ import annotations

from dialgate.stores.sql.schema.columns import metadata
from dialgate.stores.sql.schema.coordination import address, former_webhook, gate, lease, pepper, register_event
from dialgate.stores.sql.schema.decisions import chain, decision, decision_event, decision_reason, inbound, resource
from dialgate.stores.sql.schema.directory import api_key, caller_id, directory, own_destination, tenant
from dialgate.stores.sql.schema.hearing import bookmark, notice, notice_attempt, partner, review
from dialgate.stores.sql.schema.ledger import ledger, lifted, partition

__all__ = [
    "address",
    "api_key",
    "bookmark",
    "caller_id",
    "chain",
    "decision",
    "decision_event",
    "decision_reason",
    "directory",
    "former_webhook",
    "gate",
    "inbound",
    "lease",
    "ledger",
    "lifted",
    "metadata",
    "notice",
    "notice_attempt",
    "own_destination",
    "partition",
    "partner",
    "pepper",
    "register_event",
    "resource",
    "review",
    "tenant",
]
