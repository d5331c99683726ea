"""The carrier's paths as the official SDK uses them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from twilio.rest import Client

from dialgate.simulator.state import Simulator
from dialgate.simulator.surface import fetch_account, find_nothing, routes
from tests.unit.simulator.conftest import ACCOUNT, TOKEN
from tests.unit.simulator.led import AGENT, PERSON, SENDER, asked, body, lead, refusal

ROOM = "<Dial><Conference>r</Conference></Dial>"


def test_each_path_has_one_answer() -> None:
    """No route hides another."""
    known = [(method, path) for method, path, _, _ in routes()]
    assert len(known) == len(set(known))


async def test_what_is_not_simulated_is_not_found(sim: Simulator) -> None:
    """In the carrier's words; the account is there, with its token."""
    assert refusal(find_nothing, sim, asked()) == (404, 20404)
    assert body(fetch_account(sim, asked()))["auth_token"] == TOKEN


def confer(sdk: Client, sim: Simulator) -> list[Any]:
    conference = sdk.conferences.list(friendly_name="r", status="init")[0]
    room = sdk.conferences(str(conference.sid))
    made = room.participants.create(from_=SENDER, to=AGENT, label="agent")
    held = room.participants("CA1").update(hold=True)
    listed = [each.call_sid for each in room.participants.list()]
    recording = sdk.calls("CA1").recordings.create()
    running: Any = sdk.calls("CA1").recordings
    running("Twilio.CURRENT").update(status="paused")
    running(str(recording.sid)).update(status="stopped")
    stream = sdk.calls("CA1").streams.create(url="wss://a/", name="s")
    gone = [room.participants(str(made.call_sid)).delete(), sdk.recordings(str(recording.sid)).delete()]
    ended = room.update(status="completed")
    return [held.hold, "CA1" in listed, recording.status, stream.status, gone, ended.status, room.recordings.list()]


async def test_the_official_sdk_works_a_conference_through(sdk: Client, sim: Simulator) -> None:
    """Participants, holds, recordings and streams of a live call."""
    lead(sim, ROOM)
    await sim.clock.settle()
    found = await asyncio.to_thread(confer, sdk, sim)
    assert found == [True, True, "in-progress", "in-progress", [True, True], "completed", []]


def point_here(sdk: Client) -> list[Any]:
    number = sdk.incoming_phone_numbers.create(phone_number=SENDER)
    application = sdk.applications.create(friendly_name="a", voice_url="https://dialer.example/voice")
    service = sdk.messaging.v1.services.create(friendly_name="s")
    changed = sdk.incoming_phone_numbers(str(number.sid)).update(sms_url="https://gate.example/twilio/sms")
    moved = sdk.messaging.v1.services(str(service.sid)).update(inbound_request_url="https://gate.example/twilio/sms")
    message = sdk.messages.create(to=PERSON, from_=SENDER, body="x", media_url=["https://a/1.gif"])
    media = sdk.messages(str(message.sid)).media.list()
    feedback = sdk.messages(str(message.sid)).feedback.create(outcome="confirmed")
    queue = sdk.queues.create(friendly_name="line")
    return [
        changed.sms_url == moved.inbound_request_url,
        [each.voice_url for each in sdk.applications.list()] == [application.voice_url],
        [each.sid for each in sdk.messaging.v1.services.list()] == [service.sid],
        media[0].content_type,
        feedback.outcome,
        sdk.queues(str(queue.sid)).members.list(),
    ]


async def test_the_official_sdk_points_webhooks_here(sdk: Client) -> None:
    """Numbers, applications, services, media, feedback and queues."""
    sdk.messaging.base_url = sdk.api.base_url
    assert await asyncio.to_thread(point_here, sdk) == [True, True, True, "image/gif", "confirmed", []]


@pytest.mark.parametrize(
    ("asked_range", "status", "length", "said"),
    [
        ("", 200, 16044, ""),
        ("bytes=0-9", 206, 10, "bytes 0-9/16044"),
        ("bytes=16040-", 206, 4, "bytes 16040-16043/16044"),
        ("bytes=-4", 206, 4, "bytes 16040-16043/16044"),
        ("bytes=99999-", 416, 0, "bytes */16044"),
    ],
)
async def test_parts_of_a_recording_can_be_had(
    http: aiohttp.ClientSession,
    sim: Simulator,
    asked_range: str,
    status: int,
    length: int,
    said: str,
) -> None:
    """A player that asks for a range gets that range."""
    lead(sim, "<Record/>")
    await sim.clock.settle()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{next(iter(sim.recordings))}.wav"
    async with http.get(path, headers={"Range": asked_range} if asked_range else {}) as answer:
        assert (answer.status, answer.headers.get("Content-Range", "")) == (status, said)
        assert len(await answer.read()) == length
