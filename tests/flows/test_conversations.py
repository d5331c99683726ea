"""People write to a running gate: their tenant answers through it, and through nothing else."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.office import Office, office
from tests.waiting import until

METADATA = "http://169.254.169.254/latest/meta-data/"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Response><Message>&b;</Message></Response>'
)


async def conversing(new_tenant: NewTenant, server: Office, **more: object) -> Dialer:
    asked: dict[str, object] = {"sms_webhook": f"{server.url}/sms", "allow_private_urls": True, **more}
    return await new_tenant(**asked)


def said(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["to"], one["body"]) for one in answer["replies"]]


async def test_a_picture_is_seen_through_the_gate(new_tenant: NewTenant) -> None:
    """The tenant is told of it, and fetches it with its own credentials where it was told; nobody else may."""
    async with office({"/sms": "<Response><Message>Nice</Message></Response>"}) as server:
        dialer, other = await conversing(new_tenant, server), await new_tenant()
        person = dialer.running.new_number()
        answer = await dialer.write(person, "Look", media=1)
        assert [(person, "Nice")] == said(answer)
        told = server.at("/sms")[0].told
    path = told["MediaUrl0"].removeprefix(dialer.url)
    assert ("1", True) == (told["NumMedia"], path.startswith(dialer.path("Messages/")))
    picture = dialer.session.get(f"{dialer.url}{path}", headers=basic(dialer))
    async with picture as response:
        assert (200, True) == (response.status, bool(await response.read()))
    foreign = await other.ask("GET", path.replace(dialer.account, other.account))
    assert (404, 20404) == (foreign.status, foreign.code)


def basic(dialer: Dialer) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(*dialer.auth)}


async def test_whoever_said_stop_is_not_answered(new_tenant: NewTenant) -> None:
    """The words of a person who opted out still reach the tenant; the answer does not reach the person."""
    async with office({"/sms": "<Response><Message>Buy now</Message></Response>"}) as server:
        dialer = await conversing(new_tenant, server, keywords="none")
        person = dialer.running.new_number()
        await dialer.write(person, "TD")
        assert [] == server.heard
        answer = await dialer.write(person, "And why?")
        assert (200, [], 1) == (answer["status"], said(answer), len(server.heard))
    rows = await listed(dialer, 1, to=person)
    assert [["suppressed"]] == [[reason["code"] for reason in row["reasons"]] for row in rows]


async def listed(dialer: Dialer, count: int, **filters: str) -> list[dict[str, Any]]:
    """Decisions of this tenant, once as many are in the log."""

    async def found() -> list[dict[str, Any]]:
        rows = await dialer.listing(tenant=dialer.tenant, **filters)
        return rows if len(rows) >= count else []

    return await until(found, f"{count} decisions are listed")


async def test_an_answer_reaches_nobody_in_secret(new_tenant: NewTenant) -> None:
    """A message to another number is judged as that number's; one that opted out gets none."""
    async with office({}) as server:
        dialer = await conversing(new_tenant, server)
        person, friend, gone = (dialer.running.new_number() for _ in range(3))
        refused = await dialer.native("POST", "opt-outs", params={"tenant": dialer.tenant}, json=opt_out(gone))
        assert 201 == refused.status, refused.text
        server.answers["/sms"] = (
            "<Response>"
            + "".join(f'<Message to="{to}">Hi</Message>' for to in (friend, gone, f"00{gone[1:]}", f" {gone} "))
            + "</Response>"
        )
        answer = await dialer.write(person, "Tell my friend")
    assert [(friend, "Hi")] == said(answer)
    rows = await listed(dialer, 4)
    assert {("allow", "marketing"), ("block", "marketing")} == {(row["verdict"], row["purpose"]) for row in rows}


def opt_out(number: str) -> dict[str, str]:
    return {"to": number, "source": "agent"}


@pytest.mark.parametrize(
    "answer",
    [
        BOMB,
        "<html><body>Error</body></html>",
        "<Response><Message>Hi</Message><Dial>+12025550143</Dial></Response>",
        "<Response><Message>" + "x" * 200_000 + "</Message></Response>",
        "not xml",
        f"<Response><Redirect>{METADATA}</Redirect></Response>",
        500,
        404,
    ],
    ids=["bomb", "html", "dial", "large", "text", "metadata", "500", "404"],
)
async def test_a_careless_or_hostile_server_reaches_nobody(new_tenant: NewTenant, answer: str | int) -> None:
    """200 and silence for the carrier, whatever the tenant's server answers."""
    async with office({"/sms": answer}) as server:
        dialer = await conversing(new_tenant, server)
        heard = await dialer.write(dialer.running.new_number(), "Hello")
    assert (200, []) == (heard["status"], said(heard))


async def test_a_server_that_may_not_be_asked_is_not_asked(new_tenant: NewTenant) -> None:
    """An address on this machine needs the operator's leave; a dead one is silence."""
    async with office({"/sms": "<Response><Message>Hi</Message></Response>"}) as server:
        strangers = await conversing(new_tenant, server, allow_private_urls=False)
        heard = await strangers.write(strangers.running.new_number(), "Hello")
        assert (200, [], []) == (heard["status"], said(heard), server.heard)
        dialer = await conversing(new_tenant, server)
    heard = await dialer.write(dialer.running.new_number(), "Hello")
    assert (200, []) == (heard["status"], said(heard))


async def test_a_message_that_comes_again_is_answered_once(new_tenant: NewTenant) -> None:
    """By whichever gate it is taken in."""
    async with office({"/sms": "<Response><Message>Hi</Message></Response>"}) as server:
        dialer = await conversing(new_tenant, server)
        person = dialer.running.new_number()
        first = await dialer.write(person, "Hello")
        again = [await dialer.write(person, "Hello", message_sid=first["message_sid"]) for _ in range(4)]
        assert ([(person, "Hi")], [[]] * 4) == (said(first), [said(one) for one in again])
        assert 1 == len(server.heard)
