"""What the tests of the front share: one carrier account, one tenant, and the parameters as they are shipped."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from dialgate.app.front import Operation, Route, Webhook
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio.front.asking import Rules
from dialgate.carriers.twilio.front.parameters import read_parameters
from dialgate.domain.attempt import Channel

PARAMETERS_FILE = Path(__file__).parents[5] / "config" / "parameters.toml"
PARAMETERS = read_parameters(PARAMETERS_FILE.read_text(encoding="utf-8"), ["NewHarmless"])
PUBLIC_URL = "https://gate.example.com"
CARRIER = "AC" + "c" * 32
ACCOUNT = "AC" + "a" * 32
CALL = "CA" + "1f" * 16
MESSAGE = "SM" + "2e" * 16
FORM = "application/x-www-form-urlencoded"
TENANT = Tenant(
    name="acme",
    region="US",
    account_sid=ACCOUNT,
    auth_tokens=("tenanttoken",),
    open_policy=False,
    policy={},
    sms_webhook="",
    allow_private_urls=False,
    created_at=datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
)
HERE = Rules(PARAMETERS, PUBLIC_URL, loopback=True)
AWAY = Rules(PARAMETERS, PUBLIC_URL, loopback=False)


def route(channel: Channel = Channel.VOICE, operation: Operation = Operation.CREATE, sid: str = "") -> Route:
    return Route(operation, ACCOUNT, channel, sid)


def form(*fields: tuple[str, str]) -> bytes:
    return urlencode(fields).encode()


def signed(
    path: str, fields: Iterable[tuple[str, str]], secret: str, algorithm: str = "sha1", settings: str = ""
) -> Webhook:
    """As the carrier signs; made without the product's code."""
    pairs = list(fields)
    text = PUBLIC_URL + path + "".join(name + value for name, value in sorted(set(pairs)))
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), algorithm).digest()).decode()
    headers = {"Content-Type": f"{FORM}; charset=UTF-8", "X-Twilio-Signature": signature}
    if settings:
        headers["X-Twilio-Webhooks-Signature-Settings"] = settings
    return Webhook(path, headers, urlencode(pairs).encode())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
