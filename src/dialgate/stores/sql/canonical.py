"""JSON with one spelling for one value, and the links of a tenant's hash chain that are made from it.

A link is SHA-256 over the previous link (32 bytes, zeros before the first) and the UTF-8 text
`["<id>","<tenant>","<decided_at>",<body>]`: no white space, keys sorted, everything but ASCII escaped, the time in UTC
with microseconds. Whoever holds the rows can repeat that without this program.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from dialgate.stores.spelling import spelled

GENESIS = bytes(32)


def canonical(value: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    """Errors: `ValueError` or `TypeError` for what JSON cannot say."""
    return spelled(value).decode("ascii")


def link(previous: bytes, decision_id: str, tenant: str, decided_at: datetime, body: str) -> bytes:
    """`body`: canonical JSON."""
    time = decided_at.astimezone(UTC).isoformat(timespec="microseconds")
    head = canonical([decision_id, tenant, time])
    return hashlib.sha256(previous + f"{head[:-1]},{body}]".encode()).digest()
