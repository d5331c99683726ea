"""Refusals from before are taken in a piece at a time, and whoever asks again goes on where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.history import History
from dialgate.app.read_back import Walk
from dialgate.domain.numbers import E164
from tests.fakes.journal_tools import AT
from tests.fakes.messages import MemoryBookmarks, refused, said
from tests.fakes.reading_back import Reading
from tests.unit.app.test_missed import HurryingClock

DAY = timedelta(days=1)
SINCE = AT - 90 * DAY
PEOPLE = [E164(f"+120255510{number:02}") for number in range(6)]


class Before(Reading):
    """Six people: each refused in another way, on pages of two."""

    def __init__(self) -> None:
        super().__init__()
        self.bookmarks = MemoryBookmarks()
        self.messages.size = 2
        self.told(
            said("SM1", "STOP", AT - 80 * DAY, sender=PEOPLE[0]),
            said("SM2", "STOP", AT - 70 * DAY, sender=PEOPLE[1]),
            said("SM3", "START", AT - 60 * DAY, sender=PEOPLE[1]),
            refused("SM4", AT - 50 * DAY, receiver=PEOPLE[2]),
            said("SM5", "thanks", AT - 40 * DAY, sender=PEOPLE[3]),
            said("SM6", "退订", AT - 30 * DAY, sender=PEOPLE[4]),
            said("SM7", "STOP", AT - 100 * DAY, sender=PEOPLE[5]),
        )

    def history(self) -> History:
        """As one gate has it; each piece of it is one page."""
        return History(self.reading, self.bookmarks, HurryingClock(AT))

    async def all(self, *, dry_run: bool = False, tenant: str = "") -> tuple[Walk, int]:
        pieces = 0
        while True:
            walk = await self.history().piece(SINCE, None, tenant, dry_run=dry_run)
            pieces += 1
            if walk.done:
                return walk, pieces

    async def silent(self) -> list[E164]:
        return [one for one in PEOPLE if await self.is_suppressed(number=one)]


@pytest.fixture
async def gate() -> Before:
    gate = Before()
    await gate.directory.refresh()
    return gate


LEFT = [PEOPLE[0], PEOPLE[2], PEOPLE[4]]


async def test_a_history_is_taken_in_over_many_pieces_and_gates(gate: Before) -> None:
    """Each piece goes on where the one before was; nothing is left of it in the end."""
    walk, pieces = await gate.all()
    assert (LEFT, 4, {}) == (await gate.silent(), pieces, gate.bookmarks.places)
    expected = {"stop": 3, "start": 1, "none": 1, "refused_by_carrier": 1}
    assert (expected, 6) == (dict(+walk.counts), walk.listed)


async def test_a_second_import_finds_all_of_it_known(gate: Before) -> None:
    """The result is the same."""
    await gate.all()
    rows = gate.sql.head
    again, _ = await gate.all()
    assert ({"already_known": 6}, rows, LEFT) == (dict(+again.counts), gate.sql.head, await gate.silent())


async def test_a_dry_run_changes_nothing_and_is_no_import(gate: Before) -> None:
    """Both keep their own place; the import does all."""
    await gate.history().piece(SINCE, None, "", dry_run=True)
    dry, _ = await gate.all(dry_run=True)
    assert (0, [], 5) == (gate.sql.head, await gate.silent(), len(dry.examples))
    await gate.all()
    assert LEFT == await gate.silent()


async def test_a_piece_that_fails_is_asked_for_again(gate: Before) -> None:
    """What was done in the pieces before stays done, and is counted once."""
    await gate.history().piece(SINCE, None, "", dry_run=False)
    gate.messages.errors = [CarrierUnreachableError("no answer")]
    with pytest.raises(CarrierUnreachableError):
        await gate.history().piece(SINCE, None, "", dry_run=False)
    walk, _ = await gate.all()
    assert (LEFT, 3, 6) == (await gate.silent(), walk.counts["stop"], walk.listed)


async def test_what_is_asked_otherwise_is_another_import(gate: Before) -> None:
    """Nobody goes on in the middle of somebody else's."""
    await gate.history().piece(SINCE, None, "", dry_run=False)
    other = await gate.history().piece(SINCE, AT - 75 * DAY, "", dry_run=False)
    ours = await gate.history().piece(SINCE, None, "acme", dry_run=False)
    assert (AT - 75 * DAY, AT, 2, "acme") == (other.until, ours.until, ours.listed, ours.tenant)
    assert 3 == len(gate.bookmarks.places)


async def test_a_small_history_is_one_piece(gate: Before) -> None:
    """Nobody is asked to come again for nothing."""
    walk = await History(gate.reading, gate.bookmarks, gate.clock).piece(SINCE, None, "", dry_run=False)
    assert (True, {}) == (walk.done, gate.bookmarks.places)
