"""One running product for all flows of a test process: two gates on one port, a carrier beside them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest

from tests.carrier_process import TOKEN
from tests.flows.asking import SECOND_TOKEN, Auth, Dialer, Running
from tests.processes import Serve

TOKENS = {"DIALGATE_CARRIER__TWILIO__AUTH_TOKENS": f"{TOKEN},{SECOND_TOKEN}"}
ANY_HOUR = {"base": "open", "caller_id": {}, "duplicate": {}}
"""The rules that no clock decides: a test must not depend on the hour at which it runs."""
_names = itertools.count(1)

NewTenant = Callable[..., Awaitable[Dialer]]


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Whatever the flows did, at the end no answer has told a secret and no log a secret or a full number."""
    with Serve(settings=TOKENS) as serve:
        one = Running(serve)
        yield one
        assert ([], []) == (one.said_in_answers(), one.said_in_log())


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A new connection for each request, so that both gates are asked."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as opened:
        yield opened


@pytest.fixture
def demo(running: Running, session: aiohttp.ClientSession) -> Dialer:
    """The demonstration tenant's account pair; its policy is open at any hour."""
    values = running.serve.demo()
    account: Auth = (values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"])
    return Dialer(running, session, account[0], account, values["DEMO_FROM"])


@pytest.fixture
def new_tenant(demo: Dialer) -> NewTenant:
    """Makes a tenant with one sender of its own; no hours and no caps hold for it unless it is given a policy."""

    async def make(keywords: str = "default", sender: str = "", **more: object) -> Dialer:
        name = f"tenant-{next(_names)}"
        sender = sender or demo.running.new_number()
        owned = [{"sender": sender, "carrier_keywords": keywords}]
        asked = {"name": name, "region": "US", "caller_ids": owned, "policy": ANY_HOUR, **more}
        made = await demo.native("POST", "tenants", json=asked, shown_once=True)
        assert 201 == made.status, made.text
        account: Auth = (made.json["account_sid"], made.json["auth_token"])
        demo.running.tokens.add(account[1])
        return Dialer(demo.running, demo.session, account[0], account, sender, name)

    return make


@pytest.fixture
async def strict(new_tenant: NewTenant) -> Dialer:
    """A tenant with rules for senders and duplicates, seen for the first time."""
    return await new_tenant()
