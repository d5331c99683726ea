"""What each parameter of the carrier does: the table of `config/parameters.toml`, checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dialgate.app.front import Operation
from dialgate.domain.attempt import Channel

_TABLES = {
    (Channel.VOICE, Operation.CREATE): ("calls", "create"),
    (Channel.VOICE, Operation.UPDATE): ("calls", "update"),
    (Channel.SMS, Operation.CREATE): ("messages", "create"),
    (Channel.SMS, Operation.UPDATE): ("messages", "update"),
}


class Kind(StrEnum):
    DECIDES = "decides"
    URL = "url"
    SENDER = "sender"
    INERT = "inert"


@dataclass(frozen=True, slots=True)
class Table:
    kinds: Mapping[str, Kind]
    lists: frozenset[str]


Parameters = Mapping[tuple[Channel, Operation], Table]


def read_parameters(text: str, inert: Iterable[str] = ()) -> Parameters:
    """`inert`: names that the operator declares harmless, for every operation; they never change a name that is known.

    Errors: `ValueError` in words for the operator.
    """
    tables = tomllib.loads(text)
    return {key: _table(tables, *names, tuple(inert)) for key, names in _TABLES.items()}


def _table(tables: Mapping[str, Any], resource: str, operation: str, extra: tuple[str, ...]) -> Table:
    section = tables.get(resource, {}).get(operation)
    expected = {*Kind, "lists"}
    if not isinstance(section, dict) or set(section) != expected:
        raise ValueError(f"parameters: [{resource}.{operation}] needs exactly the keys {', '.join(sorted(expected))}")
    kinds: dict[str, Kind] = {}
    for kind in Kind:
        for name in section[kind]:
            if name in kinds:
                raise ValueError(f"parameters: {name} stands twice in [{resource}.{operation}]")
            kinds[name] = kind
    lists = frozenset(section["lists"])
    if unknown := lists - kinds.keys():
        raise ValueError(f"parameters: {', '.join(sorted(unknown))} is a list in [{resource}.{operation}] but no name")
    return Table({**dict.fromkeys(extra, Kind.INERT), **kinds}, lists)
