"""What a tenant made through a running gate it can read and control, with the SDK; nobody else can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.waiting import wait_until

SAY = "<Response><Say>Hello</Say><Pause length='600'/></Response>"
PICTURE = "https://example.com/picture.gif"


def sdk(dialer: Dialer) -> Client:
    """With a campaign and a purpose in the base URL, as every operation must take them."""
    client = Client(dialer.account, dialer.auth[1])
    client.api.base_url = f"{dialer.url}/c/spring/transactional"
    return client


@pytest.fixture
async def tenant(new_tenant: NewTenant) -> Dialer:
    """No rule but suppression."""
    return await new_tenant(policy={"base": "open"}, allow_private_urls=True)


def _basic(dialer: Dialer) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(*dialer.auth)}


def _known(client: Any, call: str) -> Any:  # noqa: ANN401 - of the SDK
    """On a busy machine the other gate's records travel a little longer than a reader waits."""
    try:
        return client.calls(call).fetch()
    except TwilioRestException:
        return None


def meeting(dialer: Dialer, name: str) -> tuple[str, str]:
    """A conference of two: its SID and the call of the second."""
    client: Any = sdk(dialer)
    for label in ("agent", "person"):
        number = dialer.running.new_number()
        joined = client.conferences(name).participants.create(
            to=number, from_=dialer.sender, label=label, time_limit=60
        )
    conference, call = str(joined.conference_sid), str(joined.call_sid)
    room = client.conferences(conference)
    wait_until(lambda: room.fetch().status == "in-progress", "the person has joined")
    wait_until(lambda: _known(client, call), "it is known who called")
    return conference, call


def _conference(dialer: Dialer, name: str) -> dict[str, object]:
    client: Any = sdk(dialer)
    conference, call = meeting(dialer, name)
    room = client.conferences(conference)
    person = room.participants(call)
    held = person.update(hold=True, hold_url=f"{dialer.carrier}/nothing-here")
    seen = {
        "name": room.fetch().friendly_name,
        "account": room.fetch().account_sid,
        "by name": [one.sid == conference for one in client.conferences.list(friendly_name=name)],
        "participants": sorted(str(one.label) for one in room.participants.list()),
        "held": held.hold,
        "muted": person.update(muted=True).muted,
        "the call": client.calls(call).fetch().sid == call,
        "removed": [person.delete(), room.participants("agent").delete()],
    }
    wait_until(lambda: room.fetch().status == "completed", "the conference has ended")
    return seen


async def test_a_conference_is_led_through_the_gate(tenant: Dialer) -> None:
    """Joined by name, found by name, held, muted and left; its name at the carrier is the tenant's own."""
    expected = {
        "name": "sales-1",
        "account": tenant.account,
        "by name": [True],
        "participants": ["agent", "person"],
        "held": True,
        "muted": True,
        "the call": True,
        "removed": [True, True],
    }
    assert expected == await asyncio.to_thread(_conference, tenant, "sales-1")
    paths = [one["path"] for one in await tenant.reached(operation="any") if "Conferences" in one["path"]]
    joins = [path for path in paths if tenant.account in path]
    assert (True, False) == (
        any(path.endswith(f"{tenant.account}.sales-1/Participants.json") for path in joins),
        not joins,
    )


def _pages(dialer: Dialer) -> tuple[list[str], list[str]]:
    client: Any = sdk(dialer)
    number = dialer.running.new_number()
    sent = [client.messages.create(to=number, from_=dialer.sender, body=f"Code {n}").sid for n in "123"]
    return sorted(sent), sorted(one.sid for one in client.messages.list(to=number, page_size=1))


async def test_pages_are_followed_below_a_campaigns_prefix(tenant: Dialer) -> None:
    """The SDK puts its base URL before the address of the next page: the prefix is kept, and stands there once."""
    sent, listed = await asyncio.to_thread(_pages, tenant)
    assert sent == listed


def _recorded(dialer: Dialer) -> tuple[Any, str, str]:
    client: Any = sdk(dialer)
    call = client.calls.create(to=dialer.running.new_number(), from_=dialer.sender, twiml=SAY)
    resource = client.calls(str(call.sid))
    wait_until(lambda: _known(client, str(call.sid)), "it is known who called")
    wait_until(lambda: resource.fetch().status == "in-progress", "the call is answered")
    recording = str(resource.recordings.create(recording_track="both").sid)
    resource.recordings("Twilio.CURRENT").update(status="stopped")
    wait_until(lambda: client.recordings(recording).fetch().status == "completed", "the recording is there")
    return client, str(call.sid), recording


async def test_a_recording_is_made_heard_and_removed(tenant: Dialer) -> None:
    """Started and stopped through the gate, listed, streamed as it is, in parts too, and gone after its removal."""
    client, call, recording = await asyncio.to_thread(_recorded, tenant)
    listed = await asyncio.to_thread(client.recordings.list)
    of_call = await asyncio.to_thread(client.calls(call).recordings.list)
    assert ([recording], [recording]) == ([one.sid for one in listed], [one.sid for one in of_call])
    single = await asyncio.to_thread(client.recordings(recording).fetch)
    assert f"{tenant.url}/2010-04-01/Accounts/{tenant.account}/Recordings/{recording}" == single.media_url
    path = tenant.path(f"Recordings/{recording}.mp3")
    async with tenant.session.get(f"{tenant.url}{path}", headers=_basic(tenant)) as response:
        body = await response.read()
        assert (200, "audio/mpeg", "nosniff", True) == (
            response.status,
            response.headers["Content-Type"],
            response.headers["X-Content-Type-Options"],
            len(body) > 0,
        )
    assert await asyncio.to_thread(client.recordings(recording).delete)
    assert 404 == (await tenant.ask("GET", path)).status


async def test_media_of_a_message_are_shown_and_removed(tenant: Dialer) -> None:
    """The picture itself, without the carrier's account anywhere, and only as long as it is there."""
    form = [("To", tenant.running.new_number()), ("From", tenant.sender), ("Body", "Look"), ("MediaUrl", PICTURE)]
    message = (await tenant.post("Messages.json", form)).json["sid"]
    rows = (await tenant.get(f"Messages/{message}/Media.json")).json["media_list"]
    one = f"Messages/{message}/Media/{rows[0]['sid']}"
    async with tenant.session.get(f"{tenant.url}{tenant.path(one)}", headers=_basic(tenant)) as response:
        assert (200, "image/gif", b"GIF89a") == (
            response.status,
            response.headers["Content-Type"],
            (await response.read())[:6],
        )
    feedback = await tenant.post(f"Messages/{message}/Feedback.json", [("Outcome", "confirmed")])
    removed = await tenant.ask("DELETE", tenant.path(f"{one}.json"))
    assert (201, 204, 404) == (feedback.status, removed.status, (await tenant.get(f"{one}.json")).status)


def _missing(ask: Callable[[], object]) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        ask()
    return caught.value.status, int(caught.value.code or 0)


def _strangers(owner: Dialer, stranger: Dialer) -> dict[str, tuple[int, int]]:
    other: Any = sdk(stranger)
    _, call, recording = _recorded(owner)
    conference, joined = meeting(owner, "ours")
    room = other.conferences(conference)
    number = owner.running.new_number()
    asks: dict[str, Callable[[], object]] = {
        "call": other.calls(call).fetch,
        "ending it": lambda: other.calls(call).update(status="completed"),
        "removing it": other.calls(call).delete,
        "recording it": other.calls(call).recordings.create,
        "recording": other.recordings(recording).fetch,
        "removing that": other.recordings(recording).delete,
        "conference": room.fetch,
        "ending that": lambda: room.update(status="completed"),
        "participant": room.participants(joined).fetch,
        "muting": lambda: room.participants(joined).update(muted=True),
        "removal": lambda: room.participants(joined).delete(),
        "joining": lambda: room.participants.create(to=number, from_=stranger.sender),
    }
    return {what: _missing(ask) for what, ask in asks.items()}


async def test_a_stranger_finds_nothing(tenant: Dialer, new_tenant: NewTenant) -> None:
    """Another tenant that knows every SID reads nothing and changes nothing; its lists are empty, and its conference of
    the same name is another one.
    """
    stranger = await new_tenant(policy={"base": "open"})
    found = await asyncio.to_thread(_strangers, tenant, stranger)
    assert {(404, 20404)} == set(found.values()), found
    lists = ["Calls", "Conferences", "Messages", "Queues", "Recordings", "Transcriptions"]
    shown = [(await stranger.get(f"{name}.json")).json for name in lists]
    assert [0] * len(lists) == [sum(len(rows) for rows in one.values() if isinstance(rows, list)) for one in shown]
    ours = await asyncio.to_thread(sdk(tenant).conferences.list, "", "", "", "", "", "", "ours")
    theirs, _ = await asyncio.to_thread(meeting, stranger, "ours")
    assert theirs not in [one.sid for one in ours]


async def test_a_hidden_number_in_the_digits_is_gated(tenant: Dialer) -> None:
    """Digits for a switchboard that are the number of somebody who opted out are refused, however they are written."""
    refused, board = tenant.running.new_number(), tenant.running.new_number()
    body = {"to": refused, "source": "agent"}
    assert 201 == (await tenant.native("POST", "opt-outs", params={"tenant": tenant.tenant}, json=body)).status
    digits = refused.removeprefix("+")
    written = [f"ww{digits}#", f"9w{digits[1:4]}w{digits[4:]}", f"9{digits}99", digits[1:]]
    form = [("To", board), ("From", tenant.sender), ("Twiml", SAY)]
    heard = [await tenant.post("Calls.json", [*form, ("SendDigits", one)]) for one in written]
    assert [(400, 990103, "suppressed")] * len(written) == [one.refusal for one in heard]
    assert [] == await tenant.reached(number=board)
    assert 201 == (await tenant.post("Calls.json", [*form, ("SendDigits", "ww1234#")])).status
