"""What it costs that a document of a call comes through the gate: asked one after the other, as calls ask."""

from __future__ import annotations

import http.client
import json
import statistics
import time
import tomllib
import urllib.request
from base64 import b64decode
from contextlib import closing
from urllib.parse import urlencode

from dialgate.app.call_state import CallState, Made, packed
from dialgate.app.front import Wanted
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.signature import signature_headers
from dialgate.stores.sql.cipher import Cipher
from tests.bench.rounds import Row
from tests.carrier_process import ACCOUNT, TOKEN
from tests.processes import Serve

ASKED = 300
FORM = "application/x-www-form-urlencoded"
FIELDS = (("AccountSid", ACCOUNT), ("CallSid", "CA" + "1" * 32), ("CallStatus", "in-progress"))


def added_ms(gate: Serve, authorization: str, server: int, rounds: int) -> Row:
    """Median of a document through the gate, less the median of the same from the dialer's server. `authorization`: of
    the operator.
    """
    account = _tenant(gate, authorization)
    path = f"/twilio/voice/{_token(gate, account, f'http://127.0.0.1:{server}/start')}"
    signed = signature_headers(SimulatorConfig(ACCOUNT, TOKEN), f"{gate.url}{path}", FIELDS)

    def once() -> float:
        return _median_ms(gate.port, path, signed) - _median_ms(server, "/start", {})

    once()
    values = tuple(once() for _ in range(rounds))
    return Row("a document passed on, added to the median", values, "milliseconds; the bar is 10", "{:.1f}")


def _median_ms(port: int, path: str, headers: dict[str, str]) -> float:
    body = urlencode(FIELDS).encode()
    took: list[float] = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        for _ in range(ASKED):
            began = time.perf_counter()
            connection.request("POST", path, body, {"Content-Type": FORM, **headers})
            answer = connection.getresponse()
            text = answer.read()
            took.append((time.perf_counter() - began) * 1000)
            assert (200, True) == (answer.status, b"Press 1" in text), text
    return statistics.median(took)


def _token(gate: Serve, account: str, url: str) -> str:
    """As a create would have been given."""
    kept = tomllib.loads((gate.data_dir / "secrets.toml").read_text(encoding="utf-8"))
    made = Made("1" * 32, "documents", account, "voice", "+12025550123", "+12025550100", "informational")
    state = CallState(made, Wanted.DOCUMENT, url, "POST", int(time.time()) + 3_600)
    return Cipher([b64decode(key) for key in kept["master_keys"]]).lock(packed(state))


def _tenant(gate: Serve, authorization: str) -> str:
    asked = {"name": "documents", "region": "US", "policy": {"base": "open"}, "allow_private_urls": True}
    request = urllib.request.Request(  # noqa: S310 - our own gate
        f"{gate.url}/v1/tenants",
        data=json.dumps(asked).encode(),
        headers={"Authorization": authorization, "Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return str(json.loads(answer.read())["account_sid"])
