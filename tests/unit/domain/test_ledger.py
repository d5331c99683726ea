"""What the ledger holds."""

from __future__ import annotations

from dialgate.domain.ledger import Source

NAMED = "sms voice agent form email complaint regulator import carrier"


def test_the_sources_of_opt_outs_keep_their_names() -> None:
    """The words that clients send as `source` stay what they are."""
    assert NAMED.split() == [source.value for source in Source]
