"""A call asks how it goes on, and always hears: the dialer's document, its fallback's, or an apology."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.call_state import CallState
from dialgate.app.front import Wanted
from dialgate.app.outside import OutsideError, Told
from dialgate.app.records import Kind
from tests.fakes.live_calls import (
    AGENT,
    APOLOGY,
    CALLED,
    FALLBACK,
    STATE,
    URL,
    WITH_FALLBACK,
    Live,
    dialled,
    opt_out,
    twiml,
)
from tests.fakes.web_gate import ACCOUNT, SENDER, WebGate

HELLO = twiml("<Say>Hello</Say>")
SERVED = "<Response><Say>Hello</Say></Response>"
HANG_UP = "<Response><Hangup/></Response>"


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


async def test_the_dialer_is_asked_as_it_wants_in_its_own_name(gate: WebGate) -> None:
    """By its method, at its address, with the carrier's fields in the tenant's account name and its cookies."""
    state = replace(STATE, method="GET", cookies=(("dialer.example", "a", "1"),), told=(("DialCallStatus", "failed"),))
    assert SERVED in await Live(gate, state).ask(HELLO, request="r1")
    (asked,) = gate.outside.asked
    assert ("acme", "GET", URL, state.cookies, "r1") == (
        asked.tenant,
        asked.method,
        asked.url,
        asked.cookies,
        asked.token,
    )
    assert (("AccountSid", ACCOUNT), ("DialCallStatus", "failed")) == (asked.fields[0], asked.fields[-1])


async def test_the_next_document_is_asked_with_the_cookies_of_this_one(gate: WebGate) -> None:
    """Each address that the document names becomes the gate's, and carries what the call has learnt."""
    cookies = (("dialer.example", "session", "42"),)
    served = await Live(gate, WITH_FALLBACK).ask(twiml("<Redirect method='GET'>/next</Redirect>", cookies=cookies))
    following = gate.addresses.kept[-1]
    assert ("https://dialer.example/next", "GET", cookies) == (following.url, following.method, following.cookies)
    assert (FALLBACK, "GET") == (following.fallback_url, following.fallback_method)
    assert "dialer.example" not in served


async def test_audio_is_played_and_text_is_spoken(gate: WebGate) -> None:
    """As the carrier does."""
    live = Live(gate)
    assert f"<Play>{URL}.mp3</Play>" in await live.ask(Told(200, b"", "audio/mpeg", f"{URL}.mp3"))
    assert "<Say>Good day &amp; bye</Say>" in await live.ask(Told(200, b"Good day & bye", "text/plain", URL))


async def test_an_inline_document_needs_no_server(gate: WebGate) -> None:
    """It travels in the address."""
    state = replace(STATE, url="", twiml=f"<Response><Dial>{AGENT}</Dial></Response>")
    assert [AGENT] == dialled(await Live(gate, state).ask())
    assert [] == gate.outside.asked


BAD: dict[str, Told | OutsideError] = {
    "dead": OutsideError("The server could not be reached."),
    "500": Told(500, b"<Response/>", "text/xml", URL),
    "404": Told(404, b"not found", "text/html", URL),
    "html": Told(200, b"<html><body>Hi</body></html>", "text/html", URL),
    "json": Told(200, b"{}", "application/json", URL),
    "megabytes": Told(200, b"<Response>" + b" " * 65_536, "text/xml", URL),
    "bomb": Told(200, b'<!DOCTYPE a [<!ENTITY b "c">]><Response>&b;</Response>', "text/xml", URL),
    "unknown": twiml("<Fax/>"),
    "sip": twiml("<Dial><Sip>sip:a@b.example</Sip></Dial>"),
    "stream": twiml("<Connect><Stream url='wss://a.example/'/></Connect>"),
    "hidden": twiml("<Say voice='x' xNumber='+14155552673'>Hi</Say>"),
    "tones": twiml("<Play digits='" + "1234567890" * 26 + "'/>"),
    "crowd": twiml("<Dial>" + "".join(f"<Number>+1415555{line}</Number>" for line in range(2671, 2692)) + "</Dial>"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_what_cannot_be_followed_leads_to_the_fallback_then_to_an_apology(
    gate: WebGate, bad: Told | OutsideError
) -> None:
    """The fallback is told what was wrong, in the carrier's words; a person on the phone never hears silence."""
    assert SERVED in await Live(gate, WITH_FALLBACK).ask(bad, HELLO)
    first, second = gate.outside.asked
    told = dict(second.fields)
    assert ("GET", FALLBACK, URL, True) == (second.method, second.url, told["ErrorUrl"], told["ErrorCode"].isdigit())
    assert "ErrorCode" not in dict(first.fields)
    apology = await Live(gate, WITH_FALLBACK).ask(bad, bad)
    assert (True, True) == (APOLOGY in apology, "<Hangup/>" in apology)
    assert APOLOGY in await Live(gate).ask(bad)


@pytest.mark.parametrize("name", ["unknown", "sip", "html", "crowd", "tones"])
async def test_a_document_that_was_refused_is_on_record(gate: WebGate, name: str) -> None:
    """As an attempt within the call, so that an operator finds out why a call ended."""
    await Live(gate).ask(BAD[name])
    (record,) = gate.journal.of(Kind.DECISION)
    assert ("block", "f" * 32, CALLED) == (record.body["verdict"], record.body["parent"], record.body["number"])
    assert record.body["reasons"][0]["code"] in {"unknown_twiml", "bad_request"}


async def test_the_apology_is_in_the_language_of_the_person(gate: WebGate) -> None:
    """Of the country of the called number."""
    state = replace(STATE, made=replace(STATE.made, number="+8613812345678"))
    assert "抱歉" in await Live(gate, state).ask(BAD["dead"])


async def test_an_address_of_nobody_gets_an_apology(gate: WebGate) -> None:
    """Forged, expired, of a tenant that is gone, or made for something else: nobody is asked anything."""
    lost = replace(STATE, made=replace(STATE.made, tenant="gone"))
    for state in (lost, replace(STATE, wanted=Wanted.CALLBACK)):
        assert APOLOGY in await Live(gate, state).ask(HELLO)
    forged = Live(gate)
    forged.token = "t99"
    assert APOLOGY in await forged.ask(HELLO)
    assert [] == gate.outside.asked


async def test_without_the_ledger_there_is_an_apology(gate: WebGate) -> None:
    """An address that lies in SQL cannot be read; the person is told and the call ends."""
    live = Live(gate)
    await live.ask(HELLO)
    gate.addresses.down = True
    assert APOLOGY in await live.ask(HELLO)


async def test_a_person_who_has_opted_out_hears_nothing_more(gate: WebGate) -> None:
    """A call whose own number is suppressed ends at its next document, whatever that says."""
    live = Live(gate)
    assert SERVED in await live.ask(HELLO)
    await opt_out(gate, CALLED)
    assert HANG_UP in await live.ask(HELLO)


async def test_a_silent_store_does_not_cut_calls_off(gate: WebGate) -> None:
    """What is only said goes on; whom the document would reach is refused."""
    gate.store_trouble.down = True
    live = Live(gate)
    assert SERVED in await live.ask(HELLO)
    assert [] == dialled(await live.ask(twiml(f"<Dial>{AGENT}</Dial>")))


async def test_what_nobody_expected_is_an_apology(gate: WebGate) -> None:
    """An exception of the gate's own is no way round and no silence."""
    gate.outside.answers = []
    live = Live(gate)
    assert APOLOGY in await live.ask()


@pytest.mark.parametrize("state", [STATE, WITH_FALLBACK])
async def test_nothing_that_the_dialer_says_reaches_the_carrier_unread(gate: WebGate, state: CallState) -> None:
    """Neither its address nor its numbers as written."""
    verbs = f"<Gather action='https://x.example/a'/><Dial action='/b'>(415) 555-2672</Dial><Sms to='{AGENT}'>Hi</Sms>"
    served = await Live(gate, state).ask(twiml(verbs))
    assert [] == [text for text in ("x.example", "dialer.example", "(415)") if text in served]


async def test_what_came_with_no_attempt_may_belong_to_an_agent(gate: WebGate) -> None:
    """Then it is on record of the agent's address, not of nobody's."""
    state = replace(STATE, made=replace(STATE.made, number="", calling=""))
    live = Live(gate, state, more=(("Direction", "outbound-api"), ("To", "client:joe"), ("From", SENDER)))
    await live.ask(twiml("<Fax/>"))
    assert [("client:joe", "block")] == live.verdicts


@pytest.mark.parametrize(
    ("direction", "called", "calling"),
    [("outbound-api", CALLED, SENDER), ("inbound", SENDER, CALLED), ("outbound-api", "client:joe", "")],
)
async def test_what_came_with_no_attempt_belongs_to_the_call_that_asks(
    gate: WebGate, direction: str, called: str, calling: str
) -> None:
    """A queue's next call is told by the carrier's fields whom it reached, and in whose name."""
    state = replace(STATE, made=replace(STATE.made, number="", calling=""))
    live = Live(gate, state, more=(("Direction", direction), ("To", called), ("From", calling)))
    await live.ask(twiml(f"<Dial>{AGENT}</Dial>"))
    (record,) = gate.journal.of(Kind.DECISION)
    assert (SENDER if calling else "") == record.body["from"]
    await opt_out(gate, CALLED)
    assert (HANG_UP in await live.ask(HELLO)) is bool(calling)
