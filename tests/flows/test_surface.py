"""What dialers may do at all: a short list, and everything else that the carrier offers is refused."""

from __future__ import annotations

import asyncio
import re

from tests.flows.asking import Dialer, Heard
from tests.flows.carrier_operations import operations

ACCOUNT = "/2010-04-01/Accounts/{account_sid}"
WRITES = {("POST", f"{ACCOUNT}/{rest}.json") for rest in ("Calls", "Calls/{sid}", "Messages", "Messages/{sid}")}
READS = {("GET", template) for _, template in WRITES} | {("GET", "/2010-04-01/Accounts/{sid}.json")}
AT_ONCE = 50
LEAST = 1_400
"""Operations that the SDK of the lock has; an empty list would prove nothing."""
OTHER_HOSTS = (
    "/v2/Flows/FW00000000000000000000000000000000/Executions",
    "/v1/Services/IS00000000000000000000000000000000/Conversations",
    "/v1/Messages",
    "/2008-08-01/Accounts/{account}/SMS/Messages",
    "/2010-04-01/Accounts/{account}/SMS/Messages.json",
    "/2010-04-01/Accounts/{account}/Calls",
    "/2010-04-01/Accounts/{account}/Calls.xml",
    "/2010-04-01/Accounts/{account}/calls.json",
    "/protected/json/sms/1234/1",
    "/",
)


def _filled(dialer: Dialer, template: str) -> str:
    """The tenant's own account where one stands, the form of a SID elsewhere."""
    own = template.replace("{account_sid}", dialer.account).replace("Accounts/{sid}", f"Accounts/{dialer.account}")
    return re.sub(r"\{\w+\}", "CA" + "0" * 32, own)


def _refused(path: str, heard: Heard) -> bool:
    """Paths that begin as those of our own API are refused in its words."""
    if path.startswith("/v1/"):
        return heard.status in {404, 405} and heard.headers["Content-Type"] == "application/problem+json"
    return heard.refusal == (403, 990300, "surface_blocked")


async def test_whatever_else_the_sdk_offers_is_refused(demo: Dialer) -> None:
    """Each operation of the SDK that is not on the short list is 403 `surface_blocked`, whatever host it is meant for,
    and nothing of it reaches the carrier.
    """
    number = demo.running.new_number()
    names = ("To", "From", "PhoneNumber", "Identifier", "MessagingBinding.Address", "Url")
    tried = [one for one in operations() if (one.method, one.template) not in WRITES | READS]
    assert len(tried) > LEAST
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(method: str, path: str) -> Heard:
        async with gate:
            form = None if method == "GET" else dict.fromkeys(names, number)
            return await demo.ask(method, path, data=form)

    before = await demo.reached(operation="any")
    answers = await asyncio.gather(*(ask(one.method, _filled(demo, one.template)) for one in tried))
    passed = [one for one, heard in zip(tried, answers, strict=True) if not _refused(one.template, heard)]
    assert ([], before) == (passed, await demo.reached(operation="any"))


async def test_paths_of_other_hosts_and_versions_are_refused(demo: Dialer) -> None:
    """A path that only another host, version or form of the carrier knows is not guessed at."""
    asked = [(method, path) for path in OTHER_HOSTS for method in ("POST", "PUT", "PATCH", "DELETE", "GET")]
    form = {"To": demo.running.new_number(), "From": demo.sender, "Body": "Hello"}
    answers = [await demo.ask(method, path.format(account=demo.account), data=form) for method, path in asked]
    assert [] == [one for one, heard in zip(asked, answers, strict=True) if not _refused(one[1], heard)]


async def test_the_account_is_answered_without_its_token(demo: Dialer) -> None:
    """The account document is the gate's own: the tenant's name and SID, and no token."""
    heard = await demo.ask("GET", f"/2010-04-01/Accounts/{demo.account}.json")
    assert (200, demo.account, False) == (heard.status, heard.json["sid"], "auth_token" in heard.json)
