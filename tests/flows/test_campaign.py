"""A dialer that runs a predictive campaign is none the wiser for a gate between it and the carrier."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from tests.campaign.cases import CASES
from tests.campaign.comparing import carrier_saw, dialer_saw, unsigned
from tests.campaign.dialer import Dialer
from tests.campaign.leads import STAFF, Lead, People, leads
from tests.campaign.office import Office
from tests.carrier_process import ACCOUNT, TOKEN
from tests.flows.asking import BUSY
from tests.processes import Serve

CALLS = 30
DEEP_CALLS = 500
TRIES = 3
REFUSED = "refused 400 990103 suppressed"
SETTINGS = {"DIALGATE_CARRIER__TWILIO__CALLS_PER_SECOND": "0"}


@dataclass(slots=True)
class Campaign:
    """What one run left behind."""

    dialer: Dialer
    calls: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def by_dialer(self, called: tuple[Lead, ...]) -> dict[str, object]:
        return dict(dialer_saw(self.dialer, called))

    def by_carrier(self) -> dict[str, object]:
        return dict(carrier_saw(self.dialer, self.calls, self.messages))


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """A product of its own: the carrier's time runs fast here."""
    with Serve(settings=SETTINGS) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def campaign(
    people: People, called: tuple[Lead, ...], account: tuple[str, str], api: str, sender: str
) -> Campaign:
    """Run it once, by the credentials and at the address that are given."""
    office = Office(account[1], sender)
    server = TestServer(office.app())
    await server.start_server()
    office.url = str(server.make_url("")).rstrip("/")
    try:
        await people.wake(called, {kind: case.script for kind, case in CASES.items()})
        dialer = Dialer(*account, api, sender, office, people)
        await dialer.run(called)
        return Campaign(dialer, await people.seen("calls"), await people.seen("messages"))
    finally:
        await server.close()


def untimely(serve: Serve) -> int:
    """In how many documents the gate had no time to judge a number: what follows from one cannot be compared."""
    refused = [json.loads(str(body)) for (body,) in serve.rows("SELECT body FROM decision WHERE verdict = 'block'")]
    return sum(any(why["code"] == BUSY for why in row["reasons"]) for row in refused if row["parent"])


async def undisturbed(serve: Serve, run: Callable[[], Awaitable[Campaign]]) -> Campaign:
    """Once more where the machine was too busy; dialers try again by themselves what they asked for by REST."""
    for _ in range(TRIES):
        before = untimely(serve)
        try:
            ran = await run()
        except ExceptionGroup:  # somebody waits in vain for what comes after such a document
            if untimely(serve) == before:
                raise
        else:
            if untimely(serve) == before:
                return ran
    raise TimeoutError("the machine is too busy for the gate")


async def set_up(serve: Serve, session: aiohttp.ClientSession, called: tuple[Lead, ...]) -> None:
    """Own destinations are declared, and the people who opted out have done so."""
    demo = serve.demo()
    auth = {"Authorization": aiohttp.encode_basic_auth(demo["DIALGATE_KEY_SID"], demo["DIALGATE_KEY_SECRET"])}
    asked: list[tuple[str, dict[str, str]]] = [
        *(("destinations", {"number": number, "note": "staff"}) for number in STAFF),
        *(("opt-outs", {"to": lead.number, "source": "agent"}) for lead in called if lead.refused),
    ]
    for path, body in asked:
        async with session.post(f"{serve.url}/v1/{path}", json=body, headers=auth) as answer:
            assert 201 == answer.status, await answer.text()


async def test_the_campaign_is_the_same_through_the_gate(
    serve: Serve, session: aiohttp.ClientSession, *, deep: bool
) -> None:
    """Each call, callback, recording and disposition is what it is without the gate, apart from what is refused; and
    the carrier sees the same calls, none of them to a person who opted out.
    """
    called = leads(DEEP_CALLS if deep else CALLS, CASES)
    demo, people = serve.demo(), People(serve.carrier.url, session)
    await set_up(serve, session, called)
    direct = await campaign(people, called, (ACCOUNT, TOKEN), serve.carrier.url, demo["DEMO_FROM"])
    account = demo["TWILIO_ACCOUNT_SID"], demo["TWILIO_AUTH_TOKEN"]
    gated = await undisturbed(serve, lambda: campaign(people, called, account, serve.url, demo["DEMO_FROM"]))
    allowed = tuple(lead for lead in called if not lead.refused)
    refused = [lead for lead in called if lead.refused]
    assert ([], []) == (unsigned(direct.dialer), unsigned(gated.dialer))
    assert direct.by_dialer(allowed) == gated.by_dialer(allowed)
    assert [REFUSED] * len(refused) == [gated.dialer.disposition[lead.name] for lead in refused]
    known = direct.by_carrier()
    for lead in refused:
        del known[lead.number]
    assert known == gated.by_carrier()
