"""Requests of dialers that write: what they ask, read strictly, with all that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import orjson

from dialgate.app.errors import BadRequestError
from dialgate.app.front import Asked, Operation, Pairs, Route
from dialgate.carriers.twilio.front import schedule
from dialgate.carriers.twilio.front.forms import read_form
from dialgate.carriers.twilio.front.parameters import Kind, Table
from dialgate.carriers.twilio.front.weighing import (
    MESSAGE_LIFETIME_S,
    SENDER_MAX_CHARS,
    Rules,
    addresses,
    bad,
    seconds,
    weigh,
)
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

CALL_LIFETIME_S = 86_400
"""Source: Twilio, Call resource: a queued call is dialled within 24 h or fails; read 2026-11."""
TO_MISSING = "to_missing"
"""The rule name of a refusal for want of a `To`; it has a code of its own."""

_CONTENT = ("Body", "MediaUrl", "ContentSid", "ContentVariables", "Url", "Twiml", "ApplicationSid")
_ENDS = {Channel.VOICE: frozenset({"canceled", "completed"}), Channel.SMS: frozenset({"canceled"})}
_SPEAKS = {"Url", "FallbackUrl", "Twiml"}


def read(rules: Rules, route: Route, content_type: str, body: bytes) -> Asked | Block:
    try:
        fields = read_form(content_type, body) if body or route.parameters else ()
    except BadRequestError as error:
        return bad("form", str(error))
    match route.operation:
        case Operation.CREATE:
            return _create(rules, route, fields)
        case Operation.UPDATE:
            return _update(rules, route, fields)
        case _:
            return _asked(rules, route, fields, ends=True)


def _create(rules: Rules, route: Route, fields: Pairs) -> Asked | Block:
    called = [value for name, value in fields if name.lower() == "to"]
    if len(called) != 1 or ("To", called[0]) not in fields:
        return _no_single_called(called)
    return _asked(rules, route, fields, called=called[0], more=(*_scheme(route, called[0]), *_no_sender(route, fields)))


def _update(rules: Rules, route: Route, fields: Pairs) -> Asked:
    given = dict(fields)
    more: list[Block] = []
    if "Status" in given and given["Status"] not in _ENDS[route.channel]:
        allowed = " or ".join(sorted(_ENDS[route.channel]))
        more.append(bad("status", f"Status can only be {allowed}."))
    if route.channel is Channel.SMS and given.get("Body"):
        more.append(bad("body", "Body can only be emptied; it cannot be changed."))
    if not fields:
        more.append(bad("form", "Nothing is to be updated; give Status, Twiml or Url."))
    ends = route.channel is Channel.SMS or not _SPEAKS & given.keys()
    return _asked(rules, route, fields, more=tuple(more), ends=ends)


def _asked(
    rules: Rules, route: Route, fields: Pairs, called: str = "", more: tuple[Block, ...] = (), *, ends: bool = False
) -> Asked:
    table = rules.table(route.parameters)
    given = dict(fields)
    calling = (given.get("From") or given.get("MessagingServiceSid") or "")[:SENDER_MAX_CHARS]
    found = (*_query(route), *weigh(table, fields), *schedule.objections(fields), *more)
    return Asked(
        called=called,
        calling=calling,
        content=_digest(fields),
        lifetime_s=_lifetime_s(route, given.get("ValidityPeriod", "")),
        due_at=schedule.due_at(fields),
        fields=fields,
        found=found,
        ends=ends and not found,
        urls=addresses(table, fields),
        twiml=given.get("Twiml", ""),
        application_sid=given.get("ApplicationSid", "") if route.channel is Channel.VOICE else "",
        digits=given.get("SendDigits", ""),
        other_senders=_other_senders(table, fields, calling),
    )


def _other_senders(table: Table, fields: Pairs, calling: str) -> tuple[str, ...]:
    return tuple(value for name, value in fields if table.kinds.get(name) is Kind.SENDER and value not in {"", calling})


def _query(route: Route) -> Iterator[Block]:
    if route.query:
        yield bad("form", "This request takes no query; parameters stand in the body.")


def _no_single_called(called: list[str]) -> Block:
    if not called:
        return Block(Reason.BAD_REQUEST, TO_MISSING, "A 'To' number is required.")
    if len(called) > 1:
        return bad("parameters", "To is given more than once; one request reaches one number.")
    return bad("parameters", "The parameter for the called number is written To.")


def _scheme(route: Route, called: str) -> Iterator[Block]:
    if route.channel is Channel.VOICE and called.strip().lower().startswith(("whatsapp:", "rcs:")):
        detail = "whatsapp: and rcs: numbers are for messages. Call the number without its scheme."
        yield Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail)


def _no_sender(route: Route, fields: Pairs) -> Iterator[Block]:
    if route.channel is Channel.VOICE and not dict(fields).get("From"):
        yield bad("parameters", "A 'From' is required: in whose name is the call?")


def _digest(fields: Pairs) -> str:
    content = [pair for pair in fields if pair[0] in _CONTENT and pair[1]]
    return hashlib.sha256(orjson.dumps(sorted(content))).hexdigest() if content else ""


def _lifetime_s(route: Route, validity: str) -> int:
    return CALL_LIFETIME_S if route.channel is Channel.VOICE else seconds(validity) or MESSAGE_LIFETIME_S
