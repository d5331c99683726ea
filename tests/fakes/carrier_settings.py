"""The carrier's own settings and the record of what they were, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialgate.app.adopting import Held
from dialgate.app.errors import DialgateError

HERE = "https://gate.example.com/twilio/sms"
WANTED = {"SmsUrl": HERE, "SmsMethod": "POST"}


def number(phone: str, url: str, sid: str = "PN1") -> Held:
    return Held("number", sid, phone, phone, {"SmsUrl": url, "SmsMethod": "POST"}, WANTED)


@dataclass(slots=True)
class ToldSettings:
    all: list[Held] = field(default_factory=list)
    written: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    error: DialgateError | None = None

    async def held(self) -> Sequence[Held]:
        return tuple(self.all)

    async def write(self, held: Held, values: Mapping[str, str]) -> None:
        if self.error is not None:
            raise self.error
        self.written.append((held.sid, dict(values)))
        self.all = [replace(one, now={**one.now, **values}) if one.sid == held.sid else one for one in self.all]


@dataclass(slots=True)
class MemoryFormer:
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    actors: list[str] = field(default_factory=list)

    async def all(self) -> Mapping[str, Mapping[str, str]]:
        return dict(self.kept)

    async def keep(self, sid: str, values: Mapping[str, str], by: str, at: datetime) -> None:
        self.kept[sid] = dict(values)
        self.actors.append(by)

    async def forget(self, sid: str) -> None:
        self.kept.pop(sid, None)
