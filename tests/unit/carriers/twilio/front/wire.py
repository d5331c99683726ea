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
from dialgate.carriers.twilio.front.operations import read_surface
from dialgate.carriers.twilio.front.weighing import Rules
from dialgate.domain.attempt import Channel

CONFIG = Path(__file__).parents[5] / "config"
OPERATIONS_TEXT, PARAMETERS_TEXT = [
    (CONFIG / name).read_text(encoding="utf-8") for name in ("operations.toml", "parameters.toml")
]
SURFACE = read_surface(OPERATIONS_TEXT, PARAMETERS_TEXT, ["NewHarmless"])
PARAMETERS = SURFACE.parameters
PUBLIC_URL = "https://gate.example.com"
CARRIER = "AC" + "c" * 32
ACCOUNT = "AC" + "a" * 32
CALL = "CA" + "1f" * 16
MESSAGE = "SM" + "2e" * 16
CONFERENCE = "CF" + "3d" * 16
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
RULES = Rules(PARAMETERS, PUBLIC_URL)


def route(channel: Channel = Channel.VOICE, operation: Operation = Operation.CREATE, sid: str = "") -> Route:
    """Of a call or message itself."""
    resource, placeholder = ("Calls", "call") if channel is Channel.VOICE else ("Messages", "message")
    template, names = (f"{resource}/{{{placeholder}}}", ((placeholder, sid),)) if sid else (resource, ())
    method = "POST" if operation in {Operation.CREATE, Operation.UPDATE} else "GET"
    table = f"{resource.lower()}.{operation.value}" if method == "POST" else ""
    return Route(operation, ACCOUNT, channel, method, f"{template}.json", names, table)


def participant() -> Route:
    """The update of a participant by its label."""
    template = "Conferences/{conference}/Participants/{participant}.json"
    names = (("conference", CONFERENCE), ("participant", "agent"))
    return Route(Operation.CONTROL, ACCOUNT, Channel.VOICE, "POST", template, names, "participants.update")


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
