"""Addresses of a dialer on their way through the surface."""

from __future__ import annotations

from tests.fakes.live_calls import AGENT, URL, own
from tests.fakes.web_gate import WebGate
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL
from tests.unit.web import surface
from tests.unit.web.surface import FROM, NUMBER, SAY, TO, Http

DIAL = ("Twiml", f"<Response><Dial>{AGENT}</Dial></Response>")


async def test_a_document_belongs_to_the_attempt_that_it_came_with(gate: WebGate, http: Http) -> None:
    """With its number and sender; the carrier sees the gate's address alone, and is to ask by POST."""
    got = await surface.post(http, "/Calls.json", TO, FROM, ("Url", URL), ("Method", "GET"))
    sent = dict(gate.naming_carrier.sent[0].fields)
    assert (f"{PUBLIC_URL}/twilio/voice/t0", "POST") == (sent["Url"], sent["Method"])
    made = gate.addresses.kept[0].made
    assert (got.decision, NUMBER, FROM[1]) == (made.decision_id, made.number, made.calling)
    assert "GET" == gate.addresses.kept[0].method


async def test_new_instructions_belong_to_the_call(gate: WebGate, http: Http) -> None:
    """Whoever they reach is an attempt within the call that was created, however often it is updated."""
    call = await surface.post(http, "/Calls.json", TO, FROM, SAY)
    await surface.post(http, f"/Calls/{call.body['sid']}.json", DIAL)
    sent = dict(gate.naming_carrier.sent[1].fields)
    assert ({"Url", "Method"}, f"{PUBLIC_URL}/twilio/voice/t0") == (set(sent), sent["Url"])
    assert (call.decision, NUMBER) == (gate.addresses.kept[0].made.decision_id, gate.addresses.kept[0].made.number)


async def test_of_an_attempt_that_is_refused_nothing_is_kept(gate: WebGate, http: Http) -> None:
    """Not even an address."""
    await surface.post(http, "/Calls.json", TO, FROM, ("Url", URL), ("Byoc", "1"))
    await surface.post(http, "/Calls.json", ("To", "911"), FROM, ("Url", URL))
    assert ([], []) == (gate.addresses.kept, gate.naming_carrier.sent)


async def test_an_address_that_may_not_be_asked_is_a_refusal(gate: WebGate, http: Http) -> None:
    """On record, in words, nothing forwarded."""
    gate.outside.objections[URL] = "The host leads to a private address."
    got = await surface.post(http, "/Calls.json", TO, FROM, ("Url", URL))
    assert ((403, "surface_blocked", 990300), []) == (got.reason, gate.naming_carrier.sent)
    assert "private address" in got.body["message"]


async def test_the_document_of_an_agent_is_taken_over_too(gate: WebGate, http: Http) -> None:
    """A client is called under its exact address; the call may be updated as long as it is own."""
    await own(gate, "client:alice")
    call = await surface.post(http, "/Calls.json", ("To", "client:alice"), FROM, ("Url", URL))
    sent = dict(gate.naming_carrier.sent[0].fields)
    assert ("client:alice", f"{PUBLIC_URL}/twilio/voice/t0") == (sent["To"], sent["Url"])
    assert (call.decision, "client:alice") == (
        gate.addresses.kept[0].made.decision_id,
        gate.addresses.kept[0].made.number,
    )
    assert 200 == (await surface.post(http, f"/Calls/{call.body['sid']}.json", DIAL)).status
