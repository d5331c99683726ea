"""What goes on record can be read back as what it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.ports import View
from dialgate.app.records import (
    Kind,
    decision_record,
    kept_until,
    opt_out_of,
    opt_out_record,
    reservation_body,
    reservation_of,
)
from dialgate.domain.decision import Block, Decision
from dialgate.domain.guard import AtMost, Guard, MustBeAbsent, MustBePresent
from dialgate.domain.numbers import Address, Endpoint, NumberRefusal
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Reservation
from dialgate.domain.scope import Scope, ScopeName
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import AT_MS, CLAIM, NUMBER, TENANT, attempt, decision_id, opt_out

GUARDS: tuple[Guard, ...] = (
    MustBeAbsent(ScopeName("acme/*/*/*"), NUMBER),
    MustBePresent(ScopeName("consents"), NUMBER),
    AtMost("cap", 3, 86_400),
)
SCOPES = (ScopeName("acme/*/*/*"), ScopeName("acme/voice/*/*"))
RESERVATION = Reservation(
    decision_id(1), NUMBER, TENANT, "voice", SCOPES, GUARDS, 86_400, CLAIM, due_ms=AT_MS + 1, closes_ms=AT_MS + 2
)
VIEW = View(generation=3, head=7)


def through_json(body: object) -> dict[str, object]:
    read: dict[str, object] = json.loads(json.dumps(body))
    return read


@pytest.mark.parametrize("reservation", [RESERVATION, replace(RESERVATION, claim=None, guards=())])
def test_a_reservation_comes_back_whole(reservation: Reservation) -> None:
    """After a loss the store gets the same reservation, guards and claim included."""
    body = through_json(reservation_body(reservation))
    assert reservation == reservation_of(decision_id(1), TENANT, body)


def test_a_record_without_times_is_read_as_one_without() -> None:
    """Gates of an earlier version wrote neither a due time nor the end of a window."""
    body = {name: value for name, value in reservation_body(RESERVATION).items() if name not in {"due_ms", "closes_ms"}}
    assert replace(RESERVATION, due_ms=0, closes_ms=0) == reservation_of(decision_id(1), TENANT, body)


def test_what_is_scheduled_is_kept_from_its_own_time_on() -> None:
    """Its counts and its lifetime begin when it is due, so a store that is lost until then gets it back."""
    due_ms = AT_MS + 35 * 86_400_000
    body = decision_record(Decision(attempt(), (), "1", AT), VIEW, replace(RESERVATION, due_ms=due_ms), AT_MS).body
    assert kept_until(body, AT) >= AT + timedelta(days=35, seconds=86_400)


def test_a_guard_that_nobody_knows_is_not_passed_over() -> None:
    """A record of another version is refused rather than restored with a guard missing."""
    body = reservation_body(RESERVATION) | {"guards": [["at_least", "cap", 1]]}
    with pytest.raises(ValueError, match="not a guard"):
        reservation_of(decision_id(1), TENANT, body)


def test_an_opt_out_comes_back_whole() -> None:
    """What a journal carries to SQL is the opt-out that was taken in."""
    narrow = replace(opt_out(evidence="SM1"), scope=Scope(TENANT, "sms", "survey", "spring"), note="said so")
    record = opt_out_record(narrow)
    assert narrow == opt_out_of(replace(record, body=through_json(record.body)))


def test_a_snooze_comes_back_with_its_end() -> None:
    """When it ends goes through the journal; what an earlier version wrote has no end."""
    snooze = replace(opt_out(), ends_at=AT + timedelta(days=30, microseconds=1))
    body = through_json(opt_out_record(snooze).body)
    assert snooze == opt_out_of(replace(opt_out_record(snooze), body=body))
    del body["ends_at"]
    assert replace(snooze, ends_at=None) == opt_out_of(replace(opt_out_record(snooze), body=body))


def test_an_allow_holds_what_it_was_made_from() -> None:
    """The record names the generation, the head, the guards and the store's time of the reservation."""
    record = decision_record(Decision(attempt(), (), "policy-1", AT), VIEW, RESERVATION, AT_MS)
    body = through_json(record.body)
    assert (Kind.DECISION, decision_id(1), TENANT, AT) == (record.kind, record.id, record.tenant, record.at)
    assert ("allow", 3, 7, AT_MS, "policy-1", NUMBER, "US") == tuple(
        body[key] for key in ("verdict", "generation", "head", "reserved_at_ms", "policy_version", "number", "region")
    )
    assert RESERVATION == reservation_of(record.id, record.tenant, record.body["reservation"])


def test_a_refusal_holds_every_reason() -> None:
    """Reasons go on record in order, with rule, scope and the time to come back."""
    later = AT + timedelta(hours=1)
    blocks = (
        Block(Reason.SUPPRESSED, "suppression", "Said no.", scope="acme/*/*/*"),
        Block(Reason.DUPLICATE, "duplicate", "Twice.", retry_at=later),
    )
    body = through_json(decision_record(Decision(attempt(), blocks, "1", AT), VIEW).body)
    assert ("block", None, None) == (body["verdict"], body["reservation"], body["retry_at"])
    reasons = body["reasons"]
    assert isinstance(reasons, list)
    assert [("suppressed", "acme/*/*/*", None), ("duplicate", "", later.isoformat())] == [
        (reason["code"], reason["scope"], reason["retry_at"]) for reason in reasons
    ]


def test_an_unreadable_number_is_kept_as_asked_and_cut() -> None:
    """What was asked stays visible, and nobody fills the log with it."""
    asked = replace(attempt(), called=NumberRefusal("letters", "Write digits."), called_as_asked="x" * 1_000)
    block = Block(Reason.INVALID_NUMBER, "number_validity", "Write digits.")
    body = decision_record(Decision(asked, (block,), "1", AT), VIEW).body
    assert ("x" * 64, "", "", []) == (body["to"], body["number"], body["region"], body["time_zones"])


def test_an_address_is_kept_in_the_place_of_the_number() -> None:
    """And its reservation comes back; it has no region."""
    asked = replace(attempt(), called=Endpoint(Address("client:alice")), called_as_asked="client:alice")
    body = decision_record(Decision(asked, (), "1", AT), VIEW).body
    assert ("client:alice", "client:alice", "") == (body["to"], body["number"], body["region"])
    reserved = replace(RESERVATION, number=Address("client:alice"))
    assert reserved == reservation_of(reserved.id, TENANT, reservation_body(reserved))
