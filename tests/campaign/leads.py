"""Whom the campaign calls, and what these people do: the world that is the same behind the gate and without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

SPEED = 20
"""Simulated seconds in a real one, while a campaign runs."""
AGENTS = tuple(f"+1202555011{n}" for n in range(4))
CLOSER, SLOW_CLOSER, SUPERVISOR = "+12025550130", "+12025550132", "+12025550131"
STAFF = (*AGENTS, CLOSER, SLOW_CLOSER, SUPERVISOR)
KINDS = (
    "talk",
    "busy",
    "transfer",
    "nobody",
    "machine",
    "coached",
    "queue",
    "failed",
    "sent_out",
    "fallback",
    "notice",
    "survey",
    "hunt",
    "redirected",
    "parked",
)
_SCRIPTS: dict[str, Mapping[str, object]] = {
    "busy": {"first": ["busy"]},
    "nobody": {"answer": "no-answer"},
    "failed": {"answer": "failed"},
    "machine": {"answered_by": "machine_start"},
    "transfer": {"digits": ["1"]},
    "survey": {"digits": ["", "7#"]},
}


@dataclass(frozen=True, slots=True)
class Lead:
    """`kind` says how the call goes; `refused`: the number is suppressed."""

    name: str
    number: str
    kind: str
    refused: bool = False

    @property
    def room(self) -> str:
        return f"room {self.name}"


def leads(count: int, further: Iterable[str] = (), suppressed: int = 3) -> tuple[Lead, ...]:
    """Each kind in turn; some people in between have opted out. One for each `further` kind."""
    called = [Lead(f"lead-{n}", f"+1202{600 + n // 100}{2000 + n % 100}", KINDS[n % len(KINDS)]) for n in range(count)]
    out = [Lead(f"out-{n}", f"+120289{n}2345", "talk", refused=True) for n in range(suppressed)]
    more = [Lead(f"case-{n}", f"+1202777{2000 + n}", kind) for n, kind in enumerate(further)]
    return (*called[: count // 2], *out, *called[count // 2 :], *more)


@dataclass(frozen=True, slots=True)
class People:
    """Those called, and the clock of the simulated carrier that they live by."""

    carrier: str
    session: aiohttp.ClientSession

    async def wake(self, called: tuple[Lead, ...], further: dict[str, Mapping[str, object]]) -> None:
        """A carrier without memory, and everybody told what to do; `further` scripts by kind."""
        await self._post("reset")
        await self._post("clock", speed=SPEED)
        for lead in called:
            await self._post("scripts", to=lead.number, **(_SCRIPTS | further).get(lead.kind, {}))
        await self._post("scripts", to=CLOSER, ring_s=2)
        await self._post("scripts", to=SLOW_CLOSER, ring_s=60)

    async def hang_up(self, call_sid: str) -> None:
        await self._post(f"calls/{call_sid}/hangup")

    async def seen(self, what: str) -> list[dict[str, Any]]:
        """All that the carrier knows of `calls`, `messages` or `conferences`."""
        async with self.session.get(f"{self.carrier}/simulator/{what}") as answer:
            rows: list[dict[str, Any]] = (await answer.json())[what]
        return rows

    async def _post(self, path: str, **body: object) -> None:
        async with self.session.post(f"{self.carrier}/simulator/{path}", json=body) as answer:
            assert answer.ok, (path, await answer.text())
