"""Suppression scopes: which attempts an opt-out covers, and which scopes an attempt must be absent from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NewType

ScopeName = NewType("ScopeName", str)
"""`tenant/channel/purpose/campaign`, with `*` for "all". The guard store and the ledger know only this text."""

ALL = "*"
REVOKED_KEYS = ScopeName("revoked-keys")
"""A register beside the suppressions: its members are the SIDs of revoked API keys."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an opt-out covers within one tenant; the default is everything, for ever (CONTRACT section 7)."""

    tenant: str
    channel: str = ALL
    purpose: str = ALL
    campaign: str = ALL

    @property
    def name(self) -> ScopeName:
        return ScopeName(f"{self.tenant}/{self.channel}/{self.purpose}/{self.campaign}")


def read(name: str) -> Scope:
    """The scope behind a name. A campaign may hold any character but `/`, `*` and white space."""
    return Scope(*name.split("/", 3))


@lru_cache(maxsize=4_096)
def covering(tenant: str, channel: str, purpose: str, campaign: str) -> tuple[Scope, ...]:
    """Every scope whose opt-outs cover such an attempt, the widest first."""
    campaigns = (ALL, campaign) if campaign else (ALL,)
    return tuple(Scope(tenant, c, p, k) for k, p, c in product(campaigns, (ALL, purpose), (ALL, channel)))
