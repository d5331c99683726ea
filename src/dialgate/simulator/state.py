"""The carrier account as it stands: resources, scripts of the people called, blocks, running lives."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass

from dialgate.simulator.clock import Clock
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.faults import Faults, Occasion
from dialgate.simulator.holders import Holder
from dialgate.simulator.records import Call, Message, Recording, Transcript, WireRequest
from dialgate.simulator.rooms import Attachment, Conference, Member, Participant, Queue
from dialgate.simulator.webhooks import Webhooks
from dialgate.simulator.wire import API_VERSION

ANSWERS = ("answered", "busy", "no-answer", "failed")


@dataclass(frozen=True, slots=True)
class Script:
    """What a called person does: `digits` holds one entry per Gather; `duration_s` None = listens to the end.

    `first` tells what becomes of the first calls, one entry each, before `answer` holds; `ring_s` how long it rings,
    None = as the timing says; `answered_by` what machine detection finds.
    """

    answer: str = "answered"
    digits: tuple[str, ...] = ()
    duration_s: float | None = None
    first: tuple[str, ...] = ()
    ring_s: float | None = None
    answered_by: str = "human"


class Simulator:
    """All state of one simulated carrier account. Nothing is shared between two."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.clock = Clock(ticking=config.ticking, start=config.start, speed=config.speed)
        self.faults = Faults()
        self.webhooks = Webhooks(config, self.clock, self.faults)
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, Message] = {}
        self.conferences: dict[str, Conference] = {}
        self.seats: dict[str, Participant] = {}
        self.queues: dict[str, Queue] = {}
        self.waiting: dict[str, Member] = {}
        self.recordings: dict[str, Recording] = {}
        self.transcripts: dict[str, Transcript] = {}
        self.attachments: dict[str, Attachment] = {}
        self.holders: dict[str, Holder] = {}
        self.requests: list[WireRequest] = []
        self.scripts: dict[str, Script] = {}
        self.called: Counter[str] = Counter()
        self.blocked: set[tuple[str, str]] = set()
        self.released = asyncio.Event()
        self._lives: dict[str, asyncio.Task[None]] = {}

    def recording_url(self, sid: str) -> str:
        return f"{self.config.own_url}/{API_VERSION}/Accounts/{self.config.account_sid}/Recordings/{sid}"

    def start_life(self, name: str, life: Coroutine[None, None, None]) -> None:
        """Let a resource live on by itself; a life of the same name ends."""
        self.stop_life(name)
        self._lives[name] = self.clock.spawn(life)

    def stop_life(self, name: str) -> None:
        """End a life from outside; one that calls this itself runs on."""
        task = self._lives.pop(name, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def script(self, to: str) -> Script:
        return self.scripts.get(to) or Script()

    def outcome(self, to: str) -> str:
        """What becomes of the next call to this number: counted here."""
        script, before = self.script(to), self.called[to]
        self.called[to] += 1
        return script.first[before] if before < len(script.first) else script.answer

    def fault(self, kind: str, to: str) -> float | None:
        """Spend a fault that strikes an attempt to this number: its code, 0 for none given, None for no fault."""
        struck = self.faults.strike(frozenset({kind}), Occasion(to=to)).get(kind)
        return None if struck is None else struck.number("code", 0)

    def is_blocked(self, person: str, *senders: str | None) -> bool:
        """Whether the carrier itself holds a STOP of this person against one of the senders."""
        return any((person, sender) in self.blocked for sender in senders if sender)

    async def reset(self) -> None:
        """Forget everything but the clock's time; requests that were left hanging are let go."""
        await self.clock.close()
        self.release()
        self.faults.clear()
        self.requests.clear()
        self.blocked.clear()
        self.called.clear()
        self.calls.clear()
        self.messages.clear()
        for kept in (self.conferences, self.seats, self.queues, self.waiting, self.recordings, self.attachments):
            kept.clear()
        for told in (self.transcripts, self.holders, self.scripts, self._lives):
            told.clear()

    def release(self) -> None:
        """End the waiting of requests that are never answered."""
        self.released.set()
        self.released = asyncio.Event()

    async def close(self) -> None:
        await self.clock.close()
        await self.webhooks.close()
