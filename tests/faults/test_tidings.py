"""Whatever dies in between, who was promised to be told is told."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import count
from typing import Any

import aiohttp

from tests.flows.office import Office, office
from tests.processes import Serve, send
from tests.waiting import until, wait_until

TENANT = "told"


class Operator:
    """Enters opt-outs one after another, and keeps those that were acknowledged."""

    def __init__(self, serve: Serve, session: aiohttp.ClientSession) -> None:
        self._serve = serve
        self._session = session
        self._numbers = count(2_000)
        self.acknowledged: set[str] = set()

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        sid, _, secret = (self._serve.data_dir / "cli.key").read_text().strip().partition(":")
        headers = {"Authorization": aiohttp.encode_basic_auth(sid, secret)}
        async with self._session.request(method, f"{self._serve.url}{path}", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def feed(self) -> list[dict[str, Any]]:
        """The whole of it, page by page."""
        items: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": 0, "head": 1}
        while page["next"] < page["head"]:
            asked = f"/v1/feeds/desk?tenant={TENANT}&unmask=true&after={page['next']}"
            page = (await self.ask("GET", asked))[1]
            items += page["items"]
        return items

    async def opt_out(self) -> None:
        number = f"+1202555{next(self._numbers)}"
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            status, _ = await self.ask("POST", f"/v1/opt-outs?tenant={TENANT}", {"to": number, "source": "agent"})
            if status in {201, 202}:
                self.acknowledged.add(number)


@asynccontextmanager
async def entering(operator: Operator) -> AsyncIterator[None]:
    over = asyncio.Event()

    async def one_after_another() -> None:
        while not over.is_set():
            await operator.opt_out()
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(one_after_another())
        try:
            yield
        finally:
            over.set()


def told(server: Office) -> set[str]:
    return {json.loads(one.body)["number"] for one in server.at("/told")}


async def test_every_acknowledged_opt_out_is_told(serve: Serve) -> None:
    """Kill -9 of each gate in turn and then of everything, while opt-outs come in and the tenant's server is away for
    a while: each reaches it, and one feed holds each once.
    """
    connector = aiohttp.TCPConnector(force_close=True)
    async with office({"/told": 503}) as server, aiohttp.ClientSession(connector=connector) as session:
        operator = Operator(serve, session)
        tenant = {"name": TENANT, "notice_url": f"{server.url}/told", "allow_private_urls": True}
        assert 201 == (await operator.ask("POST", "/v1/tenants", tenant))[0]
        assert 201 == (await operator.ask("POST", f"/v1/partners?tenant={TENANT}", {"name": "desk"}))[0]

        async def more() -> None:
            enough = len(operator.acknowledged) + 5
            await until(partial(_at_least, operator, enough), "more is acknowledged")

        async with entering(operator):
            await more()
            for pid in serve.gates():
                send(pid, signal.SIGKILL)
                wait_until(partial(serve.is_gone, pid), "the gate is gone")
                await more()
            server.answers["/told"] = 204
            serve.kill()
            serve.launch()
            serve.wait_ready()
            await more()

        async def all_told() -> bool:
            return operator.acknowledged <= told(server)

        assert await until(all_told, "everybody who was acknowledged is told", 60)
        items = await operator.feed()
    numbers = [item["number"] for item in items]
    assert (True, len(numbers)) == (operator.acknowledged <= set(numbers), len(set(numbers)))
    assert {"block"} == {item["action"] for item in items}


async def _at_least(operator: Operator, enough: int) -> bool:
    return len(operator.acknowledged) >= enough
