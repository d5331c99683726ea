"""What the inbox does beneath its port."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from dialgate.app.queries import Inbound
from dialgate.stores.sql.inbox import SqlInbox
from tests.sql_backends import Place


async def test_two_gates_that_note_at_once_keep_one(place: Place) -> None:
    """A message that the carrier delivered to two gates has one answer, and neither gate fails."""
    inboxes = [SqlInbox(await place.open()), SqlInbox(await place.open())]
    heard = [Inbound("SM1", ("acme",), "help", datetime(2026, 11, 21, tzinfo=UTC), answer) for answer in ("a", "b")]
    await asyncio.gather(*(inbox.note(inbound) for inbox, inbound in zip(inboxes, heard, strict=True)))
    assert await inboxes[0].seen("SM1") == await inboxes[1].seen("SM1") in heard
