"""The gate as it is run, against bare aiohttp: one gate process, a durable journal, a new number on every request."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.bench import documents, load
from tests.bench.cpu import Meter
from tests.bench.rounds import Row, compared, ratios
from tests.processes import ROOT, Serve, free_port
from tests.waiting import wait_until

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SENDER = "+12025550100"
BATCH = 1000
BATCHES = 3
_SERIAL = count()
POLICY = {
    "base": "open",
    "calling_hours": {"windows": {"daily": [["00:00", "24:00"]]}},
    "frequency_cap": {
        "limits": [
            {"scope": "number", "at_most": 3, "window_s": 86_400},
            {"scope": "number", "at_most": 20, "window_s": 604_800},
        ]
    },
    "caller_id": {},
    "duplicate": {},
}


def rows(rounds: int, requests: int) -> list[Row]:
    with ExitStack() as stack:
        carrier = stack.enter_context(_baseline("carrier"))
        passing = stack.enter_context(_baseline("pass", f"http://127.0.0.1:{carrier}"))
        trivial = stack.enter_context(_baseline("post"))
        server = stack.enter_context(_baseline("document"))
        settings = {"DIALGATE_CARRIER__TWILIO__BASE_URL": f"http://127.0.0.1:{carrier}"}
        gate = stack.enter_context(Serve(workers=1, settings=settings))
        tenant = _tenant(gate)
        return [
            *_proxied(gate, tenant, passing, rounds, requests),
            *_decided(gate, tenant, trivial, rounds, requests),
            *_batched(gate, tenant, rounds),
            documents.added_ms(gate, _operator(gate), server, rounds),
        ]


def _proxied(gate: Serve, tenant: dict[str, str], passing: int, rounds: int, requests: int) -> list[Row]:
    account = _basic(tenant["account_sid"], tenant["auth_token"])
    path = f"/2010-04-01/Accounts/{tenant['account_sid']}/Messages.json"

    def texts() -> list[bytes]:
        forms = ({"To": _number(), "From": SENDER, "Body": "Your table is ready"} for _ in range(requests))
        return [load.post(path, account, urlencode(form).encode(), FORM) for form in forms]

    meter = Meter(gate.gates()[0])
    ours = meter.over(lambda: load.per_second(gate.port, texts(), 201), requests)
    mine, theirs = ratios(rounds, ours, lambda: load.per_second(passing, texts(), 201))
    return [*compared("proxied attempt", mine, theirs, "bare pass-through"), meter.row("proxied attempt")]


def _decided(gate: Serve, tenant: dict[str, str], trivial: int, rounds: int, requests: int) -> list[Row]:
    def questions() -> list[bytes]:
        bodies = (json.dumps(_question()).encode() for _ in range(requests))
        return [load.post("/v1/decisions", tenant["key"], body, JSON) for body in bodies]

    meter = Meter(gate.gates()[0])
    ours = meter.over(lambda: load.per_second(gate.port, questions(), 200), requests)
    mine, theirs = ratios(rounds, ours, lambda: load.per_second(trivial, questions(), 200))
    return [*compared("POST /v1/decisions", mine, theirs, "trivial POST"), meter.row("POST /v1/decisions")]


def _batched(gate: Serve, tenant: dict[str, str], rounds: int) -> list[Row]:
    def second() -> float:
        bodies = [json.dumps([_question() for _ in range(BATCH)]).encode() for _ in range(BATCHES)]
        batches = [load.post("/v1/decisions/batch", tenant["key"], body, JSON) for body in bodies]
        return load.per_second(gate.port, batches, 200, connections=1) * BATCH

    meter = Meter(gate.gates()[0])
    ours = meter.over(second, BATCH * BATCHES)
    ours()
    rates = tuple(ours() for _ in range(rounds))
    return [Row("batch decisions a second", rates, "decisions", "{:.0f}"), meter.row("batch decision")]


def help_time(rounds: int) -> Row:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "dialgate", "--help"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        return time.perf_counter() - started

    once()
    return Row("dialgate --help", tuple(once() for _ in range(rounds)), "seconds; the bar is 0.40")


def _question() -> dict[str, str]:
    return {"channel": "sms", "to": _number(), "from": SENDER, "purpose": "informational"}


def _number() -> str:
    """Seven million valid numbers in turn: New York, 646-2000000 onward."""
    return f"+1646{2_000_000 + next(_SERIAL) % 7_000_000:07d}"


@contextmanager
def _baseline(kind: str, *to: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.baselines", kind, str(port), *to]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until(lambda: _listens(port), f"the baseline {kind}")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    try:
        load.per_second(port, [], 200, connections=1)
    except OSError:
        return False
    return True


def _tenant(gate: Serve) -> dict[str, str]:
    """A tenant with every rule on, hours that never close and two caps; and a key that may ask for decisions."""
    operator = _operator(gate)
    name = f"bench{os.getpid()}"
    asked = {"name": name, "region": "US", "caller_ids": [{"sender": SENDER}], "policy": POLICY}
    made = _ask(gate, "/v1/tenants", operator, asked)
    key = _ask(gate, f"/v1/keys?tenant={name}", operator, {"role": "dialer"})
    return {**made, "key": _basic(key["sid"], key["secret"])}


def _operator(gate: Serve) -> str:
    sid, _, secret = (gate.data_dir / "cli.key").read_text().strip().partition(":")
    return _basic(sid, secret)


def _ask(gate: Serve, path: str, authorization: str, body: dict[str, Any]) -> dict[str, str]:
    request = urllib.request.Request(  # noqa: S310 - our own gate
        gate.url + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": authorization, "Content-Type": JSON},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        said: dict[str, str] = json.loads(answer.read())
    return said


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
