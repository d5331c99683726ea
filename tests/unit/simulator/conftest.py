"""A simulator on a stopped clock, and a dialer's or gate's side that records what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from twilio.rest import Client

from dialgate.simulator import SIMULATOR, SimulatorConfig, Timing, make_app, seeded_ids
from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide

ACCOUNT = "AC" + "5" * 32
TOKEN = "carriertoken"
START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.fixture
async def far_side() -> AsyncIterator[FarSide]:
    """Where webhooks arrive: answers per path, requests kept."""
    side = FarSide()
    server = TestServer(side.app)
    async with server:
        side.url = f"http://127.0.0.1:{server.port}"
        yield side


@pytest.fixture
def config(far_side: FarSide) -> SimulatorConfig:
    return SimulatorConfig(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        api_keys={"SK" + "6" * 32: "keysecret"},
        gate_url=far_side.url,
        timing=Timing.instant(),
        ticking=False,
        start=START,
        new_id=seeded_ids("test"),
    )


@pytest.fixture
async def server(config: SimulatorConfig) -> AsyncIterator[TestServer]:
    server = TestServer(make_app(config))
    async with server:
        yield server


@pytest.fixture
def sim(server: TestServer) -> Simulator:
    return server.app[SIMULATOR]


@pytest.fixture
async def http(server: TestServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that speaks with the account's own credentials."""
    auth = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    async with aiohttp.ClientSession(server.make_url("/"), headers=auth) as session:
        yield session


@pytest.fixture
def sdk(server: TestServer) -> Client:
    """The carrier's own library, pointed here; its calls block and belong in a thread."""
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = str(server.make_url("")).rstrip("/")
    return client
