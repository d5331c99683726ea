"""The port `Inbox`, over each store that has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dialgate.app.queries import Inbound
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.inbox import SqlInbox

STOP = Inbound(
    message_sid="SM1",
    tenants=("acme", "bolt"),
    intent="opt_out",
    received_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    answer="<Response><Message>已退订</Message></Response>",
    facts={"opt_outs": ["one", "two"], "language": "zh"},
)


async def test_a_message_is_known_once_it_was_noted(database: Database) -> None:
    """A replay finds what was answered; an unknown message finds nothing."""
    inbox = SqlInbox(database)
    assert await inbox.seen("SM1") is None
    await inbox.note(STOP)
    assert await inbox.seen("SM1") == STOP


async def test_the_first_note_stands(database: Database) -> None:
    """A message that is noted again keeps its first answer."""
    inbox = SqlInbox(database)
    await inbox.note(STOP)
    await inbox.note(replace(STOP, answer="other"))
    assert await inbox.seen("SM1") == STOP


async def test_a_later_note_says_for_whom_it_was_dealt_with_since(database: Database) -> None:
    """A tenant that came to own the sender later has had the message too."""
    inbox = SqlInbox(database)
    await inbox.note(STOP)
    await inbox.note(replace(STOP, tenants=("acme", "bolt", "cargo"), answer="other"))
    assert await inbox.seen("SM1") == replace(STOP, tenants=("acme", "bolt", "cargo"))
