"""A listener serves the faces that it was made for, and no other."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dialgate.web.app import Serves, make_app
from tests.fakes.web_gate import WebGate
from tests.unit.web import surface


@pytest.mark.parametrize(
    ("serves", "statuses"),
    [
        (Serves.ALL, (200, 403, 200)),
        (Serves.WEBHOOKS, (404, 403, 403)),
        (Serves.ALL_BUT_WEBHOOKS, (200, 404, 200)),
    ],
)
async def test_faces_can_be_kept_apart(gate: WebGate, serves: Serves, statuses: tuple[int, int, int]) -> None:
    """The listener of the carrier knows no dialer and tells nothing of the gate; that of dialers knows no webhook."""
    async with TestClient(TestServer(make_app(gate.inside, surface.FRONT, serves))) as http:
        health = await surface.ask(http, "GET", "/healthz", pair=None)
        webhook = await surface.from_carrier(http, "/twilio/sms", token="forged")
        account = await surface.get(http, ".json")
        assert statuses == (health.status, webhook.status, account.status)
