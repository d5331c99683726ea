"""Every parameter weighed by its table: which of them do not pass, and which addresses the carrier would ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dialgate.app.front import Pairs, UrlUse, Wanted
from dialgate.carriers.twilio.front.parameters import Kind, Parameters, Table, Target
from dialgate.carriers.twilio.front.urls import is_http, reads_as_url
from dialgate.domain.decision import Block
from dialgate.domain.numbers import might_be_number
from dialgate.domain.reasons import Reason

MESSAGE_LIFETIME_S = 36_000
"""Default and maximum of `ValidityPeriod`. Source: Twilio, Message resource; read 2026-11."""
SENDER_MAX_CHARS = 128
_UNDERSTOOD = frozenset(
    {
        "To",
        "Twiml",
        "Status",
        "Body",
        "ContentSid",
        "ContentVariables",
        "ValidityPeriod",
        "SendAt",
        "ScheduleType",
        "SendDigits",
    }
)
_APPLICATION = "ApplicationSid"
_EITHER = (frozenset({"Url", "Twiml", "Status", _APPLICATION}), frozenset({"Body", "Status"}))
_SERVICE = re.compile(r"MG[0-9a-f]{32}", re.ASCII)
_DIGITS = re.compile(r"[0-9*#wW]{1,32}", re.ASCII)
"""Source: Twilio, Call resource, `SendDigits`: digits, #, *, w and W, at most 32; read 2026-11."""
_METHODS = frozenset({"GET", "POST"})
_WANTED = {Target.DOCUMENT: Wanted.DOCUMENT, Target.STATUS: Wanted.STATUS, Target.CALLBACK: Wanted.CALLBACK}


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change between requests."""

    parameters: Parameters
    public_url: str

    def table(self, name: str) -> Table:
        """The empty name is an operation that takes no parameter."""
        return self.parameters[name] if name else Table({})


def weigh(table: Table, fields: Pairs) -> Iterator[Block]:
    lowered = [name.lower() for name, _ in fields]
    if len(set(lowered)) < len(lowered):
        lists = {name.lower() for name in table.lists}
        repeated = [name for name, count in Counter(lowered).items() if count > 1 and name not in lists]
        if repeated:
            yield bad("parameters", f"The parameter {repeated[0][:40]} is given more than once; give it once.")
    names = {name for name, value in fields if value}
    if any(len(either & names) > 1 for either in _EITHER):
        yield bad("parameters", f"Only one of {', '.join(sorted(names & _EITHER[0] | names & _EITHER[1]))} can hold.")
    for name, value in fields:
        yield from _objections(table, name, value)


def addresses(table: Table, fields: Pairs) -> tuple[UrlUse, ...]:
    """All that the carrier would ask, media excepted, in the dialer's order."""
    given = dict(fields)
    return tuple(
        UrlUse(
            name,
            value,
            (given.get(table.method_of(name)) or ("GET" if name in table.gets else "POST")).upper(),
            _WANTED[table.targets[name]],
            _events(fields) if table.targets[name] is Target.STATUS else (),
        )
        for name, value in fields
        if value and table.targets.get(name, Target.MEDIA) is not Target.MEDIA
    )


def seconds(value: str) -> int | None:
    """A `ValidityPeriod`; None where it is none."""
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(MESSAGE_LIFETIME_S))):
        return None
    return int(value) if 1 <= int(value) <= MESSAGE_LIFETIME_S else None


def bad(rule: str, detail: str) -> Block:
    return Block(Reason.BAD_REQUEST, rule, detail)


def _events(fields: Pairs) -> tuple[str, ...]:
    return tuple(event for name, value in fields if name == "StatusCallbackEvent" for event in value.split())


def _objections(table: Table, name: str, value: str) -> Iterator[Block]:
    if "\0" in value:
        yield bad("parameters", f"The parameter {name[:40]} holds a NUL character.")
        return
    match table.kinds.get(name):
        case None:
            detail = (
                f"The parameter {name[:40]!r} is not known to the gate. Leave it out, or have the operator add it to "
            )
            yield bad("parameters", detail + "carrier.twilio.inert_parameters if it is harmless.")
        case Kind.INERT if value and (might_be_number(value) or reads_as_url(value) or "<" in value):
            yield _blocked(name, "its value reads as a number, an address or a document")
        case Kind.INERT if value and name.endswith("Method") and value.upper() not in _METHODS:
            yield bad("parameters", f"{name} is GET or POST.")
        case Kind.SENDER if value and not _is_sender(name, value):
            yield bad("parameters", f"{name} names no sender.")
        case Kind.URL if value:
            yield from _url(name, value)
        case Kind.DECIDES if value:
            yield from _decides(table, name, value)
        case _:
            return


def _url(name: str, value: str) -> Iterator[Block]:
    if not is_http(value):
        yield bad("parameters", f"{name} is no http or https address in visible ASCII without user info.")


def _decides(table: Table, name: str, value: str) -> Iterator[Block]:
    if name == _APPLICATION and "Url" in table.targets:
        return  # its addresses are read at the carrier and taken over
    if name not in _UNDERSTOOD:
        yield _blocked(name, "the gate cannot tell whom it would reach")
    elif name == "ValidityPeriod" and seconds(value) is None:
        yield bad("parameters", f"ValidityPeriod is a whole number of seconds from 1 to {MESSAGE_LIFETIME_S}.")
    elif name == "SendDigits" and _DIGITS.fullmatch(value) is None:
        yield bad("parameters", "SendDigits is at most 32 of 0 to 9, *, #, w and W.")


def _is_sender(name: str, value: str) -> bool:
    if name == "MessagingServiceSid":
        return _SERVICE.fullmatch(value) is not None
    return len(value) <= SENDER_MAX_CHARS and value.isprintable()


def _blocked(name: str, why: str) -> Block:
    return Block(Reason.SURFACE_BLOCKED, "surface", f"{name} does not pass: {why}.")
