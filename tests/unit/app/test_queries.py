"""The copy of the directory answers for one tenant at a time."""

from __future__ import annotations

from dialgate.app.queries import DirectorySnapshot, OwnDestination
from dialgate.domain.numbers import E164
from tests.fakes.journal_tools import AT

AGENT, LINE = E164("+12025550141"), E164("+12025550142")


def test_own_destinations_are_those_that_were_not_removed() -> None:
    """Of the tenant that is asked for, whatever others have."""
    rows = (
        OwnDestination("acme", AGENT, "", "SK1", AT),
        OwnDestination("acme", LINE, "", "SK1", AT, "SK1", AT),
        OwnDestination("bolt", LINE, "", "SK1", AT),
    )
    known = DirectorySnapshot(1, {}, {}, {}, {}, rows)
    assert [{AGENT}, {LINE}, set()] == [known.own_destinations(name) for name in ("acme", "bolt", "carl")]
