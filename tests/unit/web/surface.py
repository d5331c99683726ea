"""How tests speak to the carrier surface: as a dialer with an account pair, and as the carrier with its signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import encode_basic_auth
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from dialgate.carriers.twilio.front import TwilioFront
from tests.fakes.web_gate import ACCOUNT, CARRIER_ACCOUNT, SENDER, TOKEN
from tests.unit.carriers.twilio.front.wire import FORM, PUBLIC_URL, SURFACE, form, signed

Http = TestClient[Request, Application]

CARRIER_TOKEN = "carriertoken"
FRONT = TwilioFront(CARRIER_ACCOUNT, [CARRIER_TOKEN], PUBLIC_URL, SURFACE)
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
NUMBER = "+14155552671"
TO, FROM, BODY = ("To", NUMBER), ("From", SENDER), ("Body", "Hello")
SAY = ("Twiml", "<Response><Say>Hello</Say></Response>")
CALL = (TO, FROM, SAY)
MESSAGE = (TO, FROM, BODY)
PAIR = (ACCOUNT, TOKEN)


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def decision(self) -> str:
        return self.headers["X-Dialgate-Decision"]

    @property
    def reason(self) -> tuple[int, str, int]:
        return self.status, self.body["details"].get("reason", ""), self.body["code"]


async def ask(
    http: Http,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    pair: tuple[str, str] | None = PAIR,
    headers: Mapping[str, str] | None = None,
) -> Got:
    basic = {"Authorization": encode_basic_auth(*pair)} if pair else {}
    kind = {"Content-Type": FORM} if body is not None else {}
    given = {**basic, **kind, **(headers or {})}
    async with http.request(method, path, data=body, headers=given, allow_redirects=False) as response:
        return Got(response.status, dict(response.headers), await response.text())


async def post(http: Http, path: str, *fields: tuple[str, str], headers: Mapping[str, str] | None = None) -> Got:
    return await ask(http, "POST", BASE + path, body=form(*fields), headers=headers)


async def get(http: Http, path: str) -> Got:
    return await ask(http, "GET", BASE + path)


async def from_carrier(http: Http, path: str, *fields: tuple[str, str], token: str = CARRIER_TOKEN) -> Got:
    webhook = signed(path, (("AccountSid", CARRIER_ACCOUNT), *fields), token)
    return await ask(http, "POST", path, body=webhook.body, pair=None, headers=webhook.headers)
