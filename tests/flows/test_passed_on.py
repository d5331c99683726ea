"""What a running gate passes on to a dialer's server: genuine to both official validators, and the tenant's own."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from twilio.request_validator import RequestValidator

from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.signature import signature_headers
from tests.carrier_process import ACCOUNT, TOKEN
from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.office import Office, Request, office
from tests.waiting import until

NODE = Path(sys.executable).parent / "node"
PROGRAM = Path(__file__).resolve().parents[1] / "sdk_node" / "validate.js"
EVENTS = ("initiated", "ringing", "answered", "completed")
DOCUMENTS = {
    "/voice": '<Response><Gather action="pressed?step=1&amp;b=x%20y" numDigits="1"><Say>Key</Say></Gather></Response>',
    "/pressed": '<Response><Record maxLength="1" action="/recorded" recordingStatusCallback="/recording"/></Response>',
    "/recorded": '<Response><Redirect method="GET">/last?c=a%20b</Redirect></Response>',
    "/last": "<Response><Hangup/></Response>",
    "/sms": '<Response><Message statusCallback="/replied">Yes</Message><Redirect>/sms/more</Redirect></Response>',
    "/sms/more": "<Response/>",
}


def python_finds(token: str, request: Request) -> bool:
    """By twilio-python's own validator."""
    params: Any = request.body if request.is_json else request.form
    validator = RequestValidator(token)
    return bool(
        validator.validate(request.url, _Fields(params) if isinstance(params, dict) else params, request.signature)
    )


class _Fields(dict[str, list[str]]):
    """As frameworks hand forms to the validator."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


async def node_finds(token: str, requests: list[Request]) -> list[bool]:
    """By twilio-node's own validator."""
    given = [
        {
            "token": token,
            "signature": one.signature,
            "url": one.url,
            "params": {name: values if len(values) > 1 else values[0] for name, values in one.form.items()},
            "body": one.body if one.is_json else None,
        }
        for one in requests
    ]
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(NODE, PROGRAM, stdin=pipe, stdout=pipe, stderr=pipe)
    said, complained = await program.communicate(json.dumps(given).encode())
    assert (0, "") == (program.returncode, complained.decode())
    found: list[bool] = json.loads(said)
    return found


async def create(dialer: Dialer, server: Office, number: str, method: str) -> str:
    """A call whose every address is the dialer's own; the carrier's name of it."""
    form = [
        ("To", number),
        ("From", dialer.sender),
        ("Url", f"{server.url}/voice?team=%7Ea&x=1#rc=1"),
        ("Method", method),
        ("StatusCallback", f"{server.url}/status?team=b"),
        ("StatusCallbackMethod", method),
        *(("StatusCallbackEvent", event) for event in EVENTS),
    ]
    heard = await dialer.post("Calls.json", form)
    assert 201 == heard.status, heard.text
    sid: str = heard.json["sid"]
    return sid


async def press(dialer: Dialer, number: str, digits: str) -> None:
    script = {"to": number, "digits": [digits], "duration_s": 30}
    async with dialer.session.post(f"{dialer.carrier}/simulator/scripts", json=script) as response:
        assert 201 == response.status, await response.text()


async def tell_json(dialer: Dialer, number: str) -> int:
    """The carrier reports in JSON to the address that it was given for the call's status."""
    created = dict((await dialer.reached(number=number))[-1]["params"])
    body = json.dumps({"AccountSid": ACCOUNT, "event": "退订"}).encode()
    url = f"{created['StatusCallback']}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"Content-Type": "application/json", **signature_headers(SimulatorConfig(ACCOUNT, TOKEN), url, ())}
    async with dialer.session.post(url, data=body, headers=headers) as response:
        return response.status


async def test_both_official_validators_accept_everything_that_is_passed_on(new_tenant: NewTenant) -> None:
    """Documents, key presses, status, recordings, redirects and inbound messages, by POST and by GET with a query."""
    async with office(DOCUMENTS) as server:
        dialer = await new_tenant(sms_webhook=f"{server.url}/sms?box=1", allow_private_urls=True)
        for method in ("POST", "GET"):
            number = dialer.running.new_number()
            await press(dialer, number, "5")
            sid = await create(dialer, server, number, method)
            for status in ("initiated", "ringing", "in-progress", "completed"):
                await server.hears("/status", CallSid=sid, CallStatus=status)
            await server.hears("/pressed", CallSid=sid, Digits="5")
            await server.hears("/recording", CallSid=sid, RecordingStatus="completed")
            await server.hears("/last", CallSid=sid)
            assert 204 == await tell_json(dialer, number)
        person = dialer.running.new_number()
        answer = await dialer.write(person, "Are you open? 营业吗?")
        assert (200, ["Yes"]) == (answer["status"], [one["body"] for one in answer["replies"]])
        await server.hears("/sms", From=person)
        await server.hears("/replied", To=person, MessageStatus="delivered")
        heard = list(server.heard)
    token = dialer.auth[1]
    assert {"POST", "GET"} == {one.method for one in heard}
    assert [] == [one.url for one in heard if not python_finds(token, one)]
    assert [True] * len(heard) == await node_finds(token, heard)
    assert [False] * len(heard) == await node_finds(TOKEN, heard)
    in_json = [one for one in heard if one.is_json]
    assert [{"AccountSid": dialer.account, "event": "退订"}] * 2 == [json.loads(one.body) for one in in_json]
    assert {dialer.account} == {one.told["AccountSid"] for one in heard if not one.is_json}
    assert not any(ACCOUNT in one.url + one.body for one in heard)
    links = {one.told["RecordingUrl"].rpartition("/")[0] for one in heard if "RecordingUrl" in one.told}
    assert {f"{dialer.url}{dialer.path('Recordings')}"} == links


async def test_a_recording_is_fetched_where_the_callback_says(new_tenant: NewTenant) -> None:
    """Its link leads to the gate, with the tenant's own credentials."""
    async with office(DOCUMENTS) as server:
        dialer = await new_tenant(allow_private_urls=True)
        number = dialer.running.new_number()
        await press(dialer, number, "5")
        sid = await create(dialer, server, number, "POST")
        told = (await server.hears("/recording", CallSid=sid, RecordingStatus="completed"))[0].told
    heard = await dialer.ask("GET", f"{told['RecordingUrl'].removeprefix(dialer.url)}.json")
    assert (200, told["RecordingSid"]) == (heard.status, heard.json["sid"]), heard.text


async def test_a_failing_dialer_is_the_carriers_to_ask_again(new_tenant: NewTenant) -> None:
    """Its status, or 502 where there is none, is what the carrier hears; the end is on record all the same."""
    async with office({**DOCUMENTS, "/voice": "<Response/>", "/status": 503}) as server:
        dialer = await new_tenant(allow_private_urls=True)
        sid = await create(dialer, server, dialer.running.new_number(), "POST")
        await server.hears("/status", CallSid=sid, CallStatus="completed")
        server.answers["/voice"] = '<Response><Pause length="3600"/></Response>'
        late = await create(dialer, server, dialer.running.new_number(), "POST")
        await server.hears("/status", CallSid=late, CallStatus="in-progress")
    async with dialer.session.post(f"{dialer.carrier}/simulator/calls/{late}/hangup") as response:
        assert 200 == response.status, await response.text()
    assert {503} == set(await answered(dialer, sid))
    assert 502 in await answered(dialer, late)
    assert [["completed"]] * 2 == await ends(dialer)


async def answered(dialer: Dialer, sid: str) -> list[int]:
    """What the carrier heard for the four reports of a call."""

    async def all_told() -> list[int]:
        async with dialer.session.get(f"{dialer.carrier}/simulator/calls") as response:
            calls = (await response.json())["calls"]
        events = next(call["events"] for call in calls if call["sid"] == sid)
        statuses = [event["answered"] for event in events if "callback" in event]
        return statuses if len(statuses) >= len(EVENTS) else []

    return await until(all_told, "the call is over and told of", 40)


async def ends(dialer: Dialer) -> list[list[str]]:
    """How each attempt of this tenant ended, once all have."""

    async def found() -> list[list[str]]:
        rows = [await dialer.record(row["id"]) for row in await dialer.listing(tenant=dialer.tenant)]
        ended = [[event["status"] for event in row["events"] if event["kind"] == "settled"] for row in rows]
        return ended if all(ended) else []

    return await until(found, "every end is on record")
