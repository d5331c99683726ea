"""What the carrier keeps."""

from __future__ import annotations

from datetime import timedelta

from dialgate.simulator.records import Message
from tests.unit.simulator.conftest import START


def test_a_note_tells_when_and_what() -> None:
    """Each event carries its instant, and the resource counts as updated then."""
    message = Message("SM1", "+1", "+2", "queued", "outbound-api", START, START)
    later = START + timedelta(seconds=1)
    message.note(later, status="sent")
    assert message.events == [{"at": "2026-11-21T20:00:01+00:00", "status": "sent"}]
    assert message.updated_at == later
