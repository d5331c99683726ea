"""The port `DecisionLog`, over each store that has one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.app.errors import BadRequestError
from dialgate.app.queries import Filter
from dialgate.app.records import Kind, Record
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.reasons import Reason
from dialgate.domain.scope import Scope
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.log import SqlDecisionLog
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.decision_records import ANN, NOON, allowed, attempt, blocked, decision_id, later

BOB = E164("+12025550102")
MINUTE = timedelta(minutes=1)

FIRST = allowed(NOON, of=attempt(NOON, campaign="spring", key="SK2"))
SECOND = blocked(NOON + MINUTE, Reason.SUPPRESSED, Reason.DUPLICATE)
OTHERS = blocked(NOON + 2 * MINUTE, Reason.DUPLICATE, of=attempt(NOON + 2 * MINUTE, "bolt", BOB))
LAST = blocked(NOON + 60 * MINUTE, Reason.DUPLICATE, of=attempt(NOON + 60 * MINUTE, campaign="spring"))


@pytest.fixture
async def log(database: Database) -> SqlDecisionLog:
    await SqlDecisionSink(database).ship([LAST, FIRST, OTHERS, SECOND, later(FIRST, Kind.SENT, carrier_sid="SM1")])
    return SqlDecisionLog(database)


def ids(*records: Record) -> list[str]:
    return [record.id for record in records]


LISTINGS = {
    "all": (Filter(), [LAST, OTHERS, SECOND, FIRST]),
    "of a tenant": (Filter(tenant="acme"), [LAST, SECOND, FIRST]),
    "allowed": (Filter(verdict="allow"), [FIRST]),
    "by any reason": (Filter(reason="duplicate"), [LAST, OTHERS, SECOND]),
    "by the first reason": (Filter(reason="suppressed"), [SECOND]),
    "by reason of a tenant": (Filter(tenant="bolt", reason="duplicate"), [OTHERS]),
    "to a number": (Filter(to=BOB), [OTHERS]),
    "from a sender in a campaign": (Filter(sender="+12025550199", campaign="spring"), [LAST, FIRST]),
    "on a channel with a key": (Filter(channel="sms", key="SK2"), [FIRST]),
    "none": (Filter(channel="voice"), []),
    "between two times": (Filter(since=NOON + MINUTE, until=NOON + 60 * MINUTE), [OTHERS, SECOND]),
    "by reason since": (Filter(reason="duplicate", since=NOON + 2 * MINUTE), [LAST, OTHERS]),
}


@pytest.mark.parametrize(("wanted", "found"), LISTINGS.values(), ids=LISTINGS)
async def test_a_listing_holds_what_was_asked_for(log: SqlDecisionLog, wanted: Filter, found: list[Record]) -> None:
    """Every filter narrows, and the newest comes first."""
    assert ids(*found) == [row.id for row in (await log.listing(wanted, 10)).items]


@pytest.mark.parametrize("wanted", [Filter(), Filter(reason="duplicate")], ids=["all", "by reason"])
async def test_pages_follow_each_other_without_gap_or_repeat(database: Database, wanted: Filter) -> None:
    """Rows of the same instant and rows shipped between two pages neither hide nor double any older one."""
    sink, log = SqlDecisionSink(database), SqlDecisionLog(database)
    records = [blocked(NOON + n // 3 * MINUTE, Reason.DUPLICATE) for n in range(10)]
    await sink.ship(records)
    seen, cursor = [], ""
    while True:
        page = await log.listing(wanted, 4, cursor)
        seen += [row.id for row in page.items]
        await sink.ship([blocked(NOON + 90 * MINUTE, Reason.DUPLICATE)])
        if not page.next:
            break
        cursor = page.next
    assert ids(*sorted(records, key=lambda record: (record.at, record.id), reverse=True)) == seen


async def test_the_last_page_has_no_cursor(log: SqlDecisionLog) -> None:
    """A full page that is the last says so."""
    assert ["", ""] == [(await log.listing(Filter(), limit)).next for limit in (4, 5)]


@pytest.mark.parametrize("cursor", ["x", "1-2", f"-1-{'a' * 32}", f"1-{'A' * 32}", f"{'9' * 18}-{'a' * 32}", "1" * 99])
async def test_a_forged_cursor_is_refused(log: SqlDecisionLog, cursor: str) -> None:
    """A cursor is read strictly: what no listing gave is the caller's error."""
    with pytest.raises(BadRequestError):
        await log.listing(Filter(), 10, cursor)


@pytest.mark.parametrize("limit", [0, -1, 1_001])
async def test_a_limit_out_of_range_is_refused(log: SqlDecisionLog, limit: int) -> None:
    """A page holds 1 to 1,000 rows."""
    with pytest.raises(BadRequestError):
        await log.listing(Filter(), limit)


async def test_a_stream_gives_all_rows(database: Database) -> None:
    """More rows than a page come in batches, newest first."""
    records = [blocked(NOON + n * MINUTE) for n in range(1_205)]
    await SqlDecisionSink(database).ship(records)
    batches = [batch async for batch in SqlDecisionLog(database).stream(Filter(tenant="acme"))]
    assert ids(*reversed(records)) == [row.id for batch in batches for row in batch]
    assert [1_000, 205] == [len(batch) for batch in batches]


async def test_one_decision_comes_with_its_events(log: SqlDecisionLog) -> None:
    """The record of an attempt holds what happened later; of an unknown id there is none."""
    row = await log.get(FIRST.id)
    assert row is not None
    assert ["sent"] == [kind for kind, _, _ in row.events]
    assert await log.get(decision_id(NOON)) is None


@pytest.mark.parametrize(
    ("group_by", "counts"),
    [
        ("reason", [("", 1, 0), ("duplicate", 0, 3), ("suppressed", 0, 1)]),
        ("campaign", [("", 0, 2), ("spring", 1, 1)]),
        ("key", [("SK1", 0, 3), ("SK2", 1, 0)]),
        ("channel", [("sms", 1, 3)]),
        ("region", [("US", 1, 3)]),
        ("hour", [("2026-11-21T12:00:00Z", 1, 2), ("2026-11-21T13:00:00Z", 0, 1)]),
    ],
)
async def test_statistics_count_verdicts(
    log: SqlDecisionLog, group_by: str, counts: list[tuple[str, int, int]]
) -> None:
    """Allowed and blocked by group; an attempt with two reasons counts under both."""
    assert counts == await log.stats(Filter(), group_by)


async def test_statistics_take_filters(log: SqlDecisionLog) -> None:
    """The same filters as the listing's narrow what is counted."""
    assert [("", 0, 1)] == await log.stats(Filter(tenant="acme", reason="suppressed"), "campaign")
    assert [("duplicate", 0, 1), ("suppressed", 0, 1)] == await log.stats(Filter(reason="suppressed"), "reason")
    assert [] == await log.stats(Filter(until=NOON), "hour")


async def test_statistics_of_an_unknown_group_are_refused(log: SqlDecisionLog) -> None:
    """What is not a group is the caller's error, never part of a statement."""
    with pytest.raises(BadRequestError):
        await log.stats(Filter(), "tenant; --")


async def test_a_number_shows_all_that_is_known_of_it(log: SqlDecisionLog, database: Database) -> None:
    """Opt-outs with whether they hold, lifts with what they name, decisions with events; oldest first, per tenant."""
    ledger = SqlLedger(database)
    first, second = (
        OptOut(OptOutId(name), ANN, Scope("acme"), Source.SMS, "carrier", NOON, NOON) for name in ("one", "two")
    )
    foreign = OptOut(OptOutId("three"), ANN, Scope("bolt"), Source.FORM, "SK9", NOON, NOON)
    for said in (first, second, foreign):
        await ledger.record_opt_out(said)
    lift = Lift(OptOutId("lift"), ANN, "acme", (first.id,), Source.SMS, "carrier", NOON, "START", "SM2")
    await ledger.record_lift(lift)
    facts = await log.number("acme", ANN)
    assert ((first, False), (second, True)) == facts.opt_outs
    assert ({"id": "lift", "tenant": "acme", "source": "sms", "actor": "carrier", "recorded_at": NOON, "note": "START",
             "evidence": "SM2", "names": ["one"]},) == facts.lifts  # fmt: skip
    assert ids(FIRST, SECOND, LAST) == [row.id for row in facts.decisions]
    assert [1, 0, 0] == [len(row.events) for row in facts.decisions]
    assert ((first, False), (second, True), (foreign, True)) == (await log.number("", ANN)).opt_outs


async def test_a_carriers_name_has_an_owner(log: SqlDecisionLog) -> None:
    """Only what a tenant made through the gate is its own."""
    assert ("acme", FIRST.id) == await log.owner("SM1")
    assert await log.owner("SM2") is None
    assert frozenset({"SM1"}) == await log.made("acme", ["SM1", "SM2"])
    assert frozenset() == await log.made("bolt", ["SM1", "SM2"])
    assert frozenset() == await log.made("acme", [])
