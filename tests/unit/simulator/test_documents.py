"""Where a call's instructions come from."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from dialgate.simulator.documents import Document, Source, call_pairs, follow, load, source_of, with_addresses
from dialgate.simulator.holders import APPLICATIONS, Holder
from dialgate.simulator.records import Call
from dialgate.simulator.signature import SIGNATURE
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, Verb, parse_twiml
from dialgate.simulator.wire import Form
from tests.unit.simulator.conftest import ACCOUNT, START, TOKEN
from tests.unit.simulator.far_side import FarSide

HELLO = Verb("Say", {}, "Hello", ())
PERSON, SENDER = "+15551230001", "+15550006000"


@pytest.fixture
def call() -> Call:
    return Call("CA1", PERSON, SENDER, "in-progress", "outbound-api", START, START)


async def test_inline_instructions_win_over_an_address(sim: Simulator) -> None:
    """As with the carrier, Twiml makes Url count for nothing."""
    form = Form((("Url", "https://a/"), ("Twiml", "<Response/>"), ("FallbackUrl", "https://b/")))
    assert source_of(sim, form) == Source(twiml="<Response/>", fallback_url="https://b/")
    assert source_of(sim, Form((("Url", "https://a/"), ("Method", "GET")))) == Source(url="https://a/", method="GET")


async def test_inline_instructions_need_no_request(sim: Simulator, call: Call, far_side: FarSide) -> None:
    """Nothing is fetched, and there is no URL for relative addresses."""
    assert await load(sim, call, Source(twiml="<Response><Say>Hello</Say></Response>")) == Document((HELLO,))
    assert await load(sim, call, Source()) == Document(())
    assert far_side.heard == []


async def test_a_document_is_fetched_signed_with_the_calls_parameters(
    sim: Simulator, call: Call, far_side: FarSide
) -> None:
    """The official validator accepts the request, and the call's facts are in it."""
    url = far_side.twiml("/voice", "<Response><Say>Hello</Say></Response>")
    document = await load(sim, call, Source(url=url + "?t=1"))
    heard = far_side.heard[0]
    assert document == Document((HELLO,), url + "?t=1")
    assert RequestValidator(TOKEN).validate(heard.url, heard.form, heard.headers[SIGNATURE])
    assert heard.pairs == call_pairs(sim, call)
    assert (heard.form["CallSid"], heard.form["AccountSid"], heard.form["CallStatus"], heard.form["Direction"]) == (
        "CA1",
        ACCOUNT,
        "in-progress",
        "outbound-api",
    )


async def test_cookies_last_for_the_call(sim: Simulator, call: Call, far_side: FarSide) -> None:
    """What one document sets, the next request of the call carries."""
    url = far_side.twiml("/voice", "<Response/>")
    far_side.answers["/voice"].headers["Set-Cookie"] = "step=1; Path=/"
    await load(sim, call, Source(url=url))
    await load(sim, call, Source(url=url))
    assert [heard.headers.get("Cookie") for heard in far_side.heard] == [None, "step=1"]


async def test_a_failing_document_has_its_fallback(sim: Simulator, call: Call, far_side: FarSide) -> None:
    """The fallback is told what failed; without one the failure stands."""
    url = far_side.text("/voice", "oops", "text/html", 500)
    fallback = far_side.twiml("/fallback", "<Response><Say>Hello</Say></Response>")
    document = await load(sim, call, Source(url=url, fallback_url=fallback))
    assert document == Document((HELLO,), fallback)
    assert (far_side.heard[1].form["ErrorCode"], far_side.heard[1].form["ErrorUrl"]) == ("11200", url)
    with pytest.raises(TwimlError) as caught:
        await load(sim, call, Source(url=url))
    assert caught.value.code == 11200


@pytest.mark.parametrize(
    ("text", "content_type", "verb"), [("Hello", "text/plain", "Say"), ("binary", "audio/mpeg", "Play")]
)
async def test_text_is_said_and_audio_is_played(
    sim: Simulator, call: Call, far_side: FarSide, text: str, content_type: str, verb: str
) -> None:
    """Other kinds of documents do what the carrier does with them."""
    document = await load(sim, call, Source(url=far_side.text("/voice", text, content_type)))
    assert [made.name for made in document.verbs] == [verb]


async def test_addresses_are_relative_to_the_document(sim: Simulator, call: Call, far_side: FarSide) -> None:
    """A relative address needs a document with a URL; GET and extra parameters go along."""
    await follow(sim, call, Document((), far_side.url + "/a/b?c=1"), "next?d=2", "GET", (("Digits", "9"),))
    heard = far_side.heard[0]
    assert (heard.method, heard.path, "d=2" in heard.url, "Digits=9" in heard.url) == ("GET", "/a/next", True, True)
    with pytest.raises(TwimlError) as caught:
        await follow(sim, call, Document(()), "/next", "POST")
    assert caught.value.code == 21205


async def test_an_application_has_instructions(sim: Simulator) -> None:
    """Its addresses are used where a call names it; one that is unknown says nothing."""
    values = {**APPLICATIONS.fields, "VoiceUrl": "https://a/", "VoiceFallbackUrl": "https://b/", "VoiceMethod": "GET"}
    sim.holders["AP1"] = Holder("AP1", APPLICATIONS, START, START, values)
    found = [source_of(sim, Form((("ApplicationSid", sid),))) for sid in ("AP1", "AP2")]
    assert found == [Source(url="https://a/", method="GET", fallback_url="https://b/"), Source()]


async def test_the_carrier_may_make_up_instructions(sim: Simulator, call: Call) -> None:
    """Nothing is fetched for them."""
    assert await load(sim, call, Source(verbs=(HELLO,))) == Document((HELLO,))


def test_every_address_of_a_document_is_relative_to_it() -> None:
    """In nouns too; what is no address, or stands in a document without one, stays as it is."""
    (verb,) = parse_twiml("<Response><Dial action='/a'><Number url='b' label='/c'/></Dial></Response>")
    resolved = with_addresses(verb, "https://x/y/z")
    assert (resolved.attributes, resolved.children[0].attributes) == (
        {"action": "https://x/a"},
        {"url": "https://x/y/b", "label": "/c"},
    )
    assert with_addresses(verb, "") == verb
