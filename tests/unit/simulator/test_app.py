"""The simulator as the official SDK and the operating system meet it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT, START, TOKEN

FROM, TO = "+15550006000", "+15551230001"
SERVE = """
from dialgate.simulator import SimulatorConfig, run
run(SimulatorConfig(account_sid="AC1", auth_token="t", port={port}))
"""


def seen(resource: object, *names: str) -> list[object]:
    """Attributes of an SDK object, whose declared types are looser than its values."""
    return [getattr(resource, name) for name in names]


async def test_the_official_sdk_works_a_call_through(sdk: Client, sim: Simulator) -> None:
    """Create, fetch, update, list and delete a call with the carrier's own library, unmodified."""
    made = await asyncio.to_thread(
        sdk.calls.create, to=TO, from_=FROM, twiml="<Response><Pause length='60'/></Response>"
    )
    assert seen(made, "status", "to", "from_formatted", "direction") == ["queued", TO, FROM, "outbound-api"]
    call = sdk.calls(str(made.sid))
    assert [row.sid for row in await asyncio.to_thread(sdk.calls.list, to=TO)] == [made.sid]
    await sim.clock.settle()
    assert seen(await asyncio.to_thread(call.fetch), "status", "end_time") == ["in-progress", None]
    ended = await asyncio.to_thread(call.update, status="completed")
    assert seen(ended, "status", "end_time") == ["completed", START]
    assert await asyncio.to_thread(call.delete) is True
    assert sim.calls == {}


async def test_the_official_sdk_works_a_message_through(sdk: Client, sim: Simulator) -> None:
    """Create, fetch, redact, list and delete a message with the carrier's own library, unmodified."""
    made = await asyncio.to_thread(sdk.messages.create, to=TO, from_=FROM, body="good day")
    assert seen(made, "status", "num_segments", "error_code") == ["queued", "1", None]
    message = sdk.messages(str(made.sid))
    await sim.clock.settle()
    assert seen(await asyncio.to_thread(message.fetch), "status", "date_sent") == ["delivered", START]
    listed = await asyncio.to_thread(sdk.messages.list, date_sent=START)
    assert [row.sid for row in listed] == [made.sid]
    assert (await asyncio.to_thread(message.update, body="")).body == ""
    assert await asyncio.to_thread(message.delete) is True


async def test_the_official_sdk_pages_through_a_long_list(sdk: Client) -> None:
    """Following next_page_uri yields each resource once, newest first."""

    def use() -> tuple[list[str | None], list[str | None]]:
        made = [sdk.messages.create(to=TO, from_=FROM, body=str(n)).sid for n in range(5)]
        return made, [row.sid for row in sdk.messages.list(page_size=2)]

    made, listed = await asyncio.to_thread(use)
    assert listed == made[::-1]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"to": "", "from_": FROM, "body": "x"}, 400, 21604),
        ({"to": "banana", "from_": FROM, "body": "x"}, 400, 21211),
        ({"to": TO, "body": "x"}, 400, 21603),
        ({"to": TO, "from_": FROM}, 400, 21602),
    ],
)
async def test_refusals_arrive_as_the_sdks_own_exception(
    sdk: Client, given: dict[str, str], status: int, code: int
) -> None:
    """Status, code and text of a refusal are where the library looks for them."""
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(sdk.messages.create, **given)
    assert (caught.value.status, caught.value.code) == (status, code)


async def test_the_account_document_carries_its_token(http: aiohttp.ClientSession) -> None:
    """A gate in front can be shown to keep this secret back only if the carrier gives it away."""
    async with http.get(f"/2010-04-01/Accounts/{ACCOUNT}.json") as answer:
        shown = await answer.json()
    assert (answer.status, shown["auth_token"], shown["sid"]) == (200, TOKEN, ACCOUNT)


@pytest.mark.parametrize("path", [f"Accounts/{ACCOUNT}/Conferences.json", f"Accounts/{ACCOUNT}.json", "Accounts.json"])
async def test_an_unknown_path_is_20404(http: aiohttp.ClientSession, path: str) -> None:
    """What is not simulated is not found, in the carrier's words."""
    async with http.post(f"/2010-04-01/{path}") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 20404)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_of_its_own_ends_cleanly(number: signal.Signals, unused_tcp_port: int) -> None:
    """Alone, it answers until it is told to stop, and then ends without an error."""
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=unused_tcp_port)], env=dict(os.environ))
    try:
        url = f"http://127.0.0.1:{unused_tcp_port}/simulator/calls"
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(url) as answer:
                        assert await answer.json() == {"calls": []}
                        break
                except aiohttp.ClientConnectorError:
                    assert process.poll() is None
                    await asyncio.sleep(0.02)
        process.send_signal(number)
        assert await asyncio.to_thread(process.wait, 10) == 0
    finally:
        process.kill()
        process.wait()
