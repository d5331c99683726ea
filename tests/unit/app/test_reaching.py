"""Numbers of a document: judged together, handed over together, given up together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.reaching import Reached
from dialgate.app.records import Kind
from dialgate.domain.reservation import NotSendable
from tests.fakes.live_calls import AGENT, CALL, CALLED, OTHER, STATE, Live, course, own, twiml
from tests.fakes.web_gate import WebGate

BOTH = f"<Dial><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>"


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


async def judged(gate: WebGate, verbs: str = BOTH, request: str = "") -> list[Reached]:
    document = gate.inside.documents.read(twiml(verbs).body, "text/xml", "https://a.example/", "AC1")
    found = await gate.reaching.judged(document.parties, course(request=request))  # type: ignore[union-attr] # it is one
    return [one for one in found.values() if one is not None]


async def test_each_is_known_by_the_call_until_its_leg_is_named(gate: WebGate) -> None:
    """On record before the carrier gets the document, as a name that is not its own."""
    reached = await judged(gate)
    assert await gate.reaching.handed_over(reached, CALL)
    assert [{"carrier_sid": CALL, "within": True}] * 2 == [one.body for one in gate.journal.of(Kind.SENT)]
    assert [AGENT, OTHER] == [one.made.number for one in reached]


async def test_nothing_is_handed_over_twice(gate: WebGate) -> None:
    """A leave opens one document."""
    reached = await judged(gate)
    await gate.reaching.handed_over(reached, CALL)
    with pytest.raises(NotSendable):
        await gate.reaching.handed_over(reached, CALL)


async def test_a_gate_that_closes_takes_its_leaves_back(gate: WebGate) -> None:
    """Between admission and serving a new generation may begin; then nothing is handed over."""
    reached = await judged(gate)
    gate.state.close()
    gate.state.open(1, 0)
    with pytest.raises(NotSendable):
        await gate.reaching.handed_over(reached, CALL)


async def test_what_is_given_up_counts_for_nothing(gate: WebGate) -> None:
    """Reservation and counts are back, on record, with why."""
    reached = await judged(gate)
    await gate.reaching.given_up(reached, "too late")
    assert ({}, ["too late"] * 2) == (gate.held, [one.body["why"] for one in gate.journal.of(Kind.RELEASED)])


async def test_a_repeat_is_the_same_attempt(gate: WebGate) -> None:
    """It has the decision of the first, and needs no leave of its own."""
    first = await judged(gate, request="r1")
    assert await gate.reaching.handed_over(first, CALL)
    again = await judged(gate, request="r1")
    assert [one.made.decision_id for one in first] == [one.made.decision_id for one in again]
    assert [None, None] == [one.admitted for one in again]
    assert 2 == len(gate.held)


async def test_a_document_that_has_changed_is_no_repeat(gate: WebGate) -> None:
    """Another sender, channel or tones are judged, though the carrier asks the same again."""
    verbs = f"<Dial><Number>{AGENT}</Number></Dial>"
    assert await gate.reaching.handed_over(await judged(gate, verbs, "r1"), CALL)
    changed = (
        f"<Dial callerId='+14155550177'><Number>{AGENT}</Number></Dial>",
        f"<Dial><Number sendDigits='1'>{AGENT}</Number></Dial>",
        f"<Sms to='{AGENT}'>Hi</Sms>",
    )
    again = [await judged(gate, one, "r1") for one in changed]
    assert ([], [False, False]) == (again[0], [one.admitted is None for found in again for one in found])


async def test_the_place_of_the_called_person_says_nothing_of_others(gate: WebGate) -> None:
    """A location is believed of the person it was given for."""
    state = replace(STATE, made=replace(STATE.made, location="US-CA"))
    await Live(gate, state).ask(twiml(f"<Sms>Hi</Sms><Dial>{AGENT}</Dial>"))
    bodies = {one.body["number"]: one.body["location"] for one in gate.journal.of(Kind.DECISION)}
    assert {AGENT: "", CALLED: "US-CA"} == bodies


async def test_the_same_words_twice_are_a_duplicate(gate: WebGate) -> None:
    """Messages of documents fall under the same rule as those that a dialer sends itself."""
    live = Live(gate)
    served = await live.ask(twiml(f"<Sms to='{AGENT}'>Hi</Sms><Sms to='{AGENT}'>Hi</Sms><Sms to='{AGENT}'>Ho</Sms>"))
    assert 2 == served.count("<Sms")


async def test_a_repeat_that_overtakes_the_first_reaches_nobody(gate: WebGate) -> None:
    """The first may still be given up; then nobody would know of whom the second reached."""
    await judged(gate, request="r1")
    assert [] == await judged(gate, request="r1")


async def test_an_agent_is_reached_by_address(gate: WebGate) -> None:
    """Its leg is known by that in all that follows."""
    await own(gate, "client:ann")
    (one,) = await judged(gate, "<Dial><Client>ann</Client></Dial>")
    assert ("client:ann", "client:ann") == (one.made.number, one.address)
