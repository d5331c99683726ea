"""What of the carrier's surface is offered: the tables of `config/operations.toml`, and the forms of names in paths."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialgate.app.front import Operation
from dialgate.carriers.twilio.front.parameters import Parameters, read_parameters
from dialgate.domain.attempt import Channel

_WORD = r"[0-9A-Za-z][0-9A-Za-z._~-]{0,63}"
FORMS = {
    "call": "CA[0-9a-f]{32}",
    "message": "(?:SM|MM)[0-9a-f]{32}",
    "conference": "CF[0-9a-f]{32}",
    "recording": "RE[0-9a-f]{32}",
    "transcription": "TR[0-9a-f]{32}",
    "queue": "QU[0-9a-f]{32}",
    "media": "ME[0-9a-f]{32}",
    "running": r"RE[0-9a-f]{32}|Twilio\.CURRENT",
    "member": "CA[0-9a-f]{32}|Front",
    "room": _WORD,
    "participant": _WORD,
    "named": _WORD,
}
"""Placeholders of the templates. `room`, `participant` and `named`: a SID, or the name that the dialer gave."""
PAGING = ("Page", "PageSize", "PageToken")
JSON_ENDING = ".json"
ENDINGS = (JSON_ENDING, ".mp3", ".wav")
_TIERS = ("gated", "control", "reads", "links", "media")
_METHODS = {
    "gated": frozenset({"POST"}),
    "control": frozenset({"POST", "DELETE"}),
    "reads": frozenset({"GET"}),
    "links": frozenset({"GET"}),
    "media": frozenset({"GET"}),
}


@dataclass(frozen=True, slots=True)
class Offer:
    operation: Operation
    channel: Channel
    template: str
    """With its ending at the carrier."""
    placeholders: tuple[str, ...]
    parameters: str = ""
    """Name of the table; empty: none are taken."""
    filters: frozenset[str] = frozenset()
    """Names in the query."""


Key = tuple[str, str, tuple[str, ...], int]
Operations = Mapping[Key, Offer]


def key(method: str, parts: tuple[str, ...], ending: str) -> Key:
    """Constants and placeholders take turns in every path."""
    return method, ending, parts[0::2], len(parts)


@dataclass(frozen=True, slots=True)
class Surface:
    operations: Operations
    parameters: Parameters


def read_surface(operations: str, parameters: str, inert: Iterable[str] = ()) -> Surface:
    """From the texts of both files; `inert`: as for `read_parameters`. Errors: `ValueError` in words for the
    operator.
    """
    tables = read_parameters(parameters, inert)
    return Surface(_read_operations(operations, tables), tables)


def _read_operations(text: str, tables: Iterable[str]) -> Operations:
    """Every table of parameters must be used."""
    tiers = tomllib.loads(text)
    if set(tiers) != set(_TIERS):
        raise ValueError(f"operations: needs exactly the tables {', '.join(_TIERS)}")
    rows = [(tier, line, value) for tier in _TIERS for line, value in tiers[tier].items()]
    found = dict(_row(tier, line, value) for tier, line, value in rows)
    if len(found) != len(rows):
        raise ValueError("operations: one operation stands in two tables")
    used = {offer.parameters for offer in found.values() if offer.parameters}
    if wrong := used ^ set(tables):
        raise ValueError(f"operations: tables and parameters do not fit: {', '.join(sorted(wrong))}")
    return found


def _row(tier: str, line: str, value: Any) -> tuple[Key, Offer]:  # noqa: ANN401 - of TOML
    method, _, path = line.partition(" ")
    ending = {"links": "", "media": next((one for one in ENDINGS if path.endswith(one)), "")}.get(tier, JSON_ENDING)
    parts = tuple(path.removesuffix(ending).split("/"))
    placeholders = tuple(re.findall(r"\{(\w+)\}", path))
    if method not in _METHODS[tier] or parts[1::2] != tuple(f"{{{name}}}" for name in placeholders):
        raise ValueError(f"operations: [{tier}] {line!r} is no method and path of the form A/{{b}}/C/{{d}}")
    if unknown := set(placeholders) - FORMS.keys():
        raise ValueError(f"operations: {line!r} has the unknown placeholder {', '.join(sorted(unknown))}")
    channel = Channel.SMS if parts[0] == "Messages" else Channel.VOICE
    template = "/".join(parts) + (ending if tier == "media" else JSON_ENDING)
    operation = _operation(tier, parts)
    if tier in {"gated", "control"}:
        return key(method, parts, ending), Offer(operation, channel, template, placeholders, parameters=value)
    filters = frozenset(value) | (set(PAGING) if operation is Operation.LIST else set())
    return key(method, parts, ending), Offer(operation, channel, template, placeholders, filters=filters)


def _operation(tier: str, parts: tuple[str, ...]) -> Operation:
    on_one = len(parts) % 2 == 0
    match tier:
        case "gated":
            return Operation.UPDATE if on_one else Operation.CREATE
        case "reads" | "links":
            return Operation.FETCH if on_one else Operation.LIST
        case "media":
            return Operation.MEDIA
        case _:
            return Operation.CONTROL
