"""Nothing that can be read tells a secret: every path, with every kind of credentials, and the log."""

from __future__ import annotations

import asyncio

import pytest

from tests.carrier_process import ACCOUNT
from tests.flows.asking import Auth, Dialer

ROLES = ("dialer", "agent", "ops", "compliance", "admin")
PUBLIC = ("/docs", "/openapi.json", "/metrics", "/readyz", "/healthz", "/")
NATIVE = (
    *(
        "decisions",
        "decisions.csv",
        "decisions.jsonl",
        "decisions?unmask=true",
        "decisions/{d}",
        "decisions/{d}/explain",
    ),
    *("stats?group_by=key", "stats?group_by=hour", "numbers/{n}", "tenants", "keys", "nothing"),
)
CARRIER = (
    *(".json", "/Calls.json", "/Messages.json", "/Messages.json?PageSize=1", "/Messages/{m}.json", "/Calls/{c}.json"),
    *("/Messages/{m}/Media.json", "/Keys.json", "/SigningKeys.json", "/Tokens.json", "/Nothing.json"),
    *("/Messages/SM00000000000000000000000000000000.json", "/Calls/{c}/Recordings.json", "/Applications.json"),
)


async def _made(demo: Dialer) -> dict[str, str]:
    """One of each, some refused, some failed at the carrier."""
    number = demo.running.new_number()
    called, texted = await demo.call(number), await demo.text(number)
    failing = demo.running.new_number()
    await demo.fault(failing, "status", status=401, code=20003, message="Authenticate")
    await demo.text(failing)
    await demo.write(demo.running.new_number(), "TD")
    return {"n": number, "c": called.json["sid"], "m": texted.json["sid"], "d": texted.decision}


async def _crawl(dialer: Dialer, auth: Auth, made: dict[str, str]) -> int:
    """How many paths were read with these credentials; pages are followed."""
    base = f"/2010-04-01/Accounts/{dialer.account}"
    paths = [f"{base}{path}" for path in CARRIER] + [f"/v1/{path}" for path in NATIVE] + [*PUBLIC]
    waiting, read = [path.format(**made) for path in paths], 0
    while waiting:
        heard = await dialer.ask("GET", waiting.pop(), auth=auth)
        assert heard.status < 500, heard.text
        read += 1
        following = heard.json["next_page_uri"] if '"next_page_uri"' in heard.text else None
        waiting += [following] if following and read < 2 * len(paths) else []
    return read


async def test_no_readable_path_tells_a_secret(demo: Dialer, strict: Dialer) -> None:
    """The carrier's secrets and account, other tenants' tokens and our own keys are in no answer, whoever asks; not
    even an answer of the carrier that fails shows them.
    """
    made = await _made(demo)
    everyone = [demo.auth, demo.running.operator, strict.auth, ("x", "y"), *[await demo.key(role) for role in ROLES]]
    read = await asyncio.gather(*(_crawl(demo, auth, made) for auth in everyone))
    assert ([], True) == (demo.running.said_in_answers(), min(read) >= len(CARRIER) + len(NATIVE) + len(PUBLIC))


async def test_pages_lead_back_to_the_gate(demo: Dialer) -> None:
    """Every address in a list is the gate's own, in the tenant's own name."""
    number = demo.running.new_number()
    for _ in range(3):
        await demo.text(number)
    page = (await demo.get("Messages.json", params={"To": number, "PageSize": "1"})).json
    uris = [
        page["next_page_uri"],
        page["uri"],
        page["messages"][0]["uri"],
        page["messages"][0]["subresource_uris"]["media"],
    ]
    assert {f"/2010-04-01/Accounts/{demo.account}/Messages"} == {uri[: len(demo.path("Messages"))] for uri in uris}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 503])
async def test_a_failing_carrier_tells_no_secret(demo: Dialer, status: int) -> None:
    """An error of the carrier that names its account and a token loses both on the way."""
    number = demo.running.new_number()
    message = f"Account {ACCOUNT} may not"
    await demo.fault(number, "status", status=status, code=20003, message=message)
    heard = await demo.text(number)
    assert (True, False) == (heard.status in range(400, 500), ACCOUNT in heard.text)


def test_the_log_tells_neither_secrets_nor_numbers(demo: Dialer) -> None:
    """What went through so far has left no secret and no full number in the log."""
    assert [] == demo.running.said_in_log()
    assert "***" in demo.running.serve.said() or not demo.running.numbers
