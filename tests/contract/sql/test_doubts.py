"""The port `reconcile.Doubts`, over each store that has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.reconcile import Nameless
from dialgate.app.records import Kind, Record
from dialgate.domain.numbers import E164
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.doubts import SqlDoubts
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.decision_records import ANN, NOON, allowed, attempt, blocked, later

MINUTE = timedelta(minutes=1)
FIRST = allowed(NOON)
SECOND = allowed(NOON + MINUTE)
THIRD = allowed(NOON + 2 * MINUTE)


def doubt(record: Record) -> Record:
    return later(record, Kind.OUTCOME_UNKNOWN, why="silence")


async def ids(database: Database, limit: int = 10) -> list[str]:
    return [row.id for row in await SqlDoubts(database).unknown(NOON, limit)]


async def names(database: Database, channel: str = "sms", number: str = ANN) -> list[str]:
    return [one.id for one in await SqlDoubts(database).nameless(channel, number, NOON)]


async def test_doubts_come_with_their_events_the_newest_first(database: Database) -> None:
    """What is known of nothing but a doubt is in doubt; the newest are those that a limit leaves."""
    await SqlDecisionSink(database).ship([FIRST, SECOND, THIRD, doubt(FIRST), doubt(THIRD)])
    (newest, _) = await SqlDoubts(database).unknown(NOON, 10)
    assert [THIRD.id, FIRST.id] == await ids(database)
    assert [THIRD.id] == await ids(database, limit=1)
    assert (THIRD.body, [Kind.OUTCOME_UNKNOWN]) == (newest.body, [kind for kind, _, _ in newest.events])


KNOWN = (Kind.SENT, Kind.NAMED, Kind.RELEASED, Kind.SETTLED, Kind.RECALLED, Kind.WINDOW_CLOSED)


@pytest.mark.parametrize("kind", KNOWN)
async def test_whatever_is_known_ends_a_doubt(database: Database, kind: Kind) -> None:
    """A name, a release or an end, whichever came first."""
    known = later(FIRST, kind, carrier_sid="SM1")
    await SqlDecisionSink(database).ship([FIRST, SECOND, known, doubt(FIRST), doubt(SECOND)])
    assert [SECOND.id] == await ids(database)


async def test_old_doubts_are_left_alone(database: Database) -> None:
    """Whatever they were is over."""
    old = allowed(NOON - timedelta(days=2))
    await SqlDecisionSink(database).ship([old, doubt(old)])
    assert [] == await ids(database)


async def test_whoever_may_have_made_something_is_nameless(database: Database) -> None:
    """In doubt, settled without a name or still under way; with the sender that it was asked for with."""
    await SqlDecisionSink(database).ship([FIRST, SECOND, THIRD, doubt(FIRST), later(SECOND, Kind.SETTLED)])
    found = await SqlDoubts(database).nameless("sms", ANN, NOON)
    expected = [Nameless(one.id, one.at, "+12025550199") for one in (FIRST, SECOND, THIRD)]
    assert expected == sorted(found, key=lambda one: one.decided_at)


async def test_nobody_else_is_nameless(database: Database) -> None:
    """Not those that have a name or were released, nor refused ones, nor those that others place."""
    for_others = replace(
        allowed(NOON), body={**FIRST.body, "reservation": {**FIRST.body["reservation"], "claim": None}}
    )
    named = [later(FIRST, Kind.SENT, carrier_sid="SM1"), later(SECOND, Kind.NAMED, carrier_sid="SM2")]
    released = later(THIRD, Kind.RELEASED)
    await SqlDecisionSink(database).ship([FIRST, SECOND, THIRD, for_others, blocked(NOON), *named, released])
    assert [] == await names(database)


async def test_other_numbers_and_channels_are_not_asked_about(database: Database) -> None:
    """Nor what was decided before."""
    other = allowed(NOON, of=attempt(NOON, number=E164("+12025550102")))
    early = allowed(NOON - MINUTE)
    await SqlDecisionSink(database).ship([FIRST, other, early])
    assert ([FIRST.id], [], [other.id]) == (
        await names(database),
        await names(database, channel="voice"),
        await names(database, number="+12025550102"),
    )


async def test_what_has_an_owner_is_told(database: Database) -> None:
    """Of whichever tenant; however many are asked about."""
    named = [later(FIRST, Kind.SENT, carrier_sid="SM1"), later(SECOND, Kind.NAMED, carrier_sid="SM2")]
    await SqlDecisionSink(database).ship([FIRST, SECOND, *named])
    asked = ["SM2", "SM3", "SM1", *(f"SMx{number}" for number in range(20_000))]
    assert frozenset({"SM1", "SM2"}) == await SqlDoubts(database).owned(asked)
    assert frozenset() == await SqlDoubts(database).owned([])
