"""A predictive dialer written with the carrier's own SDK: more calls than agents, retries, conferences, transfers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.campaign.cases import CASES
from tests.campaign.leads import AGENTS, SUPERVISOR, Lead, People
from tests.campaign.office import ALL_CALL_EVENTS, Office

AT_ONCE = len(AGENTS) + 4
"""Calls that run at a time: more than there are agents, because most are not answered."""
ATTEMPTS = 2
TOO_MANY, NOT_FOUND = 429, 404
TRIES = 50
EVENTS = ALL_CALL_EVENTS.split()


@dataclass(frozen=True, slots=True)
class Agent:
    number: str
    call_sid: str


@dataclass(slots=True)
class Dialer:
    """`did` by lead: what the SDK answered, in order. `account` and `token` are all that it knows of whom it asks."""

    account: str
    token: str
    api: str
    sender: str
    office: Office
    people: People
    did: defaultdict[str, list[tuple[str, object]]] = field(default_factory=lambda: defaultdict(list))
    calls: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    disposition: dict[str, str] = field(default_factory=dict)
    agents: list[Agent] = field(default_factory=list)
    free: asyncio.Queue[Agent] = field(default_factory=asyncio.Queue)

    @property
    def client(self) -> Any:  # noqa: ANN401 - the SDK's own types are narrower than what it takes
        client = Client(self.account, self.token)
        client.api.base_url = self.api
        return client

    async def run(self, leads: tuple[Lead, ...]) -> None:
        """The whole campaign: agents log in, everybody is called until done with, agents log out."""
        client = self.client
        await asyncio.gather(*(self._log_in(client, number) for number in AGENTS))
        room = asyncio.Semaphore(AT_ONCE)

        async def one(lead: Lead) -> None:
            async with room:
                await self._work(client, lead)

        async with asyncio.TaskGroup() as group:
            for lead in leads:
                group.create_task(one(lead))
        await asyncio.gather(*(self._ask(client.calls(a.call_sid).update, status="completed") for a in self.agents))
        await asyncio.gather(*(self.office.until(a.number, "ended 1") for a in self.agents))

    async def _log_in(self, client: Any, number: str) -> None:  # noqa: ANN401
        call = await self._ask(
            client.calls.create,
            to=number,
            from_=self.sender,
            url=self.office.at("/agent", number),
            status_callback=self.office.at("/status", number, attempt=1),
            status_callback_event=EVENTS,
        )
        await self.office.until(number, "/agent")
        agent = Agent(number, call.sid)
        self.agents.append(agent)
        self.free.put_nowait(agent)

    async def _work(self, client: Any, lead: Lead) -> None:  # noqa: ANN401
        for attempt in range(1, ATTEMPTS + 1):
            try:
                call = await self._call(client, lead, attempt)
            except TwilioRestException as error:
                reason = error.details.get("reason") if isinstance(error.details, dict) else ""
                self.disposition[lead.name] = f"refused {error.status} {error.code} {reason}"
                return
            self.calls[lead.name].append(call.sid)
            self._note(lead, "created", call.status, call.to, call.direction)
            talk = asyncio.create_task(self._talk(client, lead, call.sid))
            await self.office.until(lead.name, f"ended {attempt}")
            status = self._last_status(lead, attempt)
            if status == "completed":
                await talk
                self.disposition[lead.name] = "reached"
                break
            talk.cancel()
            self.disposition[lead.name] = status
            if status not in {"busy", "no-answer"}:
                break
        await self._look_back(client, lead)

    async def _call(self, client: Any, lead: Lead, attempt: int) -> Any:  # noqa: ANN401
        at = self.office.at
        told: dict[str, Any] = {
            "status_callback": at("/status", lead.name, attempt=attempt),
            "status_callback_event": EVENTS,
        }
        if lead.kind == "notice":
            told |= {"twiml": "<Response><Say>Your order has arrived</Say></Response>"}
        else:
            told |= {
                "url": at("/answer", lead.name, attempt=attempt, kind=lead.kind),
                "fallback_url": at("/fallback", lead.name),
            }
        if lead.kind == "machine":
            told |= {"machine_detection": "Enable", "status_callback_event": ["completed"], "timeout": 20}
        if lead.kind == "survey":
            told |= {"record": True, "recording_status_callback": at("/recording", lead.name), "method": "GET"}
        if lead.kind in CASES:
            told |= CASES[lead.kind].create
        return await self._ask(client.calls.create, to=lead.number, from_=self.sender, **told)

    def _last_status(self, lead: Lead, attempt: int) -> str:
        own = [t for t in self.office.told[lead.name] if t.path == "/status" and t.query["attempt"] == str(attempt)]
        return own[-1].form["CallStatus"]

    async def _talk(self, client: Any, lead: Lead, sid: str) -> None:  # noqa: ANN401
        """What is done about a call beside what its documents say."""
        match lead.kind:
            case "talk" | "busy" | "coached" | "sent_out":
                await self._meet(client, lead, sid)
            case "queue":
                await self.office.until(lead.name, "/music")
                waiting = next(t.form for t in self.office.told[lead.name] if t.path == "/music")
                member = client.queues(waiting["QueueSid"]).members(sid)
                taken = await self._ask(member.update, url=self.office.at("/desk", lead.name))
                self._note(lead, "taken out", taken.call_sid == sid)
                await self.office.until(lead.name, "recording completed")
                await self._read(lead)
            case "parked":
                await self.office.until(lead.name, "/music")
                agent = await self.free.get()
                await self._ask(client.calls(agent.call_sid).update, url=self.office.at("/agent/fetch", lead.name))
                await self.office.until(lead.name, "/agent/idle")
                self.free.put_nowait(agent)
            case "redirected":
                await self._redirect(client, lead, sid)
            case "transfer":
                await self.office.until(lead.name, "recording completed")
            case "survey":
                await self.office.until(lead.name, "recording completed")
                await self._hear(client, lead, sid)
            case "machine":
                await self._write(client, lead)
            case _:
                pass

    async def _meet(self, client: Any, lead: Lead, sid: str) -> None:  # noqa: ANN401
        until, name = self.office.until, lead.name
        for what in ("participant-join", "/music"):
            await until(name, what)
        agent = await self.free.get()
        await self._ask(client.calls(agent.call_sid).update, url=self.office.at("/agent/take", name))
        await until(name, "conference-start")
        found = await self._ask(client.conferences.list, friendly_name=lead.room, status="in-progress")
        self._note(lead, "conference", [(each.friendly_name, each.status) for each in found])
        room = client.conferences(found[0].sid)
        await self._record_with_a_hold(client, lead, sid, room)
        if lead.kind == "coached":
            await self._coach(lead, room, agent)
        await self._part(client, lead, sid, room)
        for what in ("conference-end", "/agent/idle"):
            await until(name, what)
        self.free.put_nowait(agent)
        await until(name, "completed")
        await self._hear(client, lead, sid)

    async def _record_with_a_hold(self, client: Any, lead: Lead, sid: str, room: Any) -> None:  # noqa: ANN401
        at, name = self.office.at, lead.name
        recordings = client.calls(sid).recordings
        recording = await self._ask(
            recordings.create,
            recording_status_callback=at("/recording", name),
            recording_status_callback_event=["in-progress", "completed"],
        )
        await self.office.until(name, "recording in-progress")
        held = await self._ask(room.participants(sid).update, hold=True, hold_url=at("/hold", name))
        await self.office.until(name, "participant-hold")
        await self.office.until(name, "/hold")
        freed = await self._ask(room.participants(sid).update, hold=False)
        await self.office.until(name, "participant-unhold")
        stopped = await self._ask(recordings(recording.sid).update, status="stopped")
        await self.office.until(name, "recording completed")
        self._note(lead, "recorded", recording.status, recording.source, held.hold, freed.hold, stopped.status)

    async def _coach(self, lead: Lead, room: Any, agent: Agent) -> None:  # noqa: ANN401
        coach = await self._ask(
            room.participants.create,
            from_=self.sender,
            to=SUPERVISOR,
            label="supervisor",
            call_sid_to_coach=agent.call_sid,
            status_callback=self.office.at("/supervisor", lead.name),
            status_callback_event=EVENTS,
        )
        await self.office.until(lead.name, "participant-join supervisor")
        there = await self._ask(room.participants.list)
        labels = sorted((str(each.label), each.coaching, each.muted) for each in there)
        muted = await self._ask(room.participants("supervisor").update, muted=True)
        await self.office.until(lead.name, "participant-mute")
        news = self.office.at("/announce", lead.name)
        await self._ask(room.participants("supervisor").update, announce_url=news)
        await self.office.until(lead.name, "/announce")
        self._note(lead, "coached", coach.status, coach.label, labels, muted.muted)

    async def _redirect(self, client: Any, lead: Lead, sid: str) -> None:  # noqa: ANN401
        """Nobody is free: say so and write instead."""
        await self.office.until(lead.name, "in-progress")
        written = f"<Sms statusCallback='{self.office.at('/text', lead.name)}'>We will call back</Sms>"
        led = f"<Response><Say>We will call you back</Say>{written}</Response>"
        moved = await self._ask(client.calls(sid).update, twiml=led)
        self._note(lead, "redirected", moved.status)
        await self.office.until(lead.name, "text delivered")

    async def _part(self, client: Any, lead: Lead, sid: str, room: Any) -> None:  # noqa: ANN401
        match lead.kind:
            case "coached":
                ended = await self._ask(client.calls(sid).update, status="completed")
                self._note(lead, "ended", ended.status)
            case "sent_out":
                self._note(lead, "sent out", await self._ask(room.participants(sid).delete))
            case _:
                await self.people.hang_up(sid)

    async def _hear(self, client: Any, lead: Lead, sid: str) -> None:  # noqa: ANN401
        """Where the callback says that the recording is, it is, with the dialer's own credentials."""
        told = [t.form for t in self.office.told[lead.name] if t.path == "/recording"]
        url = told[-1]["RecordingUrl"]
        for ending, first in ((".wav", b"RIFF"), (".mp3", b"\xff\xf3")):
            heard = await self._get(url + ending, Range="bytes=0-9")
            self._note(lead, "heard", ending, heard.status_code, heard.content.startswith(first), len(heard.content))
        listed = await self._ask(client.calls(sid).recordings.list)
        self._note(lead, "recordings", [(each.status, each.source) for each in listed])
        if lead.kind == "sent_out":
            self._note(lead, "removed", await self._ask(client.recordings(listed[0].sid).delete))
            self._note(lead, "then", await self._status_of(client.recordings(listed[0].sid).fetch))

    async def _read(self, lead: Lead) -> None:
        """What was said on the recording, in writing."""
        await self.office.until(lead.name, "/written")
        told = next(t.form for t in self.office.told[lead.name] if t.path == "/written")
        read = await self._get(told["TranscriptionUrl"] + ".json")
        self._note(lead, "read", told["TranscriptionText"] == read.json()["transcription_text"])

    async def _get(self, url: str, **headers: str) -> requests.Response:
        """From an address that was told, with the dialer's own credentials."""
        auth = (self.account, self.token)
        return await asyncio.to_thread(requests.get, url, auth=auth, headers=headers, timeout=30)

    async def _write(self, client: Any, lead: Lead) -> None:  # noqa: ANN401
        sent = await self._ask(
            client.messages.create,
            to=lead.number,
            from_=self.sender,
            body="We tried to reach you",
            media_url=[self.office.at("/picture", lead.name)],
            status_callback=self.office.at("/text", lead.name),
        )
        await self.office.until(lead.name, "text delivered")
        read = await self._ask(client.messages(sent.sid).fetch)
        media = await self._ask(client.messages(sent.sid).media.list)
        picture = await self._get(f"{self.api}{media[0].uri}".removesuffix(".json"))
        self._note(lead, "wrote", sent.status, sent.body, read.status, read.num_media, picture.content[:6])

    async def _look_back(self, client: Any, lead: Lead) -> None:  # noqa: ANN401
        calls = await self._ask(client.calls.list, to=lead.number)
        self._note(lead, "calls", [(call.status, call.direction, call.to) for call in calls])
        conferences = await self._ask(client.conferences.list, friendly_name=lead.room)
        self._note(lead, "conferences", [(each.status, each.reason_conference_ended) for each in conferences])

    async def _status_of(self, ask: Callable[..., Any]) -> object:
        try:
            return (await self._ask(ask)).status
        except TwilioRestException as error:
            return error.status

    async def _ask(self, ask: Callable[..., Any], **given: object) -> Any:  # noqa: ANN401
        """Again after a while, as any dialer does, where it is told that there is no time for it now."""
        for tried in range(TRIES):
            try:
                return await asyncio.to_thread(ask, **given)
            except TwilioRestException as error:
                if error.status != TOO_MANY or tried == TRIES - 1:
                    raise
                await asyncio.sleep(0.2)
        return None

    def _note(self, lead: Lead, what: str, *facts: object) -> None:
        self.did[lead.name].append((what, facts))
