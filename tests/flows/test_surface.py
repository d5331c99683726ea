"""What dialers may do at all: a short list, and everything else that the carrier offers is refused."""

from __future__ import annotations

import asyncio
import re

from tests.flows.asking import Dialer, Heard
from tests.flows.carrier_operations import operations

ACCOUNT = "/2010-04-01/Accounts/{account_sid}"
GATED = (
    "POST Calls",
    "POST Calls/{sid}",
    "POST Conferences/{conference_sid}/Participants",
    "POST Messages",
    "POST Messages/{sid}",
)
CONTROL = (
    "DELETE Calls/{sid}",
    "POST Calls/{call_sid}/Recordings",
    "POST Calls/{call_sid}/Recordings/{sid}",
    "DELETE Calls/{call_sid}/Recordings/{sid}",
    "POST Calls/{call_sid}/Siprec/{sid}",
    "POST Calls/{call_sid}/Streams/{sid}",
    "POST Calls/{call_sid}/Transcriptions",
    "POST Calls/{call_sid}/Transcriptions/{sid}",
    "POST Conferences/{sid}",
    "POST Conferences/{conference_sid}/Participants/{call_sid}",
    "DELETE Conferences/{conference_sid}/Participants/{call_sid}",
    "POST Conferences/{conference_sid}/Recordings/{sid}",
    "DELETE Conferences/{conference_sid}/Recordings/{sid}",
    "DELETE Messages/{sid}",
    "POST Messages/{message_sid}/Feedback",
    "DELETE Messages/{message_sid}/Media/{sid}",
    "POST Queues/{queue_sid}/Members/{call_sid}",
    "DELETE Recordings/{sid}",
)
"""The words of CONTRACT section 3, as the SDK writes its paths."""
READS = (
    *("GET Calls", "GET Calls/{sid}", "GET Calls/{call_sid}/Recordings", "GET Calls/{call_sid}/Recordings/{sid}"),
    *("GET Conferences", "GET Conferences/{sid}", "GET Conferences/{conference_sid}/Participants"),
    "GET Conferences/{conference_sid}/Participants/{call_sid}",
    *("GET Conferences/{conference_sid}/Recordings", "GET Conferences/{conference_sid}/Recordings/{sid}"),
    *("GET Messages", "GET Messages/{sid}"),
    *("GET Messages/{message_sid}/Media", "GET Messages/{message_sid}/Media/{sid}"),
    *("GET Queues", "GET Queues/{sid}", "GET Queues/{queue_sid}/Members", "GET Queues/{queue_sid}/Members/{call_sid}"),
    *("GET Recordings", "GET Recordings/{sid}"),
    "GET Recordings/{recording_sid}/Transcriptions",
    "GET Recordings/{recording_sid}/Transcriptions/{sid}",
    *("GET Transcriptions", "GET Transcriptions/{sid}"),
)
OFFERED = {
    (method, f"{ACCOUNT}/{path}.json")
    for method, _, path in (line.partition(" ") for line in (*GATED, *CONTROL, *READS))
} | {("GET", "/2010-04-01/Accounts/{sid}.json")}
AT_ONCE = 50
LEAST = 1_350
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


def _refused(heard: Heard) -> bool:
    """In the carrier's shape, whatever host the path is meant for."""
    return heard.refusal == (403, 990300, "surface_blocked")


async def test_whatever_else_the_sdk_offers_is_refused(demo: Dialer) -> None:
    """Each operation of the SDK that is not offered is 403 `surface_blocked`, whatever host it is meant for, and none
    of it reaches the carrier.
    """
    assert set() == OFFERED - {(one.method, one.template) for one in operations()}
    number = demo.running.new_number()
    names = ("To", "From", "PhoneNumber", "Identifier", "MessagingBinding.Address", "Url")
    tried = [one for one in operations() if (one.method, one.template) not in OFFERED]
    assert len(tried) > LEAST
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(method: str, path: str) -> Heard:
        async with gate:
            form = None if method == "GET" else dict.fromkeys(names, number)
            return await demo.ask(method, path, data=form)

    before = await demo.reached(operation="any")
    answers = await asyncio.gather(*(ask(one.method, _filled(demo, one.template)) for one in tried))
    passed = [one for one, heard in zip(tried, answers, strict=True) if not _refused(heard)]
    assert ([], before) == (passed, await demo.reached(operation="any"))


async def test_paths_of_other_hosts_and_versions_are_refused(demo: Dialer) -> None:
    """A path that only another host, version or form of the carrier knows is not guessed at."""
    asked = [(method, path) for path in OTHER_HOSTS for method in ("POST", "PUT", "PATCH", "DELETE", "GET")]
    form = {"To": demo.running.new_number(), "From": demo.sender, "Body": "Hello"}
    answers = [await demo.ask(method, path.format(account=demo.account), data=form) for method, path in asked]
    assert [] == [one for one, heard in zip(asked, answers, strict=True) if not _refused(heard)]


SOME = {
    "call_sid": "CA",
    "conference_sid": "CF",
    "message_sid": "SM",
    "queue_sid": "QU",
    "recording_sid": "RE",
}
KINDS = {"Calls": "CA", "Conferences": "CF", "Media": "ME", "Messages": "SM", "Queues": "QU", "Recordings": "RE"}


async def test_what_is_offered_is_offered_for_what_is_own(demo: Dialer) -> None:
    """With well-formed names of what this tenant did not make, each control and single read is 404 / 20404, and nothing
    is written.
    """
    before = await demo.reached(operation="any")
    found = []
    for line in (*CONTROL, *READS):
        method, _, template = line.partition(" ")
        if "{" not in template:
            continue
        parts = [KINDS.get(part, "TR") if part in KINDS or "{" not in part else part for part in template.split("/")]
        path = template
        for name in re.findall(r"\{\w+\}", template):
            kind = SOME.get(name[1:-1]) or parts[template.split("/").index(name) - 1]
            path = path.replace(name, kind + "0" * 32, 1)
        form = {"Status": "completed"} if method == "POST" else None
        heard = await demo.ask(method, demo.path(f"{path}.json"), data=form)
        if (heard.status, heard.json["code"]) != (404, 20404):
            found.append((line, heard.status, heard.text))
    assert ([], before) == (found, await demo.reached(operation="any"))


async def test_the_account_is_answered_without_its_token(demo: Dialer) -> None:
    """The account document is the gate's own: the tenant's name and SID, and no token."""
    heard = await demo.ask("GET", f"/2010-04-01/Accounts/{demo.account}.json")
    assert (200, demo.account, False) == (heard.status, heard.json["sid"], "auth_token" in heard.json)
