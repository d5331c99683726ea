"""Deciding one attempt: what is admitted is reserved and on record, and whatever goes wrong is a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.admit import Admission
from dialgate.app.ports import Claimed, Closed, Refusing, Reserved, View
from dialgate.app.records import Kind, reservation_of
from dialgate.domain.attempt import Attempt
from dialgate.domain.decision import Block, Decision
from dialgate.domain.ledger import Entry
from dialgate.domain.numbers import NumberRefusal, OtherDestination
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Admitted, NotSendable, Reservation
from dialgate.domain.scope import REVOKED_KEYS, Scope, ScopeName
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import AT_MS, CLAIM, FACTS, NUMBER, TENANT, OneGate, attempt
from tests.fakes.policies import facts
from tests.model.in_memory import InMemoryGuardStore

UNREADABLE = replace(attempt(), called=NumberRefusal("letters", "Write digits."), called_as_asked="CALL-ME")
EVERYTHING = Scope(TENANT).name


def suppress(gate: OneGate, scope: ScopeName = EVERYTHING, member: str = NUMBER) -> None:
    content = gate.server.content
    gate.server.content = replace(content, members=content.members | {Entry(scope, member)})


async def refused(gate: OneGate, asked: Attempt | None = None) -> list[str]:
    decision = await gate.admission.admit(asked or attempt(), FACTS)
    assert isinstance(decision, Decision)
    assert not decision.allowed
    return [block.reason.value for block in decision.blocks]


def verdicts(gate: OneGate) -> list[str]:
    return [record.body["verdict"] for record in gate.journal.of(Kind.DECISION)]


async def test_an_admitted_attempt_is_reserved_and_on_record(gate: OneGate) -> None:
    """Leave to send exists only once the store holds the reservation and the journal the decision with its facts."""
    admitted = await gate.admission.admit(attempt(), FACTS, CLAIM)
    assert isinstance(admitted, Admitted)
    (record,) = gate.journal.records
    body = record.body
    assert {attempt().id: False} == gate.held
    assert (attempt().id, "allow", 1, 0, AT_MS) == (
        record.id,
        body["verdict"],
        body["generation"],
        body["head"],
        body["reserved_at_ms"],
    )


async def test_what_has_its_own_times_is_reserved_with_them(gate: OneGate) -> None:
    """When it is due and until when it may be dialled go into the reservation and on record, in milliseconds."""
    due_at, until = AT + timedelta(days=1), AT + timedelta(hours=1)
    await gate.admission.admit(replace(attempt(), due_at=due_at, dial_until=until), FACTS)
    reservation = gate.server.content.held[attempt().id].reservation
    assert (AT_MS + 86_400_000, AT_MS + 3_600_000) == (reservation.due_ms, reservation.closes_ms)
    (record,) = gate.journal.records
    assert reservation == reservation_of(record.id, record.tenant, record.body["reservation"])


async def test_a_refusal_looks_at_the_time_that_it_is_due(gate: OneGate) -> None:
    """What is full today is no reason against a message for tomorrow, also where other rules refuse."""
    tomorrow = AT + timedelta(days=1)
    await gate.admission.admit(attempt(1, content="same"), FACTS)
    now = await gate.admission.dry_run(attempt(2, content="same"), FACTS)
    later = await gate.admission.dry_run(replace(attempt(2, content="same"), due_at=tomorrow), FACTS)
    assert ([Reason.DUPLICATE], []) == ([b.reason for b in now.blocks], [b.reason for b in later.blocks])


async def test_its_age_runs_from_before_the_store_was_asked(gate: OneGate) -> None:
    """Time that the store takes to answer counts, because an opt-out may have come meanwhile."""
    gate.store_trouble.before["admit"] = lambda: gate.pass_s(0.9)
    gate.store_trouble.after["admit"] = lambda: gate.pass_s(0.2)
    admitted = await gate.admission.admit(attempt(), FACTS)
    assert isinstance(admitted, Admitted)
    with pytest.raises(NotSendable):
        admitted.begin(gate.clock.boottime_s())


async def test_a_suppressed_number_is_refused(gate: OneGate) -> None:
    """What the index holds is refused, put on record, and nothing stays reserved."""
    suppress(gate)
    assert ["suppressed"] == await refused(gate)
    assert ({}, ["block"]) == (gate.held, verdicts(gate))


async def test_a_revoked_key_is_refused(gate: OneGate) -> None:
    """A key in the register of the revoked ones places nothing."""
    suppress(gate, REVOKED_KEYS, "SK1")
    assert ["key_suspended"] == await refused(gate)


async def test_each_guard_that_refuses_is_named(gate: OneGate) -> None:
    """Guards that refuse together are told together, in the order of the rules."""
    suppress(gate, REVOKED_KEYS, "SK1")
    suppress(gate)
    suppress(gate, Scope(TENANT, "voice").name)
    assert ["key_suspended", "suppressed", "suppressed"] == await refused(gate)


async def test_guards_are_named_beside_the_blocks_of_rules(gate: OneGate) -> None:
    """An attempt that no rule lets pass is still looked up, so that every failing rule is reported."""
    suppress(gate, REVOKED_KEYS, "SK1")
    assert ["invalid_number", "key_suspended"] == await refused(gate, UNREADABLE)
    assert ["probe"] == gate.store_trouble.asked


async def test_what_reading_found_comes_first(gate: OneGate) -> None:
    """Refusals seen while the request was read are told before those of the rules, and nothing is reserved."""
    suppress(gate)
    found = Block(Reason.SURFACE_BLOCKED, "parameters", "Url is not offered.")
    decision = await gate.admission.admit(attempt(), FACTS, CLAIM, (found,))
    assert isinstance(decision, Decision)
    assert ["surface_blocked", "suppressed"] == [block.reason.value for block in decision.blocks]
    assert ({}, ["block"]) == (gate.held, verdicts(gate))


async def test_a_destination_that_is_no_number_is_refused(gate: OneGate) -> None:
    """Nothing without a number is ever reserved."""
    asked = replace(attempt(), called=OtherDestination("sip:", "a@example.org"))
    assert ["unsupported_destination"] == await refused(gate, asked)
    assert {} == gate.held


async def test_a_duplicate_says_when_it_may_come_again(gate: OneGate) -> None:
    """The second attempt with the same content within a minute is told when the first leaves the window."""
    await gate.admission.admit(attempt(1, content="hello"), FACTS)
    gate.pass_s(20)
    decision = await gate.admission.admit(attempt(2, content="hello"), FACTS)
    assert isinstance(decision, Decision)
    assert ([Reason.DUPLICATE], AT + timedelta(seconds=60)) == (
        [block.reason for block in decision.blocks],
        decision.retry_at,
    )


async def test_a_no_comes_before_the_hour(gate: OneGate) -> None:
    """The reasons stand in the order of the rules, whoever found them: at ten at night in Washington the first reason
    that a dialer reads is still that the person said no.
    """
    suppress(gate)
    decision = await gate.admission.admit(attempt(), facts())
    assert isinstance(decision, Decision)
    assert [Reason.SUPPRESSED, Reason.CALLING_HOURS] == [block.reason for block in decision.blocks][:2]


@pytest.mark.parametrize(
    ("limit", "again"),
    [
        ({"window_s": 1_800}, timedelta(minutes=30)),
        ({"window_s": 3 * 3_600}, timedelta(hours=24)),
        ({"calendar": "day"}, timedelta(hours=2)),
    ],
)
async def test_a_cap_says_when_there_is_room_and_the_hour_permits(
    gate: OneGate, limit: dict[str, object], again: timedelta
) -> None:
    """In half an hour; not at one in the morning but when the window opens; when the called person's day is over."""
    hours = {"windows": {"daily": [["00:00", "00:30"], ["22:00", "23:00"]]}}
    cap = {"limits": [{"scope": "number", "at_most": 1, **limit}]}
    told = facts(base="open", calling_hours=hours, frequency_cap=cap)
    await gate.admission.admit(attempt(1), told)
    decision = await gate.admission.admit(attempt(2), told)
    assert isinstance(decision, Decision)
    assert ([Reason.FREQUENCY_CAP], AT + again) == ([block.reason for block in decision.blocks], decision.retry_at)


async def test_the_same_request_is_not_reserved_twice(gate: OneGate) -> None:
    """A repeat learns which decision the first was, and gets no reservation and no decision of its own."""
    await gate.admission.admit(attempt(1), FACTS, CLAIM)
    again = await gate.admission.admit(attempt(2), FACTS, CLAIM)
    assert Claimed(attempt(1).id, CLAIM.parameters, None) == again
    assert ([attempt(1).id], ["allow"]) == (list(gate.held), verdicts(gate))


async def test_a_closed_partition_refuses(gate: OneGate) -> None:
    """Any doubt of the store about its content is a refusal on record."""
    gate.server.content = replace(gate.server.content, fence=None)
    assert ["index_unverified"] == await refused(gate)
    assert ["block"] == verdicts(gate)


async def test_a_gate_that_has_confirmed_nothing_refuses(gate: OneGate) -> None:
    """Generation 0 admits nothing, whatever the store holds."""
    gate.state.generation = 0
    assert ["index_unverified"] == await refused(gate)


async def test_a_head_that_the_store_has_not_reached_refuses(gate: OneGate) -> None:
    """A ledger row that this gate knows and the store does not closes the store for this gate."""
    gate.state.head = 1
    assert ["index_unverified"] == await refused(gate)


async def test_a_store_that_does_not_answer_refuses_and_gets_an_abandon(gate: OneGate) -> None:
    """The reservation that may have been made behind a lost answer is given back, without the caller's waiting."""
    gate.store_trouble.loses = {"admit"}
    assert ["gate_unavailable"] == await refused(gate)
    assert (1, [attempt().id]) == (len(gate.chores), list(gate.held))
    await gate.chores.run_once()
    assert (0, {}) == (len(gate.chores), gate.held)


async def test_a_command_that_arrives_after_its_abandon_reserves_nothing(gate: OneGate) -> None:
    """The tombstone outlasts the late command."""
    gate.store_trouble.fails = {"admit"}
    await refused(gate)
    await gate.chores.run_once()
    gate.store_trouble.fails = set()
    assert ["gate_unavailable"] == await refused(gate)
    assert {} == gate.held


async def test_a_generation_that_changes_before_the_answer_is_refused(gate: OneGate) -> None:
    """A leave made under a generation that the gate has given up is given back and refused."""

    def confirm_the_next() -> None:
        gate.state.close()
        gate.state.generation = 2

    gate.store_trouble.after["admit"] = confirm_the_next
    assert ["index_unverified"] == await refused(gate)
    assert ({}, ["block"]) == (gate.held, verdicts(gate))


async def test_a_leave_is_taken_back_when_the_gate_closes(gate: OneGate) -> None:
    """What was admitted and not yet sent is lost to a gate that confirms another generation."""
    admitted = await gate.admission.admit(attempt(), FACTS)
    assert isinstance(admitted, Admitted)
    gate.state.close()
    with pytest.raises(NotSendable):
        admitted.begin(gate.clock.boottime_s())


async def test_nothing_is_admitted_off_the_record(gate: OneGate) -> None:
    """A journal that fails after the reservation was made: refused, and the reservation is given back."""
    gate.journal.broken = True
    assert ["gate_unavailable"] == await refused(gate)
    assert {} == gate.held


async def test_a_refusal_that_cannot_be_put_on_record_says_so(gate: OneGate) -> None:
    """The refusal stands, and names the journal as a further reason."""
    suppress(gate)
    gate.journal.broken = True
    assert ["suppressed", "gate_unavailable"] == await refused(gate)


async def test_a_journal_without_room_admits_nothing() -> None:
    """With too many records unshipped, attempts are refused, and nothing stays reserved."""
    gate = OneGate(max_unshipped=1)
    await gate.admission.admit(attempt(1), FACTS)
    assert ["gate_unavailable"] == await refused(gate, attempt(2))
    assert [attempt(1).id] == list(gate.held)


class Vague(InMemoryGuardStore):
    """Refuses without saying which guard."""

    async def admit(
        self, reservation: Reservation, view: View, gate_now_ms: int
    ) -> Reserved | Refusing | Claimed | Closed:
        return Refusing(())


async def test_a_store_that_refuses_without_a_reason_is_not_an_allow(gate: OneGate) -> None:
    """A decision without blocks says allow, so a refusal always gets one."""
    admission = Admission(Vague(lambda: gate.server), gate.journal, gate.state, gate.chores, gate.clock)
    decision = await admission.admit(attempt(), FACTS)
    assert isinstance(decision, Decision)
    assert ([Reason.GATE_UNAVAILABLE], ["block"]) == ([block.reason for block in decision.blocks], verdicts(gate))


async def test_a_dry_run_leaves_no_trace(gate: OneGate) -> None:
    """It tells what would be decided, and reserves, counts and records nothing."""
    suppress(gate)
    decision = await gate.admission.dry_run(attempt(), FACTS)
    assert [Reason.SUPPRESSED] == [block.reason for block in decision.blocks]
    assert ({}, []) == (gate.held, gate.journal.records)


async def test_a_dry_run_of_what_would_pass_says_allow(gate: OneGate) -> None:
    """Nothing refuses, so nothing is named."""
    assert (await gate.admission.dry_run(attempt(), FACTS)).allowed


@pytest.mark.parametrize(("down", "expected"), [(True, Reason.GATE_UNAVAILABLE), (False, Reason.INDEX_UNVERIFIED)])
async def test_a_dry_run_that_cannot_be_checked_is_no_allow(gate: OneGate, down: bool, expected: Reason) -> None:  # noqa: FBT001
    """Without an answer of an open store nobody is told allow."""
    gate.store_trouble.down = down
    gate.state.generation = 2
    decision = await gate.admission.dry_run(attempt(), FACTS)
    assert [expected] == [block.reason for block in decision.blocks]


async def test_what_is_given_back_frees_its_claim_and_its_count(gate: OneGate) -> None:
    """After nothing was sent, the same request with the same content is judged anew."""
    admitted = await gate.admission.admit(attempt(1, content="hello"), FACTS, CLAIM)
    assert isinstance(admitted, Admitted)
    await gate.admission.give_back(admitted.reservation)
    assert isinstance(await gate.admission.admit(attempt(2, content="hello"), FACTS, CLAIM), Admitted)


async def test_a_decision_is_dated_when_it_is_made(gate: OneGate) -> None:
    """The time on record is that of the verdict, not of the request."""
    suppress(gate)
    gate.pass_s(5)
    await refused(gate)
    assert [AT + timedelta(seconds=5)] == [record.at for record in gate.journal.records]


async def test_a_repeat_after_an_opt_out_is_refused(gate: OneGate) -> None:
    """The same bytes sent again once the called person has opted out are refused, not answered with the first call."""
    claim = replace(CLAIM, keep_s=10)
    await gate.admission.admit(attempt(1), FACTS, claim)
    suppress(gate)
    decision = await gate.admission.admit(attempt(2), FACTS, claim)
    assert isinstance(decision, Decision)
    assert [Reason.SUPPRESSED] == [block.reason for block in decision.blocks]


async def test_a_repeat_by_key_gets_the_first_answer_even_after_an_opt_out(gate: OneGate) -> None:
    """Whoever named both requests as one by an `Idempotency-Key` is told what came of the one; nothing is sent."""
    await gate.admission.admit(attempt(1), FACTS, CLAIM)
    suppress(gate)
    assert isinstance(await gate.admission.admit(attempt(2), FACTS, CLAIM), Claimed)


async def test_a_decision_alone_allows_and_stays_reserved(gate: OneGate) -> None:
    """An attempt that is placed outside the gate is allowed once it is reserved and on record, and stays in flight."""
    decision = await gate.admission.decide(attempt(), FACTS)
    assert (True, [attempt().id], ["allow"]) == (decision.allowed, list(gate.held), verdicts(gate))


async def test_a_decision_alone_refuses(gate: OneGate) -> None:
    """What the guards refuse is refused here as well."""
    suppress(gate)
    assert not (await gate.admission.decide(attempt(), FACTS)).allowed


async def test_a_decision_that_took_too_long_is_no_allow(gate: OneGate) -> None:
    """An answer older than a second is refused, released on record, and given back."""
    gate.store_trouble.after["admit"] = lambda: gate.pass_s(1.5)
    decision = await gate.admission.decide(attempt(), FACTS)
    assert [Reason.GATE_UNAVAILABLE] == [block.reason for block in decision.blocks]
    assert ({}, [attempt().id]) == (gate.held, [record.id for record in gate.journal.of(Kind.RELEASED)])
