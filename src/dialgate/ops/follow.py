"""`--follow`: rows as they come, for whoever leaves it open all day. It outlives restarts of the gate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dialgate.ops.client import Client, GateAwayError, GateRefusedError
from dialgate.ops.screen import Lines

EVERY_S = 1.0
LATE = timedelta(seconds=5)
"""A decision may be listed this much later than it was made."""
REMEMBERED = 20_000
PAGE = 500
SERVER_ERRORS = range(500, 600)


@dataclass(slots=True)
class Feed:
    """Rows that were not seen before, oldest first."""

    client: Client
    query: dict[str, Any]
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _newest: str = ""

    def take(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`rows` newest first, as the gate lists them."""
        fresh = [row for row in reversed(rows) if row["id"] not in self._seen]
        for row in fresh:
            self._seen[row["id"]] = None
            self._newest = max(self._newest, row["decided_at"])
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return fresh

    def poll(self) -> list[dict[str, Any]]:
        """Errors: `GateAwayError`, `GateRefusedError`."""
        asked = {**self.query, "since": self._since(), "limit": PAGE}
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.client.get("/v1/decisions", {**asked, "cursor": cursor})
            found += page["items"]
            cursor = page["next"]
            if not cursor:
                return self.take(found)

    def _since(self) -> str:
        if not self._newest:
            return str(self.query["since"])
        return (datetime.fromisoformat(self._newest) - LATE).isoformat().replace("+00:00", "Z")


def follow(feed: Feed, screen: Lines, first: list[dict[str, Any]], pause: Callable[[float], None] = time.sleep) -> None:
    """Until Ctrl-C. Errors: `GateRefusedError` for anything that waiting does not mend."""
    screen.begin()
    try:
        screen.show(feed.take(first))
        with suppress(KeyboardInterrupt):
            while True:
                _once(feed, screen)
                pause(EVERY_S)
    finally:
        screen.end()


def _once(feed: Feed, screen: Lines) -> None:
    try:
        rows = feed.poll()
    except GateAwayError:
        screen.away(datetime.now().astimezone())
    except GateRefusedError as error:
        if error.status not in SERVER_ERRORS:
            raise
        screen.away(datetime.now().astimezone())
    else:
        screen.answered()
        screen.show(rows)
