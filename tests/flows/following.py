"""Calls that are followed through a running gate, the carrier's requests for documents, and servers that misbehave."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.carrier_process import ACCOUNT
from tests.flows.asking import Dialer, Heard, Pairs
from tests.waiting import until

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
APOLOGY = "We are sorry"
_requests = itertools.count(1)


@dataclass(slots=True)
class Created:
    """A call that was created through the gate."""

    dialer: Dialer
    number: str
    sid: str
    decision: str
    url: str
    """What the carrier asks; empty where it got the document itself."""

    async def asks(self, *more: tuple[str, str], url: str = "") -> str:
        """The document that the carrier gets, as it asks itself. `url`: another one than the call's."""
        fields: Pairs = (("AccountSid", ACCOUNT), ("CallSid", self.sid), ("CallStatus", "in-progress"), *more)
        heard = await self.dialer.webhook(urlsplit(url or self.url).path, fields)
        assert (200, True) == (heard.status, heard.headers["Content-Type"].startswith("text/xml")), heard
        return heard.text

    async def children(self) -> list[dict[str, Any]]:
        """What was decided in the course of the call, oldest first, once it is on record."""
        rows = await self.dialer.listing(unmask="true")
        found = [await self.dialer.record(row["id"]) for row in reversed(rows)]
        return [one for one in found if one["parent"] == self.decision]


async def create(dialer: Dialer, *fields: tuple[str, str], number: str = "") -> Created:
    number = number or dialer.running.new_number()
    heard = await dialer.post("Calls.json", [("To", number), ("From", dialer.sender), *fields])
    assert 201 == heard.status, heard.text
    (request,) = await dialer.reached(number=number)
    return Created(dialer, number, heard.json["sid"], heard.decision, dict(request["params"]).get("Url", ""))


async def refused(dialer: Dialer, *fields: tuple[str, str]) -> tuple[int, int, str]:
    """Of a create; nothing of it may have reached the carrier."""
    number = dialer.running.new_number()
    heard: Heard = await dialer.post("Calls.json", [("To", number), ("From", dialer.sender), *fields])
    assert [] == await dialer.reached(number=number)
    return heard.refusal


async def opt_out(dialer: Dialer, number: str) -> None:
    asked = {"to": number, "source": "agent"}
    told = await dialer.native("POST", "opt-outs", params={"tenant": dialer.tenant}, json=asked)
    assert (201, True) == (told.status, told.json["in_force"]), told.text


async def legs(dialer: Dialer, parent: str) -> list[str]:
    """Numbers that the carrier dialled in the course of a call."""
    async with dialer.session.get(f"{dialer.carrier}/simulator/calls") as response:
        calls = (await response.json())["calls"]
    return sorted(call["to"] for call in calls if call["parent_call_sid"] == parent)


async def legs_are(dialer: Dialer, parent: str, *numbers: str) -> None:
    async def dialled() -> bool:
        return await legs(dialer, parent) == sorted(numbers)

    await until(dialled, f"{len(numbers)} legs are dialled")


async def _slow(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("nobody waits for ever")


async def _megabytes(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"<Response>" + b" " * 3_000_000 + b"</Response>", content_type="text/xml")


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/xml"})
    await response.prepare(request)
    while True:
        await response.write(b"<Say>and on</Say>" * 100)


async def _away(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://169.254.169.254/latest/meta-data/")


async def _in_circles(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(str(request.rel_url))


def _text(text: str, content_type: str = "text/xml") -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type)

    return answer


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))

HOSTILE: dict[str, Answer] = {
    "slow": _slow,
    "megabytes": _megabytes,
    "endless": _endless,
    "away": _away,
    "circles": _in_circles,
    "html": _text("<html><body>Error</body></html>", "text/html"),
    "json": _text("{}", "application/json"),
    "bomb": _text(f'<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]><Response><Say>&l8;</Say></Response>'),
    "entity": _text('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><Response><Say>&e;</Say></Response>'),
    "instruction": _text("<?php x ?><Response/>"),
    "cut": _text("<Response><Say>Hello"),
    "unknown": _text("<Response><Fax>+14155552671</Fax></Response>"),
    "latin": _text('<?xml version="1.0" encoding="ISO-8859-1"?><Response/>'),
    "deep": _text("<Response>" + "<Gather>" * 40 + "</Gather>" * 40 + "</Response>"),
    "sip": _text("<Response><Dial><Sip>sip:+14155552671@example.com</Sip></Dial></Response>"),
    "socket": _text("<Response><Connect><Stream url='wss://a.example/'/></Connect></Response>"),
    "application": _text("<Response><Dial><Application>AP1</Application></Dial></Response>"),
    "hidden": _text('<Response><Say xTo="+14155552671">Hello</Say></Response>'),
    "hidden address": _text('<Response><Say xUrl="/other">Hello</Say></Response>'),
    "user info": _text("<Response><Redirect>http://a:b@127.0.0.1/</Redirect></Response>"),
    "crowd": _text("<Response><Dial>" + "<Number>+14155552671</Number>" * 21 + "</Dial></Response>"),
}


@asynccontextmanager
async def misbehaving() -> AsyncIterator[str]:
    """A server with one path for each way to misbehave, and `/fine`."""
    app = web.Application()
    for name, answer in HOSTILE.items():
        app.router.add_route("*", f"/{name.replace(' ', '-')}", answer)
    app.router.add_route("*", "/fine", _text("<Response><Say>This is the fallback</Say></Response>"))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
