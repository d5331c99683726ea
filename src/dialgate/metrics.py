"""What Prometheus reads. Counted where every fact passes once: at the journal.

Several gates share one address, so each keeps its numbers in files of one directory and any of them answers for all.
It must not know stores or faces.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from dialgate.app.records import Kind
from dialgate.domain.ids import made_at, well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dialgate.app.ports import Clock, Journal
    from dialgate.app.records import Record

CONTENT_TYPE = CONTENT_TYPE_LATEST
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The library reads this variable when it is imported, so the parent sets it before it starts a gate."""
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)

ATTEMPTS = Counter("dialgate_attempts", "Attempts decided.", ("verdict", "channel"))
REFUSALS = Counter(
    "dialgate_refusals", "Reasons of blocked attempts; one attempt may have several.", ("reason", "channel")
)
DECISION_SECONDS = Histogram(
    "dialgate_decision_seconds", "From the making of a decision's id until it is on record.", buckets=_SECONDS
)
OPT_OUTS = Counter("dialgate_opt_outs", "Opt-outs taken in.", ("source",))
REVIEWS = Counter(
    "dialgate_reviews", "Replies that a person is asked about, and whether they hold meanwhile.", ("held",)
)
LATER = Counter("dialgate_attempt_events", "What happened to allowed attempts later; recalled is one.", ("kind",))
MISSED = Counter(
    "dialgate_missed_messages",
    "Messages that no webhook told, found on the carrier's list, by what they say.",
    ("kind",),
)
WEBHOOKS_REJECTED = Counter(
    "dialgate_webhooks_rejected", "Webhooks that were refused, and whether they read like an opt-out.", ("opt_out",)
)
JOURNAL_BACKLOG = Gauge(
    "dialgate_journal_backlog", "Records that wait for SQL, over all gates.", multiprocess_mode="livesum"
)
STORE_CLOSED = Gauge(
    "dialgate_store_closed",
    "1 while some gate forwards nothing because the index is unverified.",
    multiprocess_mode="livemax",
)
CARRIER_DOWN = Gauge(
    "dialgate_carrier_down", "1 while some gate sends the carrier no creates.", multiprocess_mode="livemax"
)

PARTNER_LAG = Gauge(
    "dialgate_partner_lag_seconds",
    "Age of the oldest refusal that a partner has not acknowledged.",
    ("tenant", "partner"),
    multiprocess_mode="livemostrecent",
)
PARTNER_BEHIND = Gauge(
    "dialgate_partner_behind",
    "Refusals that a partner has not acknowledged; counted up to 10,000.",
    ("tenant", "partner"),
    multiprocess_mode="livemostrecent",
)


_attempts = lru_cache(ATTEMPTS.labels)
_later = lru_cache(LATER.labels)
_partners: set[tuple[str, str]] = set()
"""Whom the gauges name with more than 0."""


class CountedJournal:
    """The journal of a gate, with everything that gets into it counted."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    async def append(self, record: Record) -> None:
        await self._journal.append(record)
        match record.kind:
            case Kind.DECISION:
                self._decided(record)
            case Kind.OPT_OUT:
                OPT_OUTS.labels(record.body["source"]).inc()
            case Kind.REVIEW:
                REVIEWS.labels(str(record.body["held"]).lower()).inc()
            case kind:
                _later(kind.value).inc()

    async def shipped(self) -> None:
        await self._journal.shipped()

    def _decided(self, record: Record) -> None:
        channel = record.body["channel"]
        _attempts(record.body["verdict"], channel).inc()
        for reason in record.body["reasons"]:
            REFUSALS.labels(reason["code"], channel).inc()
        if well_formed(record.id):
            DECISION_SECONDS.observe(max(0.0, (self._clock.now() - made_at(record.id)).total_seconds()))


def state(*, journal_backlog: int, store_closed: bool, carrier_down: bool) -> None:
    """What this gate says of itself; to be told every second or so."""
    JOURNAL_BACKLOG.set(journal_backlog)
    STORE_CLOSED.set(store_closed)
    CARRIER_DOWN.set(carrier_down)


def missed(found: Mapping[str, int]) -> None:
    for kind, count in found.items():
        MISSED.labels(kind).inc(count)


def partners(found: Iterable[tuple[str, str, float, int]]) -> None:
    """Of each: tenant, name, lag in seconds, rows behind. One that is gone is told as 0 from then on: several processes
    share these numbers, and none can take a name out of them.
    """
    now = {(tenant, name): (lag_s, behind) for tenant, name, lag_s, behind in found}
    for known in _partners - now.keys():
        PARTNER_LAG.labels(*known).set(0)
        PARTNER_BEHIND.labels(*known).set(0)
    for known, (lag_s, behind) in now.items():
        PARTNER_LAG.labels(*known).set(lag_s)
        PARTNER_BEHIND.labels(*known).set(behind)
    _partners.clear()
    _partners.update(now)


def share(data_dir: Path) -> None:
    """For the parent, before it starts the first gate: one directory for all, without what an earlier run left."""
    directory = data_dir / "metrics"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in directory.glob("*.db"):
        left.unlink()
    os.environ[DIRECTORY] = str(directory)


def forget(pid: int) -> None:
    """For the parent, when a gate has died: its counts stay, what it said of itself goes."""
    if DIRECTORY in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def exposition() -> bytes:
    """Of all gates of this data directory, in the text format."""
    if DIRECTORY not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
