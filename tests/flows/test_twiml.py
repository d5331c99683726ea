"""A number that said no hides in no document, parameter or participant: the carrier never gets it, however it is
written.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.following import create, legs, opt_out
from tests.flows.office import office
from tests.waiting import until

WIDE = str.maketrans("0123456789+", "０１２３４５６７８９＋")
DOCUMENTS = {
    "plain": "<Dial>{e164}</Dial>",
    "noun": "<Dial><Number>{e164}</Number></Dial>",
    "second noun": "<Dial><Number>{other}</Number><Number>{e164}</Number></Dial>",
    "national": "<Dial>{national}</Dial>",
    "spaced": "<Dial> {spaced} </Dial>",
    "wide": "<Dial>{wide}</Dial>",
    "cdata": "<Dial>+1<![CDATA[{national}]]></Dial>",
    "reference": "<Dial>&#43;1{national}</Dial>",
    "exit code": "<Dial>0111{national}</Dial>",
    "extension": "<Dial>{e164};ext=1</Dial>",
    "pause": "<Dial>{e164}w1</Dial>",
    "uri": "<Dial><Number>tel:{e164}</Number></Dial>",
    "list": "<Dial>{other},{e164}</Dial>",
    "whatsapp": "<Dial><WhatsApp>{e164}</WhatsApp></Dial>",
    "sip": "<Dial><Sip>sip:{e164}@example.com</Sip></Dial>",
    "sip user": "<Dial><Sip>sip:x{national}@example.com</Sip></Dial>",
    "sip among others": "<Dial><Sip><Uri>sip:{national}@example.com</Uri></Sip></Dial>",
    "sip header": "<Dial><Sip>sip:a@example.com<Headers><Header name='X' value='{e164}'/></Headers></Sip></Dial>",
    "sip parameter": "<Dial><Sip>sip:a@example.com;to={national}</Sip></Dial>",
    "client of digits": "<Dial><Client><Identity>{national}</Identity></Client></Dial>",
    "refer": "<Refer><Sip>sip:{e164}@example.com</Sip></Refer>",
    "client": "<Dial><Client>{e164}</Client></Dial>",
    "sms": "<Sms to='{e164}'>Hi</Sms>",
    "national sms": "<Sms to='{national}'>Hi</Sms>",
    "tones behind a number": "<Dial><Number sendDigits='ww{national}#'>{other}</Number></Dial>",
    "tones with pauses": "<Dial><Number sendDigits='9w{head}w{tail}'>{other}</Number></Dial>",
    "tones": "<Play digits='9{national}'/>",
    "tones in a menu": "<Gather><Play digits='w1{national}'/></Gather>",
    "attribute": "<Say xTo='{e164}'>Hi</Say>",
    "attribute of a dial": "<Dial xForward='{national}'>{other}</Dial>",
    "unknown noun": "<Dial><Phone>{e164}</Phone></Dial>",
    "unknown verb": "<Fax>{e164}</Fax>",
    "case": "<dial>{e164}</dial>",
    "namespace": "<Response xmlns='http://x'/><Dial>{e164}</Dial>",
    "comment": "<Dial>+1<!-- x -->{national}</Dial>",
}


@pytest.fixture
async def dialer(new_tenant: NewTenant) -> Dialer:
    """A tenant whose server is on this machine."""
    return await new_tenant(allow_private_urls=True, policy={"base": "open"})


def written(verbs: str, number: str, other: str) -> str:
    national = number[2:]
    return verbs.format(
        e164=number,
        national=national,
        head=national[:5],
        tail=national[5:],
        spaced=f"+1 ({national[:3]}) {national[3:6]}-{national[6:]}",
        wide=number.translate(WIDE),
        other=other,
    )


def digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


@pytest.mark.parametrize("verbs", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_a_suppressed_number_hides_in_no_document(dialer: Dialer, verbs: str) -> None:
    """Inline it is refused, or left out of what the carrier gets; fetched it is left out, or nothing of the document is
    followed.
    """
    number, other = dialer.running.new_number(), dialer.running.new_number()
    await opt_out(dialer, number)
    twiml = f"<Response>{written(verbs, number, other)}</Response>"
    form = [("To", dialer.running.new_number()), ("From", dialer.sender), ("Twiml", twiml)]
    inline = await dialer.post("Calls.json", form)
    assert inline.status in {201, 400}, inline.text
    async with office({"/start": twiml}) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        documents = [await call.asks()]
        if inline.status == 201:
            (request,) = await dialer.reached(number=form[0][1])
            given = dict(request["params"])
            documents.append(await call.asks(url=given["Url"]) if "Url" in given else given["Twiml"])
    assert [] == [document for document in documents if number[2:] in digits(document)]
    assert number not in await legs(dialer, call.sid)


async def test_a_suppressed_number_hides_in_no_parameter(dialer: Dialer) -> None:
    """Digits behind a call, a participant of a conference, new instructions for a live call."""
    number, other = dialer.running.new_number(), dialer.running.new_number()
    await opt_out(dialer, number)
    say = ("Twiml", "<Response><Pause length='60'/></Response>")
    sender = ("From", dialer.sender)
    behind = await dialer.post("Calls.json", [("To", other), sender, say, ("SendDigits", f"ww{number[2:]}")])
    joined = await dialer.post("Conferences/room/Participants.json", [("To", number), sender])
    assert [(400, "suppressed")] * 2 == [(one.status, one.reason) for one in (behind, joined)]
    call = await create(dialer, say)

    async def updated() -> bool:
        new = ("Twiml", f"<Response><Dial>{number}</Dial><Pause length='60'/></Response>")
        return (await dialer.post(f"Calls/{call.sid}.json", [new])).status == 200

    await until(updated, "the call is answered and gets new instructions")
    (request,) = [one for one in await dialer.reached(operation="update") if call.sid in str(one)][-1:]
    document = await call.asks(url=dict(request["params"])["Url"])
    assert (False, True) == (number in document, "<Pause" in document)
    assert [] == [one for one in await dialer.reached() if number[2:] in str(one["params"])]


@pytest.mark.parametrize("user", ["{e164}", "{national}", "x-1{national}", "{head}.{tail}"])
async def test_a_suppressed_number_hides_in_no_own_destination(dialer: Dialer, user: str) -> None:
    """Nobody can add it as an address, and what could not be added is not called; nor can it be added as a number to be
    called after all.
    """
    number = dialer.running.new_number()
    await opt_out(dialer, number)
    address = f"sip:{written(user, number, '')}@pbx.example"
    own = {"params": {"tenant": dialer.tenant}, "json": {"number": address}}
    assert 400 == (await dialer.native("POST", "destinations", **own)).status
    assert 201 == (await dialer.native("POST", "destinations", **own | {"json": {"number": number}})).status
    say = ("Twiml", "<Response><Pause length='60'/></Response>")
    called = [await dialer.post("Calls.json", [("To", to), ("From", dialer.sender), say]) for to in (address, number)]
    assert [(400, "unsupported_destination"), (400, "suppressed")] == [(one.status, one.reason) for one in called]
    async with office({"/start": f"<Response><Dial><Sip>{address}</Sip></Dial></Response>"}) as server:
        call = await create(dialer, ("Url", f"{server.url}/start"))
        document = await call.asks()
    assert number[2:] not in digits(document)
    assert [] == await legs(dialer, call.sid)


async def test_a_chain_of_documents_is_no_way_round(dialer: Dialer) -> None:
    """However many redirects, key presses and actions lead there, each document is read when it is followed."""
    number = dialer.running.new_number()
    await opt_out(dialer, number)
    documents = {
        "/0": "<Response><Redirect>/1</Redirect></Response>",
        "/1": "<Response><Gather action='/2' numDigits='1'/></Response>",
        "/2": "<Response><Record action='/3' maxLength='1'/></Response>",
        "/3": f"<Response><Dial action='/4'>{number}</Dial></Response>",
        "/4": f"<Response><Dial><Conference waitUrl='/5'>a</Conference></Dial><Dial>{number}</Dial></Response>",
        "/5": f"<Response><Dial>{number}</Dial></Response>",
    }
    async with office(documents) as server:
        call = await create(dialer, ("Url", f"{server.url}/0"))
        seen, following = [], [urlsplit(call.url).path]
        while following:
            document = await call.asks(("Digits", "1"), url=f"{dialer.url}{following.pop(0)}")
            seen.append(document)
            following += re.findall(r"/twilio/voice/[A-Za-z0-9_-]+", document)
            assert len(seen) < 20
    assert 7 == len(seen)  # what follows the conference is asked for when the call comes there
    assert {f"/{step}" for step in range(6)} <= {one.path for one in server.heard}
    assert [] == [document for document in seen if number[2:] in digits(document)]
