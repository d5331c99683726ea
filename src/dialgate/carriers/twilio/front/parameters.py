"""What each parameter of the carrier does: the tables of `config/parameters.toml`, checked when they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_LISTS, _GETS = "lists", "gets"


class Kind(StrEnum):
    DECIDES = "decides"
    URL = "url"
    SENDER = "sender"
    INERT = "inert"


class Target(StrEnum):
    """What the carrier does with an address."""

    DOCUMENT = "document"
    STATUS = "status"
    CALLBACK = "callback"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Table:
    kinds: Mapping[str, Kind]
    targets: Mapping[str, Target] = field(default_factory=dict)
    """Of those that are addresses."""
    lists: frozenset[str] = frozenset()
    gets: frozenset[str] = frozenset()
    """Addresses that the carrier asks by GET unless it is told otherwise."""

    def method_of(self, name: str) -> str:
        """The parameter that says how the address `name` is asked; empty where there is none."""
        method = name.removesuffix("Url") + "Method"
        return method if method in self.kinds else ""


Parameters = Mapping[str, Table]
"""By name, such as `calls.create`."""


def read_parameters(text: str, inert: Iterable[str] = ()) -> Parameters:
    """`inert`: names that the operator declares harmless, for every operation; they never change a name that is known.

    Errors: `ValueError` in words for the operator.
    """
    harmless = tuple(inert)
    return {
        f"{resource}.{operation}": _table(f"{resource}.{operation}", section, harmless)
        for resource, operations in tomllib.loads(text).items()
        for operation, section in operations.items()
    }


def _table(title: str, section: Mapping[str, Any], extra: tuple[str, ...]) -> Table:
    addresses = section.get(Kind.URL, {})
    if unknown := (section.keys() - {*Kind, _LISTS, _GETS}) | (addresses.keys() - {*Target}):
        raise ValueError(f"parameters: [{title}] has the unknown key {', '.join(sorted(unknown))}")
    kinds: dict[str, Kind] = {}
    targets = {name: Target(target) for target, names in addresses.items() for name in names}
    by_kind: list[tuple[Kind, str]] = [(Kind.URL, name) for names in addresses.values() for name in names]
    by_kind += [(kind, name) for kind in Kind if kind is not Kind.URL for name in section.get(kind, ())]
    for kind, name in by_kind:
        if name in kinds:
            raise ValueError(f"parameters: {name} stands twice in [{title}]")
        kinds[name] = kind
    lists, gets = frozenset(section.get(_LISTS, ())), frozenset(section.get(_GETS, ()))
    if unknown := (lists - kinds.keys()) | (gets - targets.keys()):
        raise ValueError(f"parameters: {', '.join(sorted(unknown))} is no such name in [{title}]")
    return Table({**dict.fromkeys(extra, Kind.INERT), **kinds}, targets, lists, gets)
