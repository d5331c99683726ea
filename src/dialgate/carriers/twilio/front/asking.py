"""Creates and updates of dialers: every parameter weighed, and the request that goes to the carrier in their place."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from dialgate.app.errors import BadRequestError
from dialgate.app.front import Asked, Operation, Pairs, Route
from dialgate.app.ports import CarrierRequest
from dialgate.carriers.twilio.front.documents import objection
from dialgate.carriers.twilio.front.forms import read_form
from dialgate.carriers.twilio.front.parameters import Kind, Parameters, Table
from dialgate.carriers.twilio.front.paths import upstream
from dialgate.carriers.twilio.front.urls import is_http, reads_as_url, stays_here
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.numbers import might_be_number
from dialgate.domain.reasons import Reason

CALL_LIFETIME_S = 86_400
"""Source: Twilio, Call resource: a queued call is dialled within 24 h or fails; read 2026-11."""
MESSAGE_LIFETIME_S = 36_000
"""Default and maximum of `ValidityPeriod`. Source: Twilio, Message resource; read 2026-11."""
TO_MISSING = "to_missing"
"""The rule name of a refusal for want of a `To`; it has a code of its own."""

_MEDIA = "MediaUrl"
_CONTENT = ("Body", _MEDIA, "ContentSid", "ContentVariables", "Url", "Twiml")
_UNDERSTOOD = frozenset({"To", "Twiml", "Status", "Body", "ContentSid", "ContentVariables", "ValidityPeriod"})
_EITHER = (frozenset({"Url", "Twiml", "Status"}), frozenset({"Body", "Status"}))
_SERVICE = re.compile(r"MG[0-9a-f]{32}", re.ASCII)
_SENDER_MAX_CHARS = 128
_ENDS = {Channel.VOICE: frozenset({"canceled", "completed"}), Channel.SMS: frozenset({"canceled"})}
_CALL_EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change between requests."""

    parameters: Parameters
    public_url: str
    loopback: bool
    """Whether the carrier is on this machine: only then may it fetch documents that the gate has not read."""


def read(rules: Rules, route: Route, content_type: str, body: bytes) -> Asked | Block:
    try:
        fields = read_form(content_type, body)
    except BadRequestError as error:
        return _bad("form", str(error))
    if route.operation is Operation.UPDATE:
        return _update(rules, route, fields)
    called = [value for name, value in fields if name.lower() == "to"]
    if len(called) != 1 or ("To", called[0]) not in fields:
        return _no_single_called(called)
    found = (*_weigh(rules, route, fields), *_scheme(route, called[0]))
    return Asked(called[0], _calling(fields), _digest(fields), _lifetime_s(route, fields), fields, found)


def request(rules: Rules, route: Route, asked: Asked, called: str, decision_id: str) -> CarrierRequest:
    """In the dialer's order; the gate's own status callback is added to a create that names none."""
    if route.operation is Operation.UPDATE:
        return CarrierRequest(upstream(route), asked.fields)
    fields = tuple((name, called if name == "To" else value) for name, value in asked.fields)
    if not any(name == "StatusCallback" and value for name, value in fields):
        fields = (*_without_status(fields), *_own_status(rules, route, decision_id))
    return CarrierRequest(upstream(route), fields)


def _without_status(fields: Pairs) -> Pairs:
    return tuple(pair for pair in fields if not pair[0].startswith("StatusCallback"))


def _own_status(rules: Rules, route: Route, decision_id: str) -> Pairs:
    own = (("StatusCallback", f"{rules.public_url}/twilio/status/{decision_id}"),)
    if route.channel is Channel.SMS:
        return own
    return (*own, *(("StatusCallbackEvent", event) for event in _CALL_EVENTS))


def _update(rules: Rules, route: Route, fields: Pairs) -> Asked | Block:
    found = tuple(_weigh(rules, route, fields))
    given = dict(fields)
    if "Status" in given and given["Status"] not in _ENDS[route.channel]:
        allowed = " or ".join(sorted(_ENDS[route.channel]))
        found = (*found, _bad("status", f"Status can only be {allowed}."))
    if route.channel is Channel.SMS and given.get("Body"):
        found = (*found, _bad("body", "Body can only be emptied; it cannot be changed."))
    if not fields:
        found = (_bad("form", "Nothing is to be updated; give Status, Twiml or Url."),)
    ends = not found and (route.channel is Channel.SMS or not {"Url", "FallbackUrl", "Twiml"} & given.keys())
    return Asked("", "", _digest(fields), CALL_LIFETIME_S, fields, found, ends)


def _no_single_called(called: list[str]) -> Block:
    if not called:
        return Block(Reason.BAD_REQUEST, TO_MISSING, "A 'To' number is required.")
    if len(called) > 1:
        return _bad("parameters", "To is given more than once; one request reaches one number.")
    return _bad("parameters", "The parameter for the called number is written To.")


def _weigh(rules: Rules, route: Route, fields: Pairs) -> Iterator[Block]:
    table = rules.parameters[route.channel, route.operation]
    counts = Counter(name.lower() for name, _ in fields)
    lists = {name.lower() for name in table.lists}
    repeated = [name for name, count in counts.items() if count > 1 and name not in lists]
    if repeated:
        yield _bad("parameters", f"The parameter {repeated[0][:40]} is given more than once; give it once.")
    names = {name for name, value in fields if value}
    if any(len(either & names) > 1 for either in _EITHER):
        yield _bad("parameters", f"Only one of {', '.join(sorted(names & _EITHER[0] | names & _EITHER[1]))} can hold.")
    yield from chain.from_iterable(_objections(rules, table, name, value) for name, value in fields)


def _objections(rules: Rules, table: Table, name: str, value: str) -> Iterator[Block]:
    if "\0" in value:
        yield _bad("parameters", f"The parameter {name[:40]} holds a NUL character.")
        return
    match table.kinds.get(name):
        case None:
            detail = (
                f"The parameter {name[:40]!r} is not known to the gate. Leave it out, or have the operator add it to "
            )
            yield _bad("parameters", detail + "carrier.twilio.inert_parameters if it is harmless.")
        case Kind.INERT if value and (might_be_number(value) or reads_as_url(value) or "<" in value):
            yield _blocked(name, "its value reads as a number, an address or a document")
        case Kind.SENDER if value and not _is_sender(name, value):
            yield _bad("parameters", f"{name} names no sender.")
        case Kind.URL if value:
            yield from _url(rules, name, value)
        case Kind.DECIDES if value:
            yield from _decides(name, value)
        case _:
            return


def _url(rules: Rules, name: str, value: str) -> Iterator[Block]:
    if not is_http(value):
        yield _bad("parameters", f"{name} is no http or https address in visible ASCII without user info.")
    elif name != _MEDIA and not (rules.loopback and stays_here(value)):
        yield _blocked(name, "the gate cannot yet read what the carrier would fetch from or send to that address")


def _decides(name: str, value: str) -> Iterator[Block]:
    if name not in _UNDERSTOOD:
        yield _blocked(name, "the gate cannot tell whom it would reach")
    elif name == "Twiml" and (why := objection(value)):
        yield _blocked(name, f"{why}; only Say, Play, Pause, Gather and Hangup without addresses in attributes pass")
    elif name == "ValidityPeriod" and _seconds(value) is None:
        yield _bad("parameters", f"ValidityPeriod is a whole number of seconds from 1 to {MESSAGE_LIFETIME_S}.")


def _is_sender(name: str, value: str) -> bool:
    if name == "MessagingServiceSid":
        return _SERVICE.fullmatch(value) is not None
    return len(value) <= _SENDER_MAX_CHARS and value.isprintable()


def _scheme(route: Route, called: str) -> Iterator[Block]:
    if route.channel is Channel.VOICE and called.strip().lower().startswith(("whatsapp:", "rcs:")):
        detail = "whatsapp: and rcs: numbers are for messages. Call the number without its scheme."
        yield Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail)


def _calling(fields: Pairs) -> str:
    given = dict(fields)
    return (given.get("From") or given.get("MessagingServiceSid") or "")[:_SENDER_MAX_CHARS]


def _digest(fields: Pairs) -> str:
    content = [pair for pair in fields if pair[0] in _CONTENT and pair[1]]
    return hashlib.sha256(json.dumps(sorted(content)).encode()).hexdigest() if content else ""


def _lifetime_s(route: Route, fields: Pairs) -> int:
    if route.channel is Channel.VOICE:
        return CALL_LIFETIME_S
    return _seconds(dict(fields).get("ValidityPeriod", "")) or MESSAGE_LIFETIME_S


def _seconds(value: str) -> int | None:
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(MESSAGE_LIFETIME_S))):
        return None
    return int(value) if 1 <= int(value) <= MESSAGE_LIFETIME_S else None


def _bad(rule: str, detail: str) -> Block:
    return Block(Reason.BAD_REQUEST, rule, detail)


def _blocked(name: str, why: str) -> Block:
    return Block(Reason.SURFACE_BLOCKED, "surface", f"{name} does not pass: {why}.")
