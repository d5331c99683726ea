"""One gate behind the real web, and a client that speaks to it over loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from dialgate.web.app import make_app
from tests.fakes.web_gate import WebGate
from tests.unit.web.surface import FRONT

Http = TestClient[Request, Application]


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


@pytest.fixture
async def http(gate: WebGate) -> AsyncIterator[Http]:
    async with TestClient(TestServer(make_app(gate.inside, FRONT))) as client:
        yield client
