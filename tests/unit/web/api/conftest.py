"""One gate that `/v1` can write to, and a client that speaks to it over loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dialgate.web.app import make_app
from tests.fakes.api_gate import ApiGate, Http
from tests.unit.web.surface import FRONT


@pytest.fixture
async def gate() -> ApiGate:
    gate = ApiGate()
    await gate.inside.directory.refresh()
    return gate


@pytest.fixture
async def http(gate: ApiGate) -> AsyncIterator[Http]:
    async with TestClient(TestServer(make_app(gate.inside, FRONT))) as client:
        yield client
