"""Agents at SIP phones and in browsers: reached by the exact address that compliance has added, and by nothing else."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.following import create, legs_are, opt_out, refused
from tests.flows.office import office
from tests.waiting import until

UNSUPPORTED = (400, 990102, "unsupported_destination")
SAY = ("Twiml", "<Response><Pause length='60'/></Response>")
ASKED_OF_EACH_GATE = 8
KNOWN_S = 1.5
"""A directory is at most a second old."""
PASSWORD = "long-and-unguessable-7d31"
_names = itertools.count(1)


@pytest.fixture
async def dialer(new_tenant: NewTenant) -> Dialer:
    """A tenant whose server is on this machine, which no hours hold for."""
    return await new_tenant(allow_private_urls=True)


async def own(dialer: Dialer, *addresses: str) -> None:
    """Every gate knows of them afterwards."""
    for address in addresses:
        body = {"number": address, "note": "Ann"}
        added = await dialer.native("POST", "destinations", params={"tenant": dialer.tenant}, json=body)
        assert (201, address) == (added.status, added.json["number"]), added.text

    last = time.monotonic()

    async def known() -> bool:
        asked = addresses * ASKED_OF_EACH_GATE
        said = await asyncio.gather(*(verdict(dialer, address) for address in asked))
        return {"allow"} == set(said) and time.monotonic() - last > KNOWN_S

    await until(known, "each gate knows the own destinations")


async def verdict(dialer: Dialer, address: str) -> str:
    asked = {"channel": "voice", "to": address, "from": dialer.sender, "dry_run": True}
    told = await dialer.native("POST", "decisions", params={"tenant": dialer.tenant}, json=asked)
    return str(told.json["verdict"])


def agent() -> tuple[str, str]:
    """A browser and a desk, that no other test knows."""
    name = f"ann_{next(_names)}"
    return f"client:{name}", f"sip:{name}@pbx.example"


async def test_an_agent_in_a_browser_takes_calls_of_a_conference(dialer: Dialer) -> None:
    """The agent joins by address, the customer by number, and both are attempts on record; once the address is removed
    nobody is called there.
    """
    browser, desk = agent()
    sender = ("From", dialer.sender)
    for address in (browser, desk):
        assert UNSUPPORTED == (await dialer.post("Calls.json", [("To", address), sender, SAY])).refusal
        joins = await dialer.post("Conferences/floor/Participants.json", [("To", address), sender])
        assert UNSUPPORTED == joins.refusal
    await own(dialer, browser, desk)
    joined = await dialer.post("Conferences/floor/Participants.json", [("To", browser), sender])
    called = await dialer.post("Calls.json", [("To", desk), sender, SAY])
    customer = await dialer.post("Conferences/floor/Participants.json", [("To", dialer.running.new_number()), sender])
    assert [201] * 3 == [one.status for one in (joined, called, customer)], joined.text
    assert {browser, desk} == await _at_the_carrier(dialer, browser.removeprefix("client:"))
    assert ("allow", "client:***") == _seen(await dialer.record(joined.decision))
    (row,) = await dialer.listing(unmask="true", to=browser, verdict="allow", tenant=dialer.tenant)
    assert (joined.decision, browser) == (row["id"], row["to"])
    gone = await dialer.native("DELETE", f"destinations/{desk.replace('@', '%40')}", params={"tenant": dialer.tenant})
    assert 200 == gone.status, gone.text

    async def refuses() -> bool:
        return await verdict(dialer, desk) == "block"

    await until(refuses, "it is known no more")


async def _at_the_carrier(dialer: Dialer, part: str) -> set[str]:
    """Whom it called, of those who are named so."""
    async with dialer.session.get(f"{dialer.carrier}/simulator/calls") as response:
        calls = (await response.json())["calls"]
    return {call["to"] for call in calls if part in call["to"].lower()}


def _seen(row: dict[str, object]) -> tuple[object, object]:
    return row["verdict"], row["to"]


async def test_only_the_exact_address_is_called(dialer: Dialer) -> None:
    """Neither case, parameters, headers, escapes, names nor blanks lead to an own destination, and no digits follow."""
    browser, desk = agent()
    await own(dialer, browser, desk)
    user = desk.removeprefix("sip:").partition("@")[0]
    tricks = (
        browser.upper(),
        browser.capitalize(),
        f" {browser}",
        f"{browser} ",
        f"{browser}?to=1",
        browser.replace("ann", "%61nn"),
        browser.replace("client:", "app:"),
        desk.upper(),
        f"sips:{desk.removeprefix('sip:')}",
        desk.removeprefix("sip:"),
        desk.replace("pbx", "PBX"),
        desk.replace(user, user.upper()),
        f"{desk};transport=tcp",
        f"{desk}?X-To=1",
        f"<{desk}>",
        f"{desk}.",
        desk.replace("@", "%40"),
        desk.replace("@", ":secret@"),
    )
    asked = [await dialer.post("Calls.json", [("To", one), ("From", dialer.sender), SAY]) for one in tricks]
    assert [] == [(one, heard.text) for one, heard in zip(tricks, asked, strict=True) if heard.status != 400]
    behind = [("To", desk), ("From", dialer.sender), SAY, ("SendDigits", "ww1")]
    assert UNSUPPORTED == (await dialer.post("Calls.json", behind)).refusal
    written = await dialer.post("Messages.json", [("To", browser), ("From", dialer.sender), ("Body", "Hi")])
    assert UNSUPPORTED == written.refusal
    assert set() == await _at_the_carrier(dialer, user)


@pytest.mark.parametrize(
    "user", ["{e164}", "{digits}", "{national}", "dial-{digits}", "{national}.desk", "{dashed}", "{digits};x"]
)
async def test_a_number_that_said_no_is_added_in_no_disguise(dialer: Dialer, user: str) -> None:
    """A switchboard would dial it: the address is none that can be added, and is refused wherever it is written."""
    number = dialer.running.new_number()
    await opt_out(dialer, number)
    national = number[2:]
    written = user.format(
        e164=number, digits=number[1:], national=national, dashed=f"{national[:3]}-{national[3:6]}_{national[6:]}"
    )
    address = f"sip:{written}@pbx.example"
    added = await dialer.native(
        "POST", "destinations", params={"tenant": dialer.tenant}, json={"number": address, "note": ""}
    )
    assert 400 == added.status, added.text
    assert 400 == (await dialer.post("Calls.json", [("To", address), ("From", dialer.sender), SAY])).status
    twiml = ("Twiml", f"<Response><Dial><Sip>{address}</Sip></Dial></Response>")
    assert (400, 990113, "unknown_twiml") == await refused(dialer, twiml)
    assert [] == await dialer.reached(number=written)


async def test_a_customer_is_transferred_to_a_desk(dialer: Dialer) -> None:
    """The agents of a document are attempts of the call's; what the dialer asks of their legs leads through the gate,
    and what it logs in with is in no log.
    """
    browser, desk = agent()
    name = browser.removeprefix("client:")
    await own(dialer, browser, desk)
    sip = f"<Sip username='u' password='{PASSWORD}' url='/whisper' statusCallback='/seen'>{desk}</Sip>"
    client = f"<Client><Identity>{name}</Identity><Parameter name='case' value='7'/></Client>"
    documents = {
        "/start": f"<Response><Dial action='/next'>{sip}</Dial></Response>",
        "/next": f"<Response><Dial action='/done'>{client}</Dial></Response>",
        "/whisper": "<Response><Say>A customer</Say></Response>",
        "/done": "<Response><Hangup/></Response>",
    }
    dialer.running.tokens.add(PASSWORD)
    async with office(documents) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        (whispered,) = await server.hears("/whisper")
        await server.hears("/seen", CallStatus="completed", To=desk)
        await server.hears("/done", CallSid=call.sid, DialCallStatus="completed")
    assert call.sid == whispered.told["ParentCallSid"]
    await legs_are(dialer, call.sid, desk, browser)

    async def there() -> list[dict[str, object]]:
        found = await call.children()
        return found if len(found) == 2 else []

    children = await until(there, "both are on record")
    assert ["allow", "allow"] == [one["verdict"] for one in children]
    assert {"sip:***", "client:***"} == {one["to"] for one in children}


@pytest.mark.parametrize(
    "noun",
    [
        "<Sip>{desk}</Sip>",
        "<Sip>{own_desk};transport=tls</Sip>",
        "<Sip>{own_desk}?X-To=1</Sip>",
        "<Sip>{own_desk}<Headers><Header name='X-To' value='1'/></Headers></Sip>",
        "<Sip><Uri>{own_desk}</Uri></Sip>",
        "<Sip>{own_browser}</Sip>",
        "<Sip>{number}</Sip>",
        "<Client>{browser}</Client>",
        "<Client>{own_browser}</Client>",
        "<Client>{own_name}?x=1</Client>",
        "<Client>{own_upper}</Client>",
        "<Client><Identity>{browser}</Identity></Client>",
        "<Application>{own_name}</Application>",
        "<Sim>{own_name}</Sim>",
    ],
)
async def test_whoever_else_a_document_names_has_it_refused_whole(dialer: Dialer, noun: str) -> None:
    """With the mend; before anybody is called, and when it is fetched in the midst of a call."""
    (own_browser, own_desk), (browser, desk) = agent(), agent()
    number = dialer.running.new_number()
    await own(dialer, own_browser, own_desk, number)
    own_name = own_browser.removeprefix("client:")
    other = browser.removeprefix("client:")
    places = {"own_desk": own_desk, "own_browser": own_browser, "own_name": own_name, "own_upper": own_name.upper()}
    noun = noun.format(browser=other, desk=desk, number=number, **places)
    verbs = f"<Response><Dial>{noun}</Dial></Response>"
    assert (400, 990113, "unknown_twiml") == await refused(dialer, ("Twiml", verbs))
    async with office({"/start": verbs}) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        document = await call.asks()
    assert "We are sorry" in document


@pytest.mark.parametrize("verbs", ["<Dial>{}</Dial>", "<Dial><Number>{}</Number></Dial>", "<Sms to='{}'>Hi</Sms>"])
async def test_an_address_stands_in_the_place_of_no_number(dialer: Dialer, verbs: str) -> None:
    """Own or not, it is left out; a transfer by the other side is not followed at all."""
    browser, desk = agent()
    await own(dialer, browser, desk)
    documents = {
        f"/{place}": f"<Response>{verbs.format(one)}</Response>" for place, one in enumerate((browser, desk))
    } | {"/refer": f"<Response><Refer><Sip>{desk}</Sip></Refer></Response>"}
    async with office(documents) as server:
        seen = [await (await create(dialer, ("Url", f"{server.url}{path}"))).asks() for path in documents]
    assert [False] * 3 == [desk in one or browser in one for one in seen]
