"""Calls followed through a running gate: whatever a document reaches is judged, and the person never hears silence."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.following import (
    APOLOGY,
    HOSTILE,
    create,
    legs,
    legs_are,
    misbehaving,
    opt_out,
    refused,
)
from tests.flows.office import office
from tests.waiting import until

HANG_UP = "<Response><Hangup/></Response>"


@pytest.fixture
async def dialer(new_tenant: NewTenant) -> Dialer:
    """A tenant whose server is on this machine."""
    return await new_tenant(allow_private_urls=True, policy={"base": "open"})


async def test_a_call_is_followed_to_whomever_it_may_reach(dialer: Dialer) -> None:
    """Redirects, key presses and actions lead through the gate; each number is an attempt of the call's, and the
    carrier dials those that were allowed and nobody else.
    """
    willing, unwilling = dialer.running.new_number(), dialer.running.new_number()
    await opt_out(dialer, unwilling)
    documents = {
        "/start": "<Response><Redirect method='GET'>menu?x=1</Redirect></Response>",
        "/menu": "<Response><Say>One moment</Say><Redirect>/agents</Redirect></Response>",
        "/agents": f"<Response><Dial action='/refused' timeout='5'>{unwilling}</Dial><Say>never</Say></Response>",
        "/refused": f"<Response><Dial action='/done'><Number url='/whisper'>{willing}</Number></Dial></Response>",
        "/whisper": f"<Response><Say>A call</Say><Dial>{unwilling}</Dial></Response>",
        "/done": "<Response><Hangup/></Response>",
    }
    async with office(documents) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        await server.hears("/refused", CallSid=call.sid, DialCallStatus="failed")
        await server.hears("/whisper", ParentCallSid=call.sid)
        await server.hears("/done", CallSid=call.sid, DialCallStatus="completed")
    await legs_are(dialer, call.sid, willing)
    assert {"GET"} == {one.method for one in server.at("/menu")}

    async def all_there() -> bool:
        return len(await call.children()) >= 2

    await until(all_there, "what was decided is on record")
    found = [(one["verdict"], one["channel"]) for one in await call.children()]
    assert [("block", "voice"), ("allow", "voice")] == found


async def test_an_inline_document_is_judged_when_it_is_followed(dialer: Dialer) -> None:
    """What would be dialled never stands at the carrier; new instructions for a live call are no way round."""
    unwilling = dialer.running.new_number()
    dial = ("Twiml", f"<Response><Dial>{unwilling}</Dial><Pause length='60'/></Response>")
    call = await create(dialer, dial)
    await legs_are(dialer, call.sid, unwilling)
    await opt_out(dialer, unwilling)
    other = await create(dialer, ("Twiml", "<Response><Pause length='60'/></Response>"))

    async def updated() -> bool:
        return (await dialer.post(f"Calls/{other.sid}.json", [dial])).status == 200

    await until(updated, "the call is answered and gets new instructions")
    assert not any(unwilling in str(one) for one in await dialer.reached(operation="update"))
    document = await call.asks()
    assert (False, True) == (unwilling in document, "<Pause" in document)
    assert [] == await legs(dialer, other.sid)


async def test_a_person_who_opts_out_during_the_call_hears_nothing_more(dialer: Dialer) -> None:
    """The gate ends the call, and whatever still asks for it gets a hang-up."""
    async with office({"/start": "<Response><Say>Hello</Say><Pause length='60'/></Response>"}) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        await server.hears("/start", CallSid=call.sid)
        await opt_out(dialer, call.number)
        assert HANG_UP in await call.asks()

    async def ended() -> bool:
        async with dialer.session.get(f"{dialer.carrier}/simulator/calls") as response:
            calls = (await response.json())["calls"]
        return any(one["sid"] == call.sid and one["status"] in {"completed", "canceled"} for one in calls)

    await until(ended, "the call is ended")


async def test_somebody_who_was_transferred_and_opts_out_ends_the_call(dialer: Dialer) -> None:
    """An opt-out cancels what was admitted in a document like anything else."""
    agent = dialer.running.new_number()
    call = await create(dialer, ("Twiml", f"<Response><Dial>{agent}</Dial></Response>"))
    await legs_are(dialer, call.sid, agent)
    await opt_out(dialer, agent)

    async def ended() -> bool:
        async with dialer.session.get(f"{dialer.carrier}/simulator/calls") as response:
            calls = (await response.json())["calls"]
        return all(one["status"] in {"completed", "canceled"} for one in calls if one["to"] == agent)

    await until(ended, "the leg is ended")


async def test_a_cap_counts_those_that_documents_reach(new_tenant: NewTenant) -> None:
    """The carrier asking again is the same attempt; a new request is a new one, and the cap refuses it."""
    limits = [{"scope": "number", "at_most": 1, "window_s": 86_400}]
    policy = {"base": "open", "frequency_cap": {"limits": limits}}
    dialer = await new_tenant(allow_private_urls=True, policy=policy)
    agent = dialer.running.new_number()
    async with office({"/start": f"<Response><Dial>{agent}</Dial></Response>"}) as server:
        call = await create(dialer, ("Twiml", "<Response><Pause length='60'/></Response>"))
        other = await create(dialer, ("Url", f"{server.url}/start"), number=dialer.running.new_number())
        await server.hears("/start", CallSid=other.sid)
        document = await call.asks(url=other.url)
    assert agent not in document


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_cannot_be_followed_leads_to_the_fallback_then_to_an_apology(dialer: Dialer, name: str) -> None:
    """Whatever a server answers, or does not: the fallback, then spoken words and a hang-up; nobody is dialled."""
    async with misbehaving() as server:
        bad = f"{server}/{name.replace(' ', '-')}"
        quiet = ("StatusCallback", f"{server}/fine")
        call = await create(dialer, ("Url", bad), ("FallbackUrl", f"{server}/fine"), quiet)
        assert "This is the fallback" in await call.asks()
        if name == "slow":
            return
        last = await create(dialer, ("Url", bad), ("FallbackUrl", bad))
        document = await last.asks()
        assert (True, True) == (APOLOGY in document, "<Hangup/>" in document)
        assert [] == await legs(dialer, call.sid) + await legs(dialer, last.sid)


async def test_a_server_that_is_not_there_is_an_apology(dialer: Dialer) -> None:
    """As for one that answers nonsense."""
    call = await create(dialer, ("Url", "http://127.0.0.1:9/start"))
    assert APOLOGY in await call.asks()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Url", "http://10.0.0.1/x", (403, 990300, "surface_blocked")),
        ("Url", "http://169.254.169.254/latest", (403, 990300, "surface_blocked")),
        ("Url", "http://[::1]:8080/x", (403, 990300, "surface_blocked")),
        ("Url", "http://2130706433/", (403, 990300, "surface_blocked")),
        ("Url", "http://user@example.com/", (400, 990100, "bad_request")),
        ("FallbackUrl", "http://127.0.0.1/x", (403, 990300, "surface_blocked")),
        ("StatusCallback", "http://192.168.1.1/x", (403, 990300, "surface_blocked")),
        ("RecordingStatusCallback", "http://127.0.0.1/x", (403, 990300, "surface_blocked")),
        ("Twiml", "<Response><Fax/></Response>", (400, 990113, "unknown_twiml")),
        ("Twiml", "<Response><Dial><Client>a</Client></Dial></Response>", (400, 990113, "unknown_twiml")),
        ("Twiml", "<!DOCTYPE a><Response/>", (400, 990100, "bad_request")),
        ("Twiml", "<Response><Say xTo='+14155552671'>Hi</Say></Response>", (400, 990113, "unknown_twiml")),
        ("ApplicationSid", "AP" + "0" * 32, (400, 990100, "bad_request")),
    ],
)
async def test_what_may_not_be_asked_or_followed_is_refused_at_once(
    strict: Dialer, name: str, value: str, expected: tuple[int, int, str]
) -> None:
    """In words, with nothing forwarded, for a tenant without leave for private addresses."""
    assert expected == await refused(
        strict, (name, value), *([("Url", "http://a.example/")] if "Url" in name[1:] else [])
    )


async def test_a_document_at_the_gate_itself_is_refused(dialer: Dialer) -> None:
    """A call that asks the gate, which asks the gate, would never end."""
    url = f"{dialer.url}/twilio/voice/x"
    assert (403, 990300, "surface_blocked") == await refused(dialer, ("Url", url))


async def test_no_address_of_a_dialer_reaches_the_carrier(dialer: Dialer) -> None:
    """In no parameter, and in no document; and what is said of the call in an address cannot be read."""
    async with office({"/start": "<Response><Gather action='/keys'/><Play>/hold.mp3</Play></Response>"}) as server:
        names = ("Url", "FallbackUrl", "StatusCallback", "RecordingStatusCallback", "AsyncAmdStatusCallback")
        call = await create(dialer, *((name, f"{server.url}/start") for name in names))
        (request,) = await dialer.reached(number=call.number)
        assert [] == [value for _, value in request["params"] if server.url in value]
        document = await call.asks()
        media = f"<Play>{server.url}/hold.mp3</Play>"
        assert (True, False) == (media in document, server.url in document.replace(media, ""))
        addresses = re.findall(r'action="([^"]*)"', document)
        assert all(one.startswith(f"{dialer.url}/twilio/voice/") and call.number[1:] not in one for one in addresses)


async def test_forged_addresses_and_requests_lead_nowhere(dialer: Dialer) -> None:
    """An address that nobody made is an apology; a request that the carrier did not sign is refused."""
    call = await create(dialer, ("Twiml", "<Response><Gather action='http://127.0.0.1:9/'/></Response>"))
    for forged in (f"{call.url}A", call.url[:-4], f"{dialer.url}/twilio/voice/{'0' * 64}"):
        assert APOLOGY in await call.asks(url=forged)
    path = call.url.removeprefix(dialer.url)
    assert 403 == (await dialer.webhook(path, [("CallSid", call.sid)], secret="forged")).status
    assert 403 == (await dialer.ask("GET", path, anonymous=True)).status


async def test_long_documents_are_kept_sealed_and_served(dialer: Dialer) -> None:
    """Beyond what an address can hold, on any gate."""
    agent = dialer.running.new_number()
    words = "".join(f"<Say>{hashlib.sha256(bytes([number])).hexdigest()}</Say>" for number in range(60))
    call = await create(dialer, ("Twiml", f"<Response><Dial>{agent}</Dial>{words}</Response>"))
    document = await call.asks()
    assert (True, True) == (agent in document, len(call.url) < 200)
    assert not any(agent in str(row) for row in dialer.running.serve.rows("SELECT sealed FROM address"))
