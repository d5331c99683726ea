"""What a gate says of each thing it depends on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from dialgate.app.breaker import FAILURES
from dialgate.app.feeds import FeedItem, Partner
from dialgate.app.gate import Check
from dialgate.app.missed import MESSAGES
from dialgate.app.ports import GateRow
from dialgate.bootstrap.checks import BACKLOG
from dialgate.domain.ids import GateId
from dialgate.domain.scope import Scope
from dialgate.metrics import CARRIER_DOWN, JOURNAL_BACKLOG, PARTNER_BEHIND, PARTNER_LAG, STORE_CLOSED
from dialgate.stores.journal import OwnJournal
from tests.fakes.gate_process import checks_of
from tests.fakes.journal_tools import AT
from tests.fakes.messages import MemoryBookmarks
from tests.fakes.one_gate import opt_out
from tests.fakes.tidings import MemoryPartners
from tests.fakes.web_gate import WebGate


@dataclass(slots=True)
class ToldJournal:
    """As much of the journal as the checks ask."""

    unshipped: int = 0
    failed: asyncio.Event = field(default_factory=asyncio.Event)


def told(unshipped: int = 0) -> OwnJournal:
    return cast("OwnJournal", ToldJournal(unshipped))


async def all_of(gate: WebGate, journal: OwnJournal | None = None, *unowned: str) -> dict[str, Check]:
    return {check.name: check for check in await checks_of(gate, journal or told(), *unowned).all()}


async def problem(gate: WebGate, name: str, journal: OwnJournal | None = None) -> str:
    return (await all_of(gate, journal))[name].problem


def refence(gate: WebGate, **changes: object) -> None:
    fence = gate.server.content.fence
    assert fence is not None
    gate.server.content = gate.server.content.fenced(replace(fence, **changes))  # type: ignore[arg-type]


async def test_a_gate_that_serves_has_no_problem(gate: WebGate) -> None:
    """Each dependency is named, and says how it is."""
    await gate.life.enlist()
    checks = await all_of(gate)
    names = ["ledger", "guard_store", "journal", "gates", "senders", "carrier", "policy", "partners", "missed_messages"]
    assert [(name, "") for name in names] == [(check.name, check.problem) for check in checks.values()]
    details = [checks[name].detail for name in ("ledger", "guard_store", "journal", "gates")]
    expected = ["generation 1, 0 rows", "open at generation 1, row 0", "0 records on their way, 0 chores waiting"]
    assert [*expected, "1 registered"] == details


async def test_nothing_that_is_down_makes_them_fail(gate: WebGate) -> None:
    """With every store gone the answer names each one in words: whoever looks needs it most then."""
    gate.sql_trouble.down = gate.store_trouble.down = True
    problems = {name: check.problem for name, check in (await all_of(gate)).items() if check.problem}
    assert {"ledger": "view: no answer", "guard_store": "fence: no answer", "gates": "view: no answer"} == problems


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"generation": None}, "the suppression index is being loaded; attempts are refused until it is whole"),
        ({"watermark": None}, "the suppression index is being loaded; attempts are refused until it is whole"),
        (
            {"layout": "two", "watermark": None},
            "the store was filled with another layout or pepper; it will be loaded anew",
        ),
        ({"history_id": "h0"}, "the server was restarted or replaced; the index is being verified"),
        ({"generation": 2}, "this gate has not confirmed the store's generation yet"),
    ],
)
async def test_each_reason_why_the_store_is_closed_is_said(
    gate: WebGate, changes: dict[str, object], expected: str
) -> None:
    """Attempts are refused meanwhile, and the operator reads why."""
    refence(gate, **changes)
    store = (await all_of(gate))["guard_store"]
    assert (expected, True) == (store.problem, store.refusing)


async def test_rows_that_are_still_to_be_applied_are_counted(gate: WebGate) -> None:
    """The index lags behind the ledger for moments: how far is said."""
    for number in range(3):
        await gate.ledger.record_opt_out(opt_out(f"o{number}"))
    gate.state.learn(await gate.ledger.view())
    assert "3 ledger rows are still to be applied" == await problem(gate, "guard_store")


async def test_a_filling_journal_is_told_at_half_of_its_bound(gate: WebGate) -> None:
    """Somebody can look before attempts are refused for it."""
    assert ("", f"{BACKLOG + 1} records are not in SQL yet; attempts are refused beyond 32,768") == (
        await problem(gate, "journal", told(BACKLOG)),
        await problem(gate, "journal", told(BACKLOG + 1)),
    )


async def test_a_failed_journal_is_told(gate: WebGate) -> None:
    """The process is about to end; until then nobody sends it work."""
    journal = told()
    journal.failed.set()
    assert "a write failed; this process ends and is replaced" == await problem(gate, "journal", journal)


async def test_gates_that_keep_everybody_waiting_are_named(gate: WebGate) -> None:
    """By their ids, with the way out for a gate whose directory is lost; those that have confirmed are not."""
    gate.sql.generation = 3
    for name, confirmed in (("slow", 2), ("good", 3), ("lost", 1)):
        gate.sql.gates[GateId(name)] = GateRow(GateId(name), "dir", confirmed)
    said = await problem(gate, "gates")
    assert said.startswith("waiting for slow, lost to confirm generation 3.")
    assert said.endswith("dialgate db retire-gate ID")


async def test_senders_that_nobody_owns_are_named(gate: WebGate) -> None:
    """Messages to them opt out everywhere: the operator is told which, and how to give them an owner."""
    said = (await all_of(gate, None, "+1415***0101", "+1415***0100"))["senders"]
    assert "messages came in for +1415***0100, +1415***0101, which no tenant owns" in said.problem
    assert not said.refusing


async def test_a_carrier_that_is_down_is_told_and_the_gate_stays_in_service(gate: WebGate) -> None:
    """Opt-outs still come in here, so nobody may cut the gate off for it."""
    for _ in range(FAILURES):
        gate.breaker.failed()
    carrier = (await all_of(gate))["carrier"]
    await checks_of(gate, told()).measure()
    (down,) = CARRIER_DOWN.collect()
    expected = ("does not answer; creates are refused until it does, opt-outs go on", False, 1.0)
    assert expected == (carrier.problem, carrier.refusing, down.samples[0].value)


def desk(name: str, *, suspends: bool = False) -> Partner:
    return Partner("acme", name, "", "whsec_eA==", 900, suspends=suspends, created_at=AT - timedelta(days=1))


def said_at(at: datetime) -> FeedItem:
    return FeedItem(1, "block", "+12025550101", Scope("acme"), "sms", at, "o1")


async def test_partners_that_lag_are_named(gate: WebGate) -> None:
    """With how far, and whether their keys are suspended for it; the gate stays in service."""
    kept = {("acme", one.name): one for one in (desk("crm"), desk("desk", suspends=True))}
    partners = MemoryPartners(kept, {"acme": [said_at(AT - timedelta(seconds=901))]})
    checks = checks_of(gate, told(), partners=partners)
    await checks.watch_partners()
    (late,) = [check for check in await checks.all() if check.name == "partners"]
    lags = [sample.value for sample in next(iter(PARTNER_LAG.collect())).samples if sample.labels["tenant"] == "acme"]
    expected = (
        "crm of acme (901 s behind, at most 900), desk of acme (901 s behind, at most 900; its keys are suspended)"
    )
    assert (True, False, [901.0] * 2) == (expected in late.problem, late.refusing, lags)
    partners.kept.clear()
    await checks.watch_partners()
    assert {0.0} == {
        sample.value for metric in (PARTNER_LAG, PARTNER_BEHIND) for sample in next(iter(metric.collect())).samples
    }


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(minutes=15), ("", "read back up to 2026-03-02T02:45:00Z")),
        (timedelta(minutes=16), ("the carrier's list of messages was read back up to 2026-03-02T02:44:00Z only", "")),
        (None, ("", "the carrier's list was not read yet")),
    ],
)
async def test_how_far_the_carriers_list_was_read_is_told(
    gate: WebGate, age: timedelta | None, expected: tuple[str, str]
) -> None:
    """With an alarm when what webhooks missed may be missing here too; the gate stays in service."""
    bookmarks = MemoryBookmarks({} if age is None else {MESSAGES: (AT - age).isoformat()})
    checks = checks_of(gate, told(), bookmarks=bookmarks)
    (missed,) = [check for check in await checks.all() if check.name == "missed_messages"]
    assert (*expected, False) == (missed.problem.partition(": ")[0], missed.detail, missed.refusing)


async def test_the_metrics_hear_the_same(gate: WebGate) -> None:
    """A dashboard shows the backlog, and a closed store as 1."""
    checks = checks_of(gate, told(7))
    await checks.measure()
    opened = (JOURNAL_BACKLOG.collect(), STORE_CLOSED.collect())
    refence(gate, generation=2)
    await checks.measure()
    (closed,) = STORE_CLOSED.collect()
    assert [7.0, 0.0, 1.0] == [metric.samples[0].value for (metric,) in opened] + [closed.samples[0].value]
