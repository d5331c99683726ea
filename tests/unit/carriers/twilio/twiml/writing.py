"""Documents for tests, written short."""

from __future__ import annotations

from dialgate.app.documents import Problem
from dialgate.carriers.twilio.twiml import Document, read
from dialgate.domain.attempt import Channel

URL = "https://dialer.example/v/start?campaign=1"


def voice(verbs: str) -> str:
    return f"<Response>{verbs}</Response>"


def given(verbs: str, channel: Channel = Channel.VOICE, url: str = URL) -> Document:
    """What was read, which is a document."""
    found = read(voice(verbs).encode(), "text/xml", url, channel)
    assert isinstance(found, Document), found
    return found


def refused(verbs: str, channel: Channel = Channel.VOICE, url: str = URL) -> Problem:
    """Why nothing was read."""
    found = read(voice(verbs).encode(), "text/xml", url, channel)
    assert isinstance(found, Problem), found
    return found
