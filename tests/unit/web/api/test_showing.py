"""Values of the domain in the shapes that are answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dialgate.app.ports import View
from dialgate.app.queries import DecisionRow
from dialgate.app.records import decision_record
from dialgate.domain.decision import Block, Decision
from dialgate.domain.numbers import Address, Endpoint, NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.rules import RULES
from dialgate.domain.scope import Scope
from dialgate.web.api.showing import decided, in_one_line, row_shown, scope_shown
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import attempt

LATER = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ALLOWED = Decision(attempt(7), (), "1", AT)
DUPLICATE = Block(Reason.DUPLICATE, "duplicate", "Twice.", retry_at=LATER)
BLOCKED = replace(ALLOWED, blocks=(DUPLICATE,))
ID = ALLOWED.attempt.id


def test_one_line_for_dialplans() -> None:
    """Verdict, id, the first reason, and when to try again; what there is none of is a dash."""
    told = [decided(one, dry_run=False, judged_at=AT) for one in (ALLOWED, BLOCKED)]
    dry = decided(BLOCKED, dry_run=True, judged_at=AT)
    assert [f"allow {ID}\n", f"block {ID} duplicate 2026-03-02T04:00:00Z\n"] == [in_one_line(one) for one in told]
    assert "block - duplicate 2026-03-02T04:00:00Z\n" == in_one_line(dry)


def test_a_dry_run_names_each_rule_once() -> None:
    """Every rule of the list has a verdict of its own."""
    told = decided(BLOCKED, dry_run=True, judged_at=AT)
    assert [rule.__name__ for rule in RULES] == [rule.rule for rule in told.rules]
    assert ["duplicate"] == [rule.rule for rule in told.rules if rule.verdict == "block"]
    assert () == decided(BLOCKED, dry_run=False, judged_at=AT).rules


def test_what_is_no_number_has_no_place() -> None:
    """Where no number could be read, nothing is said of region or local time."""
    nobody = replace(ALLOWED, attempt=replace(ALLOWED.attempt, called=NumberRefusal("missing", "Give a number.")))
    checked = decided(nobody, dry_run=False, judged_at=AT).checked
    assert ("", "", (), ()) == (checked.to, checked.region, checked.time_zones, checked.local_times)


def test_a_row_is_shown_as_it_was_recorded() -> None:
    """What the journal kept comes back, the number as this reader may see it."""
    record = decision_record(BLOCKED, View(1, 2))
    row = DecisionRow(record.id, "acme", 3, "ab", AT, record.body, (("settled", LATER, {"status": "busy"}),))
    shown = row_shown(row, lambda _number: "masked")
    assert ("masked", "block", 3, "busy") == (shown.to, shown.verdict, shown.chain_seq, shown.events[0].status)
    assert ("duplicate", LATER) == (shown.reasons[0].code, shown.reasons[0].retry_at)


def test_a_scope_is_shown_by_its_parts() -> None:
    """All is a star."""
    assert {"tenant": "acme", "channel": "sms", "purpose": "*", "campaign": "*"} == scope_shown(
        Scope("acme", "sms")
    ).model_dump()


def test_an_address_is_shown_without_a_place() -> None:
    """It is somewhere, and nobody says where."""
    agent = replace(ALLOWED, attempt=replace(ALLOWED.attempt, called=Endpoint(Address("client:alice"))))
    checked = decided(agent, dry_run=False, judged_at=AT).checked
    assert ("client:alice", "") == (checked.to, checked.region)
