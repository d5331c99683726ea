"""Take in the refusals that the carrier's list of messages still knows from before: a piece at a time, kept by name.

What was read is kept with where it goes on, so whoever asks again for the same goes on there, on any gate.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialgate.app.read_back import Example, Listed, Walk

if TYPE_CHECKING:
    from dialgate.app.missed import Bookmarks
    from dialgate.app.ports import Clock
    from dialgate.app.read_back import ReadingBack

IMPORT = "import"
PIECE_S = 5.0


class History:
    def __init__(self, reading: ReadingBack, bookmarks: Bookmarks, clock: Clock) -> None:
        self._reading = reading
        self._bookmarks = bookmarks
        self._clock = clock

    async def piece(self, since: datetime, until: datetime | None, tenant: str, *, dry_run: bool) -> Walk:
        """Some seconds' worth. `until` None: when it was first asked. Once done, asking again begins anew, which
        changes nothing. Errors: every `DialgateError`; what was done in the pieces before stays done.
        """
        walk = await self._kept(since, until, tenant, dry_run=dry_run)
        started_s = self._clock.boottime_s()
        while True:
            walk = await self._reading.step(walk)
            if walk.done:
                await self._bookmarks.forget(_name(walk, until))
                return walk
            await self._bookmarks.keep(_name(walk, until), _written(walk))
            if self._clock.boottime_s() - started_s >= PIECE_S:
                return walk

    async def _kept(self, since: datetime, until: datetime | None, tenant: str, *, dry_run: bool) -> Walk:
        asked = Walk(since, until or self._clock.now().replace(microsecond=0), tenant, dry_run)
        kept = await self._bookmarks.place(_name(asked, until))
        return _read(json.loads(kept)) if kept else asked


def _name(walk: Walk, until: datetime | None) -> str:
    """By what was asked: a dry run and an import of the same never meet."""
    asked = [walk.tenant or "*", walk.since.isoformat(), until.isoformat() if until else "now"]
    return " ".join([IMPORT, "dry" if walk.dry_run else "real", *asked])


def _written(walk: Walk) -> str:
    kept = asdict(replace(walk, counts=Counter())) | {"counts": walk.counts}
    return json.dumps(kept, default=datetime.isoformat, ensure_ascii=False)


def _read(kept: dict[str, Any]) -> Walk:
    at = datetime.fromisoformat
    return replace(
        Walk(**kept),
        since=at(kept["since"]),
        until=at(kept["until"]),
        reached=at(kept["reached"]) if kept["reached"] else None,
        counts=Counter(kept["counts"]),
        waiting=[Listed(**{**row, "sent_at": at(row["sent_at"])}) for row in kept["waiting"]],
        examples=[
            Example(**{**one, "sent_at": at(one["sent_at"]), "tenants": tuple(one["tenants"])})
            for one in kept["examples"]
        ],
    )
