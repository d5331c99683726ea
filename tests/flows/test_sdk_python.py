"""A program that uses the carrier's own SDK for Python; only base URL and credentials are changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base import values
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from tests.flows.asking import LISTED_S, Dialer
from tests.waiting import until, wait_until

NOBODY: Any = {"to": values.unset}
ENDED: frozenset[object] = frozenset({"delivered"})
SAY = "<Response><Say>Hello</Say><Pause length='600'/></Response>"


def sdk(dialer: Dialer, prefix: str = "", token: str = "") -> Client:
    client = Client(dialer.account, token or dialer.auth[1])
    client.api.base_url = dialer.url + prefix
    return client


async def refused(call: Callable[[], object]) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(call)
    return caught.value


def details(error: TwilioRestException) -> dict[str, Any]:
    return error.details if isinstance(error.details, dict) else {}


def _calls(dialer: Dialer, number: str) -> list[object]:
    client = sdk(dialer)
    made = client.calls.create(to=number, from_=dialer.sender, twiml=SAY)
    read = client.calls(str(made.sid)).fetch()
    listed = [call.sid for call in client.calls.list(to=number)]
    ended = client.calls(str(made.sid)).update(status="canceled")
    return [made.account_sid, read.to, read.account_sid, listed == [made.sid], ended.sid == made.sid, ended.status]


async def test_calls_are_placed_read_listed_and_ended(demo: Dialer) -> None:
    """The SDK creates, fetches, lists and cancels a call, and sees its own account in every answer."""
    number = demo.running.new_number()
    assert [demo.account, number, demo.account, True, True, "canceled"] == await asyncio.to_thread(_calls, demo, number)


def _messages(dialer: Dialer, number: str) -> list[object]:
    client = sdk(dialer, "/c/spring/transactional")
    sent = [client.messages.create(to=number, from_=dialer.sender, body=f"Your code is {n}") for n in "123"]
    read = client.messages(str(sent[0].sid)).fetch()
    plain = sdk(dialer)
    listed = [message.sid for message in plain.messages.list(to=number, page_size=2)]
    wait_until(lambda: plain.messages(str(sent[0].sid)).fetch().status in ENDED, "the message is delivered")
    emptied = plain.messages(str(sent[0].sid)).update(body="")
    return [read.body, sorted(map(str, listed)) == sorted(str(message.sid) for message in sent), emptied.body]


async def test_messages_are_sent_read_and_listed_page_by_page(demo: Dialer) -> None:
    """The SDK sends messages of a campaign, follows the pages of their list through the gate, and redacts one."""
    number = demo.running.new_number()
    assert ["Your code is 1", True, ""] == await asyncio.to_thread(_messages, demo, number)


async def test_the_campaign_of_the_path_is_on_record(demo: Dialer) -> None:
    """A campaign and purpose in the base URL belong to each attempt that is made under it."""
    number = demo.running.new_number()
    sdk_of_campaign = sdk(demo, "/c/spring/transactional")
    await asyncio.to_thread(sdk_of_campaign.messages.create, to=number, from_=demo.sender, body="Hello")
    page = until(lambda: demo.listing(to=number, campaign="spring"), "the decision is listed", LISTED_S)
    assert [("spring", "transactional", "allow")] == [(r["campaign"], r["purpose"], r["verdict"]) for r in await page]


async def test_a_refusal_is_the_sdks_own_exception(demo: Dialer) -> None:
    """Each refusal arrives with the carrier's code where it has one, our own elsewhere, and the reason in details."""
    client, refuses = sdk(demo), demo.running.serve.demo()["DEMO_TO_REFUSED"]
    wrong = sdk(demo, token="00" * 16)
    number = demo.running.new_number()
    asked: list[Callable[[], object]] = [
        lambda: client.messages.create(to=refuses, from_=demo.sender, body="Hello"),
        lambda: client.calls.create(to=refuses, from_=demo.sender, twiml=SAY),
        lambda: client.messages.create(to="+1202555", from_=demo.sender, body="Hello"),
        lambda: client.calls.create(**NOBODY, from_=demo.sender, twiml=SAY),
        lambda: wrong.calls.create(to=number, from_=demo.sender, twiml=SAY),
        lambda: client.calls.create(to=number, from_=demo.sender, application_sid="AP" + "0" * 32),
        lambda: client.conferences("CF" + "0" * 32).participants.create(to=number, from_=demo.sender),
        lambda: client.calls("CA" + "0" * 32).fetch(),
        lambda: client.queues.create("sales"),
    ]
    found = [await refused(call) for call in asked]
    assert [
        (400, 21610, "suppressed"),
        (400, 990103, "suppressed"),
        (400, 21211, "invalid_number"),
        (400, 21604, "bad_request"),
        (401, 20003, None),
        (400, 990100, "bad_request"),
        (404, 20404, None),
        (404, 20404, None),
        (403, 990300, "surface_blocked"),
    ] == [(error.status, error.code, details(error).get("reason")) for error in found]
    records = [await demo.record(details(error)["decision_id"]) for error in found[:3]]
    assert ["block"] * 3 == [row["verdict"] for row in records]


@pytest.mark.filterwarnings("ignore:.*encode_basic_auth:DeprecationWarning")  # aiohttp to the SDK
async def test_the_asynchronous_client_gets_the_same(demo: Dialer) -> None:
    """The SDK's asynchronous form creates, fetches, lists, updates and is refused as the other does."""
    number = demo.running.new_number()
    async with AsyncTwilioHttpClient() as http:
        client = Client(*demo.auth, http_client=http)
        client.api.base_url = demo.url
        made = await client.calls.create_async(to=number, from_=demo.sender, twiml=SAY)
        read = await client.calls(str(made.sid)).fetch_async()
        listed = [call.sid for call in await client.calls.list_async(to=number)]
        ended = await client.calls(str(made.sid)).update_async(status="canceled")
        with pytest.raises(TwilioRestException) as caught:
            await client.messages.create_async(
                to=demo.running.serve.demo()["DEMO_TO_REFUSED"], from_=demo.sender, body="Hello"
            )
    assert [number, [made.sid], "canceled"] == [read.to, listed, str(ended.status)]
    assert (400, 21610, "suppressed") == (caught.value.status, caught.value.code, details(caught.value)["reason"])


async def test_each_kind_of_credentials_signs_in(demo: Dialer) -> None:
    """An API key with the account SID beside it works where the account pair does."""
    sid, secret = await demo.key("dialer")
    client = Client(sid, secret, demo.account)
    client.api.base_url = demo.url
    number = demo.running.new_number()
    made = await asyncio.to_thread(client.messages.create, to=number, from_=demo.sender, body="Hello")
    assert (number, demo.account) == (made.to, made.account_sid)
