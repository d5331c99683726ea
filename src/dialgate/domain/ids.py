"""Identifiers that the gate makes itself. Time and chance are arguments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NewType

DecisionId = NewType("DecisionId", str)
"""32 lower-case hex digits: 48 bits of Unix milliseconds, then 80 random bits. Sorts by time."""

OptOutId = NewType("OptOutId", str)
GateId = NewType("GateId", str)

RANDOM_BYTES = 10
_FORM = re.compile(r"[0-9a-f]{32}\Z")


def time_sortable(now_ms: int, random_bytes: bytes) -> str:
    """`now_ms`: Unix milliseconds; `random_bytes`: exactly `RANDOM_BYTES` of them."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed, not {len(random_bytes)}")
    return f"{now_ms:012x}{random_bytes.hex()}"


def well_formed(text: str) -> bool:
    """Whether `text` could have come from `time_sortable`."""
    return _FORM.match(text) is not None


def made_at(identifier: str) -> datetime:
    """The instant (UTC, whole milliseconds) that a well-formed identifier carries."""
    return datetime.fromtimestamp(int(identifier[:12], 16) / 1000, UTC)
