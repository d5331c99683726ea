"""The carrier account as it stands: resources, scripts of the people called, blocks, running lives."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass

from dialgate.simulator.clock import Clock
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.faults import Faults, Occasion
from dialgate.simulator.records import Call, Message, WireRequest
from dialgate.simulator.webhooks import Webhooks

ANSWERS = ("answered", "busy", "no-answer", "failed")


@dataclass(frozen=True, slots=True)
class Script:
    """What a called person does: `digits` holds one entry per Gather; `duration_s` None = listens to the end."""

    answer: str = "answered"
    digits: tuple[str, ...] = ()
    duration_s: float | None = None


class Simulator:
    """All state of one simulated carrier account. Nothing is shared between two."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.clock = Clock(ticking=config.ticking, start=config.start)
        self.faults = Faults()
        self.webhooks = Webhooks(config, self.clock, self.faults)
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, Message] = {}
        self.requests: list[WireRequest] = []
        self.scripts: dict[str, Script] = {}
        self.blocked: set[tuple[str, str]] = set()
        self.released = asyncio.Event()
        self._lives: dict[str, asyncio.Task[None]] = {}

    def start_life(self, name: str, life: Coroutine[None, None, None]) -> None:
        """Let a resource live on by itself; a life of the same name ends."""
        self.stop_life(name)
        self._lives[name] = self.clock.spawn(life)

    def stop_life(self, name: str) -> None:
        """End a life from outside; one that calls this itself runs on."""
        task = self._lives.pop(name, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

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
        for kept in (self.calls, self.messages, self.scripts, self._lives):
            kept.clear()

    def release(self) -> None:
        """End the waiting of requests that are never answered."""
        self.released.set()
        self.released = asyncio.Event()

    async def close(self) -> None:
        await self.clock.close()
        await self.webhooks.close()
