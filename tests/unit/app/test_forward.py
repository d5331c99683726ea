"""Forwarding: once, and what came of it is known to journal, store and dialer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.breaker import FAILURES
from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.ports import CarrierAnswer, Claimed
from dialgate.app.records import Kind
from dialgate.domain.facts import Facts
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.policy import TenantPolicy
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Claim
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import CLAIM, CREATED, FACTS, NUMBER, REQUEST, TENANT, OneGate, attempt, opt_out
from tests.fakes.policies import shipped

STOP = Change(1, "stop-1", add=(Entry(Scope(TENANT).name, NUMBER),))
BRIEF = replace(CLAIM, keep_s=10)


async def place(gate: OneGate, number: int = 1, claim: Claim = CLAIM) -> Forwarded | Refusal | Claimed:
    return await gate.forwarding.place(attempt(number), FACTS, claim, REQUEST)


async def refused(gate: OneGate) -> Refusal:
    refusal = await place(gate)
    assert isinstance(refusal, Refusal)
    return refusal


def reasons(refusal: Refusal) -> list[Reason]:
    return [block.reason for block in refusal.blocks]


def kinds(gate: OneGate) -> list[Kind]:
    return [record.kind for record in gate.journal.records]


async def carrier_falls_silent(gate: OneGate) -> None:
    gate.carrier.send_error = CarrierUnreachableError("refused")
    for number in range(2, 2 + FAILURES):
        with pytest.raises(CarrierUnreachableError):
            await place(gate, number, replace(CLAIM, key=f"request-{number}"))


def opt_out_in_the_store(gate: OneGate) -> None:
    """As another gate would do it."""
    gate.store.scripts(gate.server, gate.store.layout).suppress(STOP, 1)


async def test_a_call_is_not_admitted_before_its_turn() -> None:
    """Pacing comes first: while no slot is free nothing is reserved, and a refusal is on record."""
    gate = OneGate(calls_per_second=0.1)
    for number in range(1, 4):
        claim = replace(CLAIM, key=f"request-{number}")
        placed = await gate.forwarding.place(attempt(number), FACTS, claim, REQUEST, creates_call=True)
        if isinstance(placed, Refusal):
            assert [Reason.PACING] == reasons(placed)
    assert ([Kind.DECISION, Kind.SENT, Kind.DECISION, Kind.DECISION], 1) == (kinds(gate), len(gate.held))


async def test_hours_are_those_of_the_moment_it_is_sent(gate: OneGate) -> None:
    """What came within hours and waited for something until they ended is refused."""
    early = replace(attempt(), received_at=AT - timedelta(hours=2))
    within_hours = Facts(TenantPolicy(shipped(), caller_id=False))
    placed = await gate.forwarding.place(early, within_hours, CLAIM, REQUEST)
    assert isinstance(placed, Refusal)
    assert Reason.CALLING_HOURS in reasons(placed)


async def test_the_carriers_answer_goes_back(gate: OneGate) -> None:
    """A created call is answered with the carrier's own answer, and its name is on record and in the store."""
    assert Forwarded(attempt().id, CREATED) == await place(gate)
    assert [Kind.DECISION, Kind.SENT] == kinds(gate)
    assert ["CA1"] == [one.carrier_sid for one in gate.server.content.held.values()]


async def test_nothing_is_sent_before_its_decision_is_on_record(gate: OneGate) -> None:
    """When the first byte leaves, the journal holds the decision."""
    known: list[list[Kind]] = []
    gate.carrier.before_begin = lambda: known.append(kinds(gate))
    await place(gate)
    assert [[Kind.DECISION]] == known


async def test_a_refused_attempt_does_not_reach_the_carrier(gate: OneGate) -> None:
    """The refusal carries the decision id and the reasons; nothing is sent."""
    opt_out_in_the_store(gate)
    refusal = await refused(gate)
    assert (attempt().id, [Reason.SUPPRESSED], []) == (refusal.decision_id, reasons(refusal), gate.carrier.sent)


async def test_an_answer_that_came_too_late_is_not_used(gate: OneGate) -> None:
    """A leave that grew old while connecting is refused, released on record, and given back."""
    gate.carrier.before_begin = lambda: gate.pass_s(1.1)
    assert [Reason.GATE_UNAVAILABLE] == reasons(await refused(gate))
    assert ([], {}, [Kind.DECISION, Kind.RELEASED]) == (gate.carrier.sent, gate.held, kinds(gate))


async def test_a_leave_that_was_taken_back_is_not_used(gate: OneGate) -> None:
    """A gate that closes while it connects sends nothing."""
    gate.carrier.before_begin = gate.state.close
    assert [Reason.GATE_UNAVAILABLE] == reasons(await refused(gate))
    assert ([], {}) == (gate.carrier.sent, gate.held)


async def test_a_refused_connection_is_raised_and_released(gate: OneGate) -> None:
    """No byte reached the carrier: the dialer hears of it, and the attempt may be made again at once."""
    gate.carrier.send_error = CarrierUnreachableError("Connection refused.")
    with pytest.raises(CarrierUnreachableError):
        await place(gate)
    assert ({}, [Kind.DECISION, Kind.RELEASED]) == (gate.held, kinds(gate))
    gate.carrier.send_error = None
    assert isinstance(await place(gate, 2), Forwarded)


@pytest.mark.parametrize("status", [400, 404, 429])
async def test_a_refusal_of_the_carrier_passes_and_releases(gate: OneGate, status: int) -> None:
    """The carrier's 4xx goes back unchanged, the reservation is free, and the same request is judged anew."""
    gate.carrier.answer = CarrierAnswer(status, b"no", "application/json")
    assert Forwarded(attempt().id, gate.carrier.answer) == await place(gate)
    assert ({}, [{"status": status}]) == (gate.held, [record.body for record in gate.journal.of(Kind.RELEASED)])
    gate.carrier.answer = CREATED
    assert Forwarded(attempt(2).id, CREATED) == await place(gate, 2)


async def test_an_unknown_outcome_stays_counted(gate: OneGate) -> None:
    """Written and not answered: the reservation stays, and record and dialer are told that nobody knows."""
    gate.carrier.send_error = OutcomeUnknownError("No answer.")
    assert [Reason.OUTCOME_UNKNOWN] == reasons(await refused(gate))
    assert ([attempt().id], [Kind.DECISION, Kind.OUTCOME_UNKNOWN]) == (list(gate.held), kinds(gate))


async def test_what_is_cut_short_is_unknown(gate: OneGate) -> None:
    """A gate that ends while it waits for the carrier's answer leaves that on record, so that others look for it."""

    def end() -> None:
        raise asyncio.CancelledError

    gate.carrier.before_answer = end
    with pytest.raises(asyncio.CancelledError):
        await place(gate)
    assert ([attempt().id], [Kind.DECISION, Kind.OUTCOME_UNKNOWN]) == (list(gate.held), kinds(gate))


async def test_an_unknown_outcome_is_never_sent_again(gate: OneGate) -> None:
    """A repeat of the request gets the same answer, and the carrier no second create."""
    gate.carrier.send_error = OutcomeUnknownError("No answer.")
    first = await refused(gate)
    assert isinstance(await place(gate, 2), Claimed)
    assert (first, 1) == (await gate.forwarding.repeat(CLAIM), len(gate.carrier.sent))


async def test_a_repeat_gets_the_first_answer(gate: OneGate) -> None:
    """The answer that was kept is given again, and nothing is sent a second time."""
    first = await place(gate)
    assert isinstance(await place(gate, 2), Claimed)
    assert (first, 1) == (await gate.forwarding.repeat(CLAIM), len(gate.carrier.sent))


async def test_while_the_first_is_on_its_way_there_is_nothing_to_repeat(gate: OneGate) -> None:
    """Neither an unknown request nor an unanswered one has an answer yet."""
    assert await gate.forwarding.repeat(CLAIM) is None
    await gate.admission.admit(attempt(), FACTS, CLAIM)
    assert await gate.forwarding.repeat(CLAIM) is None


@pytest.mark.parametrize(("claim", "expected"), [(CLAIM, ["answer", "carrier_sid"]), (BRIEF, ["carrier_sid"])])
async def test_answers_of_named_requests_go_on_record(gate: OneGate, claim: Claim, expected: list[str]) -> None:
    """An `Idempotency-Key` outlives the store's loss; the brief guess about equal requests need not."""
    await place(gate, claim=claim)
    (sent,) = gate.journal.of(Kind.SENT)
    assert expected == sorted(sent.body)


async def test_an_opt_out_on_the_way_cancels(gate: OneGate) -> None:
    """A call that was created while its number opted out is cancelled at once, and the dialer is told its name."""
    gate.carrier.before_answer = lambda: opt_out_in_the_store(gate)
    refusal = await refused(gate)
    assert ([Reason.RECALLED], "CA1", [("voice", "CA1")]) == (
        reasons(refusal),
        refusal.carrier_sid,
        gate.carrier.cancelled,
    )
    assert ([Kind.DECISION, Kind.SENT, Kind.RECALLED], {}) == (kinds(gate), gate.held)


async def test_a_repeat_of_a_recalled_request_is_not_told_of_success(gate: OneGate) -> None:
    """What was cancelled is not handed out as a live call afterwards."""
    gate.carrier.before_answer = lambda: opt_out_in_the_store(gate)
    first = await refused(gate)
    assert first == await gate.forwarding.repeat(CLAIM)


async def test_a_store_that_cannot_hear_the_name_hears_it_later(gate: OneGate) -> None:
    """The dialer gets the carrier's answer; the name is on record and told to the store until it listens."""
    gate.store_trouble.fails = {"sent"}
    assert isinstance(await place(gate), Forwarded)
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert ["CA1"] == [one.carrier_sid for one in gate.server.content.held.values()]


async def test_an_opt_out_before_the_late_name_cancels_then(gate: OneGate) -> None:
    """A call whose name the store learns only later is cancelled at that moment if its number has opted out."""
    gate.store_trouble.fails = {"sent"}
    await place(gate)
    opt_out_in_the_store(gate)
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert [("voice", "CA1")] == gate.carrier.cancelled


async def test_a_journal_that_fails_afterwards_does_not_change_the_answer(gate: OneGate) -> None:
    """The carrier has acted: the dialer gets its answer, and the record is written as soon as it can be."""

    def fail() -> None:
        gate.journal.broken = True

    gate.carrier.before_answer = fail
    assert Forwarded(attempt().id, CREATED) == await place(gate)
    gate.journal.broken = False
    await gate.chores.run_once()
    assert [Kind.DECISION, Kind.SENT] == kinds(gate)


async def test_an_unknown_outcome_is_kept_when_the_store_listens_again(gate: OneGate) -> None:
    """The answer for repeats is told to the store until it is kept."""
    gate.carrier.send_error = OutcomeUnknownError("No answer.")
    gate.store_trouble.fails = {"keep_answer"}
    first = await refused(gate)
    gate.store_trouble.fails = set()
    await gate.chores.run_once()
    assert first == await gate.forwarding.repeat(CLAIM)


async def test_a_carrier_that_is_down_is_not_asked_again_and_again(gate: OneGate) -> None:
    """After a row of failures the refusal is quick, on record, says when to come back, and reserves nothing."""
    await carrier_falls_silent(gate)
    asked = len(gate.store_trouble.asked)
    refusal = await refused(gate)
    block = refusal.blocks[0]
    told = (block.reason, block.rule, block.retry_at)
    assert (Reason.GATE_UNAVAILABLE, "carrier_down", gate.clock.now() + timedelta(seconds=1)) == told
    assert ("probe", {}, Kind.DECISION) == (*gate.store_trouble.asked[asked:], gate.held, kinds(gate)[-1])


async def test_an_opted_out_number_is_called_so_while_the_carrier_is_down(gate: OneGate) -> None:
    """Waiting for the carrier would change nothing, so no time to come back is promised."""
    await carrier_falls_silent(gate)
    opt_out_in_the_store(gate)
    assert [Reason.GATE_UNAVAILABLE, Reason.SUPPRESSED] == reasons(await refused(gate))


async def test_after_a_sign_of_life_creates_go_on(gate: OneGate) -> None:
    """The next attempt is sent as if nothing had been."""
    await carrier_falls_silent(gate)
    gate.carrier.send_error = None
    await gate.breaker.probe()
    assert Forwarded(attempt().id, CREATED) == await place(gate)


async def test_an_opt_out_is_told_to_a_carrier_that_is_down(gate: OneGate) -> None:
    """What may still be cancelled is cancelled whatever the creates met."""
    await place(gate)
    await carrier_falls_silent(gate)
    await gate.opting_out.record(opt_out())
    assert [("voice", "CA1")] == gate.carrier.cancelled


@pytest.mark.parametrize("status", [201, 400, 429])
async def test_any_answer_of_the_carriers_ends_a_row_of_failures(gate: OneGate, status: int) -> None:
    """A carrier that refuses is there."""
    for _ in range(FAILURES - 1):
        gate.breaker.failed()
    gate.carrier.answer = replace(CREATED, status=status)
    await place(gate)
    gate.breaker.failed()
    assert not gate.breaker.open


async def test_attempts_whose_outcome_is_unknown_count_as_failures(gate: OneGate) -> None:
    """A mute carrier gets no further creates to be in doubt about."""
    gate.carrier.send_error = OutcomeUnknownError("silence")
    for number in range(2, 2 + FAILURES):
        await place(gate, number, replace(CLAIM, key=f"request-{number}"))
    assert gate.breaker.open
