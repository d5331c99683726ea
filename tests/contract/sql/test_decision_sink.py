"""The port `DecisionSink`, over each store that has one, read back through `DecisionLog`."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from dialgate.app.ports import Kept, View
from dialgate.app.queries import DecisionRow, Filter
from dialgate.app.records import Kind, Record, decision_record, opt_out_record
from dialgate.domain.decision import Decision
from dialgate.domain.guard import AtMost
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.scope import Scope
from dialgate.stores.sql.canonical import GENESIS, canonical, link
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.ledger import SqlLedger
from dialgate.stores.sql.log import SqlDecisionLog
from dialgate.stores.sql.schema import decision
from dialgate.stores.sql.sink import SqlDecisionSink
from tests.decision_records import ANN, NOON, allowed, attempt, blocked, later, reservation
from tests.sql_backends import Place


@pytest.fixture
def sink(database: Database) -> SqlDecisionSink:
    return SqlDecisionSink(database)


@pytest.fixture
def log(database: Database) -> SqlDecisionLog:
    return SqlDecisionLog(database)


def of(tenant: str, seconds: int = 0) -> Record:
    at = NOON + timedelta(seconds=seconds)
    return blocked(at, of=attempt(at, tenant))


async def chain(log: SqlDecisionLog, tenant: str) -> list[DecisionRow]:
    rows = [row async for batch in log.stream(Filter(tenant=tenant)) for row in batch]
    return sorted(rows, key=lambda row: row.chain_seq)


def verified(rows: list[DecisionRow]) -> bool:
    """What an auditor does: every link made again from the rows, from the first one on."""
    previous = GENESIS
    for row in rows:
        previous = link(previous, row.id, row.tenant, row.decided_at, canonical(row.body))
        if previous.hex() != row.chain_hash:
            return False
    return [row.chain_seq for row in rows] == list(range(1, len(rows) + 1))


async def kept(sink: SqlDecisionSink, since: datetime = NOON, at: datetime = NOON) -> list[Kept]:
    return [one async for batch in sink.kept(since, at) for one in batch]


async def test_a_decision_is_kept_as_it_was_made(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """Every field of the record comes back, and the first link is its tenant's first."""
    record = allowed()
    await sink.ship([record])
    row = await log.get(record.id)
    assert row is not None
    assert (record.tenant, 1, record.at, record.body) == (row.tenant, row.chain_seq, row.decided_at, row.body)


async def test_shipping_twice_is_shipping_once(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """A batch told again, or twice within one batch, changes neither rows nor chain."""
    records = [of("acme", n) for n in range(3)]
    await sink.ship([*records, records[0]])
    before = await chain(log, "acme")
    await sink.ship([of("acme", 9), *records])
    assert before == (await chain(log, "acme"))[:3]
    assert 4 == len(await chain(log, "acme"))


async def test_each_tenant_has_a_chain_that_verifies(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """Links follow the order of shipping within each tenant, whatever the times say."""
    records = [of(("acme", "bolt")[n % 2], 10 - n) for n in range(6)]
    await sink.ship(records[:3])
    await sink.ship(records[3:])
    for tenant in ("acme", "bolt"):
        rows = await chain(log, tenant)
        assert [record.id for record in records if record.tenant == tenant] == [row.id for row in rows]
        assert verified(rows)


async def test_a_changed_record_breaks_the_chain(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """Whoever alters one row has to alter every later one of its tenant."""
    await sink.ship([of("acme", n) for n in range(3)])
    first, second, third = await chain(log, "acme")
    forged = DecisionRow(**{name: getattr(second, name) for name in second.__slots__} | {"body": {"verdict": "allow"}})
    assert not verified([first, forged, third])


async def test_two_shippers_share_a_chain(place: Place) -> None:
    """Gates that ship at once, overlapping, put every decision into the chain once."""
    databases = [await place.open(), await place.open()]
    records = [of(("acme", "bolt")[n % 2], n) for n in range(40)]
    batches = [records[start : start + 15] for start in range(0, 40, 5)]
    await asyncio.gather(*(SqlDecisionSink(databases[n % 2]).ship(batch) for n, batch in enumerate(batches)))
    log = SqlDecisionLog(databases[0])
    for tenant in ("acme", "bolt"):
        rows = await chain(log, tenant)
        assert 20 == len(rows)
        assert verified(rows)


async def test_what_happens_later_stands_with_its_decision(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """Events come back in time order, once each, even if one was shipped before its decision."""
    record = allowed()
    sent = later(record, Kind.SENT, carrier_sid="SM1")
    settled = later(record, Kind.SETTLED, 5, status="delivered")
    await sink.ship([settled])
    await sink.ship([record, sent])
    await sink.ship([sent, settled])
    row = await log.get(record.id)
    assert row is not None
    assert (("sent", sent.at, sent.body), ("settled", settled.at, settled.body)) == row.events


async def test_the_first_owner_of_a_name_stays_its_owner(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """A carrier's name, once a tenant's, is never another's."""
    mine, other = allowed(of=attempt(NOON, "acme")), allowed(of=attempt(NOON, "bolt"))
    await sink.ship([later(mine, Kind.SENT, carrier_sid="SM1")])
    await sink.ship([later(other, Kind.SENT, carrier_sid="SM1"), later(other, Kind.SETTLED)])
    assert ("acme", mine.id) == await log.owner("SM1")


async def test_shipped_opt_outs_go_to_the_ledger(sink: SqlDecisionSink, database: Database) -> None:
    """An opt-out from a journal is a ledger row, the same one if the ledger has it already."""
    told, kept_back = (
        OptOut(OptOutId(name), ANN, Scope("acme", "sms"), Source.SMS, "carrier", NOON, NOON, "STOP", "SM1")
        for name in ("one", "two")
    )
    ledger = SqlLedger(database)
    await ledger.record_opt_out(told)
    await sink.ship([opt_out_record(told), of("acme"), opt_out_record(kept_back)])
    assert {"one": 1, "two": 2} == await ledger.sequences(["one", "two"])
    assert [told, kept_back] == await ledger.opt_outs_of("acme", ANN)


async def test_a_name_used_twice_loses_neither_opt_out(sink: SqlDecisionSink, database: Database) -> None:
    """An acknowledged opt-out whose id stands for another row gets an id of its own, the same at each shipping."""
    said = OptOut(OptOutId("one"), ANN, Scope("acme"), Source.SMS, "carrier", NOON, NOON)
    clash = OptOut(OptOutId("one"), ANN, Scope("bolt"), Source.SMS, "carrier", NOON, NOON)
    ledger = SqlLedger(database)
    await ledger.record_opt_out(said)
    for _ in range(2):
        await sink.ship([of("acme"), opt_out_record(clash)])
    assert ([said], [NOON]) == (
        await ledger.opt_outs_of("acme", ANN),
        [one.occurred_at for one in await ledger.opt_outs_of("bolt", ANN)],
    )
    assert 2 == (await ledger.view()).head


async def test_what_is_open_can_be_reserved_again(sink: SqlDecisionSink) -> None:
    """Of the allowed attempts: with name and answer once sent, closed once settled or recalled, none once released."""
    at = [attempt(NOON + timedelta(seconds=n)) for n in range(6)]
    waiting, sent, settled, recalled, released, unknown = (allowed(one.received_at, of=one) for one in at)
    await sink.ship([waiting, sent, settled, recalled, released, unknown, of("acme", 3)])
    answer = b64encode(b"\x00answer").decode()
    await sink.ship(
        [
            later(sent, Kind.SENT, carrier_sid="SM1", answer=answer),
            later(settled, Kind.SENT, carrier_sid="SM2"),
            later(settled, Kind.SETTLED, status="delivered"),
            later(recalled, Kind.SENT, carrier_sid="SM3"),
            later(recalled, Kind.RECALLED, carrier_sid="SM3", status="canceled"),
            later(released, Kind.RELEASED, why="refused"),
            later(unknown, Kind.OUTCOME_UNKNOWN, why="timeout"),
        ]
    )
    ms = [int(one.received_at.timestamp() * 1000) for one in at]
    assert [
        Kept(reservation(at[0]), ms[0], "", open=True, answer=None),
        Kept(reservation(at[1]), ms[1], "SM1", open=True, answer=b"\x00answer"),
        Kept(reservation(at[2]), ms[2], "SM2", open=False, answer=None),
        Kept(reservation(at[3]), ms[3], "SM3", open=False, answer=None),
        Kept(reservation(at[5]), ms[5], "", open=True, answer=None),
    ] == await kept(sink)


async def test_a_call_whose_window_closed_is_over(sink: SqlDecisionSink) -> None:
    """It was cancelled, so nobody reserves it again; its counts stay."""
    closed = allowed(NOON)
    await sink.ship([closed, later(closed, Kind.SENT, carrier_sid="CA1")])
    await sink.ship([later(closed, Kind.WINDOW_CLOSED, carrier_sid="CA1", status=200)])
    assert [False] == [one.open for one in await kept(sink)]


async def test_only_what_is_new_enough_is_kept(sink: SqlDecisionSink) -> None:
    """Older decisions than asked for are left out, and more than one batch comes whole and once."""
    records = [allowed(NOON + timedelta(seconds=n)) for n in range(-5, 1_100)]
    await sink.ship(records)
    found = await kept(sink)
    assert [record.id for record in records[5:]] == [one.reservation.id for one in found]


async def test_what_counts_no_longer_is_not_read(sink: SqlDecisionSink) -> None:
    """A decision is kept as long as its lifetime, its claim or its longest window lasts, and a refusal not at all."""
    call = allowed(NOON)
    month = AtMost("month", 4, 30 * 86_400)
    of_month = attempt(NOON)
    counted = replace(reservation(of_month), guards=(AtMost("day", 1, 86_400), month))
    monthly = decision_record(Decision(of_month, (), "v1", NOON), View(1, 7), counted, int(NOON.timestamp() * 1000))
    await sink.ship([call, monthly, blocked(NOON)])
    ends = {call.id: timedelta(seconds=14_400), monthly.id: timedelta(days=30)}
    for after in (timedelta(), *ends.values(), timedelta(days=30, seconds=1)):
        expected = {id_ for id_, end in ends.items() if after <= end}
        assert expected == {one.reservation.id for one in await kept(sink, at=NOON + after)}


async def test_what_an_older_gate_wrote_is_read_for_a_day(sink: SqlDecisionSink, database: Database) -> None:
    """It does not say until when it counts; nothing of that gate's counted for longer."""
    old = allowed(NOON)
    await sink.ship([old])
    values = (await database.rows(select(decision)))[0]._mapping  # noqa: SLF001 - its public name
    older = {**values, "id": attempt(NOON).id, "chain_seq": 2, "kept_until": None}
    await database.execute(insert(decision).values(older))
    times = [NOON + timedelta(hours=hours) for hours in (24, 26)]
    assert [[older["id"]], []] == [[one.reservation.id for one in await kept(sink, at=at)] for at in times]


async def test_text_that_a_backend_cannot_hold_stops_no_journal(sink: SqlDecisionSink, log: SqlDecisionLog) -> None:
    """A record with a NUL or half a surrogate pair is shipped, exact in its body, and its link verifies."""
    odd = blocked()
    body = {**odd.body, "from": "a\x00\ud800", "to": "\x00"}
    await sink.ship([Record(odd.kind, odd.id, odd.tenant, odd.at, body)])
    rows = await chain(log, "acme")
    assert [json.loads(json.dumps(body))] == [row.body for row in rows]
    assert verified(rows)


async def test_a_report_that_comes_first_does_not_cost_the_answer(sink: SqlDecisionSink) -> None:
    """The carrier's report may name an attempt before the gate that sent it has put the answer on record."""
    record = allowed(NOON)
    answer = b64encode(b"answer").decode()
    await sink.ship([record, later(record, Kind.NAMED, carrier_sid="SM1")])
    (named,) = await kept(sink)
    await sink.ship([later(record, Kind.SENT, carrier_sid="SM1", answer=answer)])
    (sent,) = await kept(sink)
    assert [("SM1", None), ("SM1", b"answer")] == [(one.carrier_sid, one.answer) for one in (named, sent)]
