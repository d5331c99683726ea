"""Calls of several dialers through two gates at five a second: never faster, in turn, and nobody is starved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import aiohttp
import pytest

from tests.flows.asking import Dialer, Heard, Running
from tests.processes import Serve

PER_SECOND = 5
CALLS = 20
PATIENCE_S = 90
SLACK = 0.1
"""Calls that could fit into what the clocks of store, carrier and test may be apart."""


@pytest.fixture(scope="module")
def paced() -> Iterator[Running]:
    with Serve(settings={"DIALGATE_CARRIER__TWILIO__CALLS_PER_SECOND": str(PER_SECOND)}) as serve:
        yield Running(serve)


@pytest.fixture
async def dialer(paced: Running) -> AsyncIterator[Dialer]:
    """The demonstration tenant; each request may come to the other gate."""
    values = paced.serve.demo()
    account = (values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"])
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:
        yield Dialer(paced, session, account[0], account, values["DEMO_FROM"])


async def placed(dialer: Dialer, told_to_wait: list[Heard]) -> str:
    """As a dialer does that keeps to what it is told; the number that it reached."""
    number = dialer.running.new_number()
    while (heard := await dialer.call(number)).status == 429:
        assert (429, 20429, "pacing") == heard.refusal
        told_to_wait.append(heard)
        await asyncio.sleep(int(heard.headers["Retry-After"]))
    assert 201 == heard.status, heard.text
    return number


async def other_tenant(dialer: Dialer) -> Dialer:
    asked = {"name": "modest", "region": "US", "policy": {"base": "open"}}
    made = await dialer.native("POST", "tenants", json=asked, shown_once=True)
    assert 201 == made.status, made.text
    account = (made.json["account_sid"], made.json["auth_token"])
    return Dialer(dialer.running, dialer.session, account[0], account, dialer.sender, "modest")


async def test_two_gates_share_one_pace(dialer: Dialer) -> None:
    """Twenty at once reach the carrier no faster than five a second, whichever gate each came to; who was told to wait
    is on record as refused, and comes through later.
    """
    before = datetime.now(UTC)
    told_to_wait: list[Heard] = []
    async with asyncio.timeout(PATIENCE_S):
        numbers = await asyncio.gather(*(placed(dialer, told_to_wait) for _ in range(CALLS)))
    requests = [one for one in await dialer.reached() if dict(one["params"])["To"] in numbers]
    arrived_s = sorted((datetime.fromisoformat(one["received_at"]) - before).total_seconds() for one in requests)
    assert CALLS == len(arrived_s)
    too_early = [(n, at_s) for n, at_s in enumerate(arrived_s) if n > PER_SECOND * at_s + SLACK]
    assert [] == too_early
    assert told_to_wait
    record = await dialer.record(told_to_wait[0].decision)
    assert ("block", ["pacing"]) == (record["verdict"], [reason["code"] for reason in record["reasons"]])


async def test_a_flood_of_one_tenant_does_not_starve_another(dialer: Dialer) -> None:
    """While one floods the gate without end, the other gets its calls through, one after the other."""
    modest = await other_tenant(dialer)
    enough = asyncio.Event()

    async def flood() -> None:
        while not enough.is_set():
            await dialer.call(dialer.running.new_number())

    async def a_few() -> list[str]:
        try:
            return [await placed(modest, []) for _ in range(3)]
        finally:
            enough.set()

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        for _ in range(3 * PER_SECOND):
            group.create_task(flood())
        numbers = await a_few()
    assert 3 == len(numbers)


async def test_a_lost_store_begins_anew(dialer: Dialer) -> None:
    """Slots are not remembered beyond a loss; calls go on as soon as the index is verified."""
    await placed(dialer, [])
    dialer.running.serve.ask_store("FLUSHALL")
    number = dialer.running.new_number()

    async with asyncio.timeout(PATIENCE_S):
        while (heard := await dialer.call(number)).status == 429:
            await asyncio.sleep(int(heard.headers["Retry-After"]))
    assert 201 == heard.status, heard.text


async def test_messages_are_not_paced(dialer: Dialer) -> None:
    """The carrier sends them at its own pace."""
    texts = await asyncio.gather(*(dialer.text(dialer.running.new_number()) for _ in range(3 * PER_SECOND)))
    assert [201] * (3 * PER_SECOND) == [heard.status for heard in texts]
