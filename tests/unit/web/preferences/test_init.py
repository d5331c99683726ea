"""Where the preference page is served."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dialgate.domain.scope import Scope
from dialgate.web.app import Serves, make_app
from tests.fakes.one_gate import NUMBER
from tests.fakes.web_gate import WebGate
from tests.unit.web.surface import FRONT, ask


@pytest.mark.parametrize(
    ("serves", "status"), [(Serves.ALL, 200), (Serves.WEBHOOKS, 200), (Serves.ALL_BUT_WEBHOOKS, 404)]
)
async def test_the_page_is_where_the_public_is(gate: WebGate, serves: Serves, status: int) -> None:
    """On the listener of the webhooks, which `server.public_url` names; never behind credentials."""
    url, _ = gate.inside.hearing.preferences.url(Scope("acme"), NUMBER, 1)
    async with TestClient(TestServer(make_app(gate.inside, FRONT, serves))) as http:
        got = await ask(http, "GET", f"/p/{url.rpartition('/')[2]}", pair=None)
        assert status == got.status
