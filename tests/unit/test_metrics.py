"""What Prometheus reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialgate import metrics
from dialgate.app.errors import JournalUnavailableError
from dialgate.app.ports import View
from dialgate.app.records import Kind, Record, decision_record, opt_out_record
from dialgate.domain.decision import Block, Decision
from dialgate.domain.ids import DecisionId, time_sortable
from dialgate.domain.reasons import Reason
from tests.fakes.journal import MemoryJournal
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.one_gate import attempt, opt_out

GATE = """
import sys
from dialgate import metrics
metrics.ATTEMPTS.labels("allow", "voice").inc()
metrics.state(journal_backlog=int(sys.argv[1]), store_closed=False, carrier_down=False)
if sys.argv[2:]:
    print(metrics.exposition().decode())
"""


def _value(name: str) -> float:
    lines = (line for line in metrics.exposition().decode().splitlines() if line.startswith(f"{name} "))
    return float(next(lines, f"{name} 0").split()[1])


def _decision(*blocks: Block) -> Record:
    id_ = DecisionId(time_sortable(int(AT.timestamp() * 1_000), bytes(10)))
    made = attempt()
    decision = Decision(
        type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"id": id_}), blocks, "1", AT
    )
    return decision_record(decision, View(1, 1))


async def test_decisions_are_counted_where_they_are_recorded() -> None:
    """Each decision counts once by verdict, each of its reasons once, and its time is measured."""
    allowed = 'dialgate_attempts_total{channel="voice",verdict="allow"}'
    blocked = 'dialgate_attempts_total{channel="voice",verdict="block"}'
    reason = 'dialgate_refusals_total{channel="voice",reason="duplicate"}'
    before = {name: _value(name) for name in (allowed, blocked, reason, "dialgate_decision_seconds_sum")}
    clock = SetClock()
    clock.pass_s(0.5)
    journal = metrics.CountedJournal(MemoryJournal(), clock)
    await journal.append(_decision())
    await journal.append(_decision(Block(Reason.DUPLICATE, "duplicate", "Twice.")))
    grown = {name: round(_value(name) - value, 3) for name, value in before.items()}
    assert {allowed: 1, blocked: 1, reason: 1, "dialgate_decision_seconds_sum": 1.0} == grown


async def test_opt_outs_and_later_events_are_counted() -> None:
    """Opt-outs by source; what became of attempts by kind, recalls among it."""
    stops, recalls = 'dialgate_opt_outs_total{source="sms"}', 'dialgate_attempt_events_total{kind="recalled"}'
    before = {name: _value(name) for name in (stops, recalls)}
    inner = MemoryJournal()
    journal = metrics.CountedJournal(inner, SetClock())
    await journal.append(opt_out_record(opt_out()))
    await journal.append(Record(Kind.RECALLED, "1", "acme", AT, {"carrier_sid": "CA1", "status": 200}))
    await journal.shipped()
    assert (0, {stops: 1, recalls: 1}) == (inner.unshipped, {name: _value(name) - old for name, old in before.items()})


async def test_reviews_are_counted_by_whether_they_hold() -> None:
    """So that somebody can be told how many people wait for a decision."""
    held, waiting = 'dialgate_reviews_total{held="true"}', 'dialgate_reviews_total{held="false"}'
    before = {name: _value(name) for name in (held, waiting)}
    journal = metrics.CountedJournal(MemoryJournal(), SetClock())
    for holds in (True, True, False):
        await journal.append(Record(Kind.REVIEW, "1", "acme", AT, {"held": holds}))
    assert {held: 2, waiting: 1} == {name: _value(name) - old for name, old in before.items()}


async def test_what_is_not_on_record_is_not_counted() -> None:
    """A journal that refuses leaves the counters as they are."""
    inner = MemoryJournal()
    inner.broken = True
    name = 'dialgate_attempts_total{channel="voice",verdict="allow"}'
    before = _value(name)
    with pytest.raises(JournalUnavailableError):
        await metrics.CountedJournal(inner, SetClock()).append(_decision())
    assert before == _value(name)


def test_any_gate_answers_for_all_of_them(tmp_path: Path) -> None:
    """Counters of several processes add up, also those of one that has died; what a dead one said of itself goes."""
    environment = dict(os.environ)
    left = tmp_path / "metrics" / "counter_1.db"
    left.parent.mkdir()
    left.write_bytes(b"of an earlier run")
    share = [
        sys.executable,
        "-c",
        f"import os, pathlib; from dialgate import metrics as m; m.share(pathlib.Path({str(tmp_path)!r}))",
    ]
    subprocess.run(share, check=True, env=environment)
    environment[metrics.DIRECTORY] = str(tmp_path / "metrics")
    assert not left.exists()
    dead = subprocess.Popen([sys.executable, "-c", GATE, "5"], env=environment)
    assert 0 == dead.wait()
    forget = [sys.executable, "-c", f"from dialgate import metrics; metrics.forget({dead.pid})"]
    subprocess.run(forget, check=True, env=environment)
    said = subprocess.run([sys.executable, "-c", GATE, "7", "say"], check=True, env=environment, capture_output=True)
    lines = said.stdout.decode().splitlines()
    assert 'dialgate_attempts_total{channel="voice",verdict="allow"} 2.0' in lines
    assert "dialgate_journal_backlog 7.0" in lines
    assert "dialgate_store_closed 0.0" in lines
