"""Faults to order: each is spent on the next matching occasions and then gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

# What a fault of each kind may be told besides kind, count, after and match.
KINDS: Mapping[str, frozenset[str]] = {
    "latency": frozenset({"ms"}),
    "status": frozenset({"status", "code", "message", "retry_after_s"}),
    "close": frozenset(),
    "accept_then_latency": frozenset({"ms"}),
    "accept_then_timeout": frozenset(),
    "accept_then_close": frozenset(),
    "accept_then_status": frozenset({"status", "code", "message", "retry_after_s"}),
    "21610": frozenset(),
    "undelivered": frozenset({"code"}),
    "slow_callback": frozenset({"ms"}),
    "drop_callback": frozenset(),
    "drop_webhook": frozenset(),
}
CALLBACK_KINDS = frozenset({"slow_callback", "drop_callback"})
MESSAGE_KINDS = frozenset({"drop_webhook"})
REQUEST_KINDS = KINDS.keys() - CALLBACK_KINDS - MESSAGE_KINDS - {"21610", "undelivered"}
_SHORT = {"4xx": {"kind": "status", "status": 400}, "5xx": {"kind": "status", "status": 500}}
_COMMON = frozenset({"kind", "count", "after", "match"})
_NUMBERS = frozenset({"count", "after", "ms", "status", "code", "retry_after_s"})
_MATCH = frozenset({"method", "path", "to"})


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something a fault can strike: a request to the carrier, an attempt, or a webhook."""

    method: str = ""
    path: str = ""
    to: str = ""


@dataclass(slots=True)
class Fault:
    """`after` occasions pass unharmed, then `count` are struck."""

    kind: str
    count: int
    after: int
    match: Mapping[str, str]
    options: Mapping[str, object]

    def number(self, name: str, default: float) -> float:
        value = self.options.get(name, default)
        return float(str(value))

    def text(self, name: str, default: str) -> str:
        return str(self.options.get(name, default))

    def fits(self, occasion: Occasion) -> bool:
        # A request fault without a method means creates and updates: background reads shall not use it up.
        method = self.match.get("method", "POST" if self.kind in REQUEST_KINDS else "*")
        return (
            method in {"*", occasion.method}
            and self.match.get("path", "") in occasion.path
            and self.match.get("to", occasion.to) == occasion.to
        )


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._waiting)

    def strike(self, kinds: AbstractSet[str], occasion: Occasion) -> dict[str, Fault]:
        """Spend one count of the first fault of each kind that fits, and return those."""
        struck: dict[str, Fault] = {}
        for fault in list(self._waiting):
            if fault.kind not in kinds or fault.kind in struck or not fault.fits(occasion):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            struck[fault.kind] = fault
            fault.count -= 1
            if fault.count <= 0:
                self._waiting.remove(fault)
        return struck


def parse_fault(asked: Mapping[str, object]) -> Fault:
    """A fault from its description: `{kind, count, after?, match?: {method, path, to}, ...}`.

    `4xx` and `5xx` are short for `status` with 400 and 500; dashes and underscores are one.
    Errors: ValueError with what is allowed.
    """
    kind = str(asked.get("kind", "")).replace("-", "_")
    given = {**asked, **_SHORT.get(kind, {"kind": kind}), **{k: v for k, v in asked.items() if k != "kind"}}
    kind = str(given["kind"])
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; known: {', '.join([*KINDS, *_SHORT])}")
    unknown = given.keys() - _COMMON - KINDS[kind]
    asked_match = given.get("match")
    match = asked_match if isinstance(asked_match, Mapping) else {}
    unknown |= match.keys() - _MATCH
    if unknown:
        raise ValueError(f"{kind} does not know {', '.join(sorted(unknown))}")
    for name in sorted(given.keys() & _NUMBERS):
        if not str(given[name]).isdigit():
            raise ValueError(f"{name} must be a whole number")
    return Fault(
        kind=kind,
        count=int(str(given.get("count", 1))),
        after=int(str(given.get("after", 0))),
        match={str(name): str(value) for name, value in match.items()},
        options={name: given[name] for name in given.keys() & KINDS[kind]},
    )
