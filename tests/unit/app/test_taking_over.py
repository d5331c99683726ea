"""The carrier is handed nothing of a dialer's that it would ask or follow unread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.call_state import ALIVE_S, CallState
from dialgate.app.front import Asked, UrlUse, Wanted
from dialgate.domain.decision import Block
from tests.fakes.journal_tools import AT
from tests.fakes.live_calls import AGENT, FALLBACK, MADE, URL, own
from tests.fakes.web_gate import ACCOUNT, WebGate, tenant
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL

TENANT = tenant("acme", ACCOUNT, "token")
ASKED = Asked("x", "y", "", 86_400, ())
APPLICATION = "AP" + "1" * 32
FIRST = UrlUse("Url", URL, "GET", Wanted.DOCUMENT)
SECOND = UrlUse("FallbackUrl", FALLBACK, "POST", Wanted.DOCUMENT)
STATUS = UrlUse("StatusCallback", "https://dialer.example/s", "POST", Wanted.STATUS, ("answered",))
RECORDED = UrlUse("RecordingStatusCallback", "https://dialer.example/r", "GET", Wanted.CALLBACK)


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


async def fronted(gate: WebGate, asked: Asked) -> dict[str, str]:
    found = await gate.inside.taking_over.fronted(asked, MADE, TENANT)
    assert not isinstance(found, Block), found
    return dict(found)


async def refused(gate: WebGate, asked: Asked) -> tuple[str, str]:
    found = await gate.inside.taking_over.fronted(asked, MADE, TENANT)
    assert isinstance(found, Block)
    return found.reason.value, found.rule


async def test_every_address_becomes_one_of_the_gates(gate: WebGate) -> None:
    """By its parameter; the first document knows its fallback, a status report which events are wanted."""
    handed = await fronted(gate, replace(ASKED, urls=(FIRST, SECOND, STATUS, RECORDED)))
    assert {
        "Url": f"{PUBLIC_URL}/twilio/voice/t0",
        "FallbackUrl": f"{PUBLIC_URL}/twilio/voice/t1",
        "StatusCallback": f"{PUBLIC_URL}/twilio/callback/t2",
        "RecordingStatusCallback": f"{PUBLIC_URL}/twilio/callback/t3",
    } == handed
    until = int(AT.timestamp()) + 86_400 + ALIVE_S
    assert [
        CallState(MADE, Wanted.DOCUMENT, URL, "GET", until, FALLBACK, "POST"),
        CallState(MADE, Wanted.DOCUMENT, FALLBACK, "POST", until),
        CallState(MADE, Wanted.STATUS, STATUS.url, "POST", until, events=("answered",)),
        CallState(MADE, Wanted.CALLBACK, RECORDED.url, "GET", until),
    ] == gate.addresses.kept


async def test_the_first_document_knows_what_was_dialled_before_it(gate: WebGate) -> None:
    """`SendDigits` may be the beginning of a number that the document ends."""
    await fronted(gate, replace(ASKED, urls=(FIRST,), digits="1ww2"))
    assert ["1ww2"] == [state.tones for state in gate.addresses.kept]


async def test_a_scheduled_attempt_is_served_from_its_time_on(gate: WebGate) -> None:
    """Addresses of what begins in a month live until it has ended."""
    await fronted(gate, replace(ASKED, urls=(STATUS,), due_at=AT + timedelta(days=35)))
    expected = int((AT + timedelta(days=35)).timestamp()) + 86_400 + ALIVE_S
    assert [expected] == [state.expires_at_s for state in gate.addresses.kept]


@pytest.mark.parametrize(
    "verbs",
    [f"<Dial>{AGENT}</Dial>", "<Gather action='https://a.example/'/>", "<Dial><Conference>a</Conference></Dial>"],
)
async def test_an_inline_document_that_reaches_anybody_is_asked_for_here(gate: WebGate, verbs: str) -> None:
    """It travels in the address, and is judged when the call asks for it."""
    twiml = f"<Response>{verbs}</Response>"
    handed = await fronted(gate, replace(ASKED, twiml=twiml, urls=(SECOND,)))
    assert {"Url", "FallbackUrl"} == handed.keys()
    state = gate.addresses.kept[-1]
    assert (twiml, "", FALLBACK) == (state.twiml, state.url, state.fallback_url)


async def test_an_inline_document_that_only_speaks_is_handed_over(gate: WebGate) -> None:
    """As the gate has read it."""
    twiml = "<Response><Say>Hi</Say><Play>https://media.example/a.mp3</Play><Pause/></Response>"
    handed = await fronted(gate, replace(ASKED, twiml=twiml))
    assert ["Twiml"] == list(handed)
    assert handed["Twiml"].endswith(twiml)


@pytest.mark.parametrize(
    ("twiml", "reason"),
    [
        ("<Response><Fax/></Response>", "unknown_twiml"),
        ("<Response><Connect><Stream url='wss://a.example/'/></Connect></Response>", "unknown_twiml"),
        ("<Response><Dial><Client>a</Client></Dial></Response>", "unknown_twiml"),
        ("<Response><Redirect>/relative</Redirect></Response>", "bad_request"),
        ("<Response>", "bad_request"),
        ("\ud800", "bad_request"),
        ("<Response>" + f"<Dial>{AGENT}</Dial>" * 21 + "</Response>", "bad_request"),
    ],
)
async def test_an_inline_document_that_cannot_be_followed_is_refused_at_once(
    gate: WebGate, twiml: str, reason: str
) -> None:
    """In words, before anybody is called."""
    assert (reason, "documents") == await refused(gate, replace(ASKED, twiml=twiml))
    assert [] == gate.addresses.kept


async def test_an_address_that_the_tenant_may_not_use_is_refused_at_once(gate: WebGate) -> None:
    """By the name of its parameter, with what mends it."""
    gate.outside.objections[RECORDED.url] = "The host leads to a private address."
    found = await gate.inside.taking_over.fronted(replace(ASKED, urls=(FIRST, RECORDED)), MADE, TENANT)
    assert isinstance(found, Block)
    assert "RecordingStatusCallback does not pass. The host leads to a private address." == found.detail


async def test_the_addresses_of_an_application_are_taken_over(gate: WebGate) -> None:
    """Read at the carrier; those that the dialer gave beside it count for nothing, as at the carrier."""
    gate.naming_carrier.documents[f"Applications/{APPLICATION}.json"] = {
        "sid": APPLICATION,
        "voice_url": URL,
        "voice_method": "GET",
        "voice_fallback_url": FALLBACK,
        "status_callback": "https://application.example/s",
    }
    handed = await fronted(gate, replace(ASKED, application_sid=APPLICATION, urls=(STATUS, RECORDED)))
    assert {"Url", "FallbackUrl", "StatusCallback", "RecordingStatusCallback"} == handed.keys()
    assert {URL, FALLBACK, "https://application.example/s", RECORDED.url} == {one.url for one in gate.addresses.kept}


@pytest.mark.parametrize("document", [None, {"sid": APPLICATION, "voice_url": ""}])
async def test_an_application_that_leads_nowhere_is_refused(gate: WebGate, document: dict[str, str] | None) -> None:
    """Unknown, or without a document."""
    if document is not None:
        gate.naming_carrier.documents[f"Applications/{APPLICATION}.json"] = document
    assert ("bad_request", "documents") == await refused(gate, replace(ASKED, application_sid=APPLICATION))


async def test_what_belongs_to_no_attempt_reports_to_no_attempt(gate: WebGate) -> None:
    """A status of what the gate keeps no record of is passed on, and nothing more."""
    await gate.inside.taking_over.fronted(replace(ASKED, urls=(STATUS,)), replace(MADE, decision_id=""), TENANT)
    assert [Wanted.CALLBACK] == [state.wanted for state in gate.addresses.kept]


async def test_an_inline_document_may_name_own_phones(gate: WebGate) -> None:
    """It travels in the address like any that reaches somebody; of any other client it is refused at once."""
    verbs = "<Response><Dial><Client>ann</Client></Dial></Response>"
    asked = replace(ASKED, twiml=verbs)
    assert ("unknown_twiml", "documents") == await refused(gate, asked)
    await own(gate, "client:ann")
    assert ({"Url"}, verbs) == (set(await fronted(gate, asked)), gate.addresses.kept[-1].twiml)
