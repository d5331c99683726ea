"""Every operation that the carrier's own SDK for Python can send, read from its source, which is generated and even."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import twilio.rest

ROOT = Path(twilio.rest.__file__).parent
_VERSION = re.compile(r'super\(\).__init__\(domain, "([^"]+)"\)')
_TOKEN = re.compile(
    r'^class |self\._uri = \(?\s*"(?P<uri>[^"]+)"|method="(?P<method>[A-Z]+)",\s*uri=self\._uri\b', re.MULTILINE
)


@dataclass(frozen=True, slots=True, order=True)
class Offered:
    """`template`: the path with its parameters in braces."""

    method: str
    template: str


@cache
def operations() -> tuple[Offered, ...]:
    return tuple(sorted(set(_operations())))


def _operations() -> Iterator[Offered]:
    for start in sorted(ROOT.glob("*/*/__init__.py")):
        for version in _VERSION.findall(start.read_text()):
            for source in sorted(start.parent.rglob("*.py")):
                yield from _of_source(version, source.read_text())


def _of_source(version: str, source: str) -> Iterator[Offered]:
    uri = ""
    for found in _TOKEN.finditer(source):
        if found["method"]:
            assert uri, "an operation stands before its path"
            yield Offered(found["method"], f"/{version}{uri}")
        else:
            uri = found["uri"] or ""
