"""The guard store on the Redis protocol; the only place that speaks it."""

from __future__ import annotations

from dialgate.stores.guards.store import RedisGuardStore

__all__ = ["RedisGuardStore"]
