"""Paths of dialers, read from their raw bytes by one pattern; whatever it does not match is not offered."""

from __future__ import annotations

import re

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.front import Operation, Pairs, Route
from dialgate.carriers.twilio.front.forms import read_pairs
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

_PATH = re.compile(
    r"(?:/c/(?P<campaign>[A-Za-z0-9][A-Za-z0-9._~-]{0,63})(?:/(?P<purpose>[A-Za-z]{1,32}))?)?"
    r"/2010-04-01/Accounts/(?P<account>AC[0-9A-Za-z]{32})"
    r"(?:/(?P<kind>Calls|Messages)(?:/(?P<sid>[0-9A-Za-z]{1,64}))?)?\.json",
    re.ASCII,
)
_CHANNELS = {"Calls": Channel.VOICE, "Messages": Channel.SMS}
_NAMES = {channel: name for name, channel in _CHANNELS.items()}
_SIDS = {
    Channel.VOICE: re.compile(r"CA[0-9a-f]{32}", re.ASCII),
    Channel.SMS: re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII),
}
_OPERATIONS = {
    ("POST", False): Operation.CREATE,
    ("POST", True): Operation.UPDATE,
    ("GET", False): Operation.LIST,
    ("GET", True): Operation.FETCH,
}
_PAGING = frozenset({"PageSize", "Page", "PageToken", "To", "From"})
_TIMES = {
    Channel.VOICE: ("StartTime", "EndTime"),
    Channel.SMS: ("DateSent",),
}
_FILTERS = {
    Channel.VOICE: _PAGING | {"Status", "ParentCallSid"},
    Channel.SMS: _PAGING,
}


def route(method: str, raw_path: str) -> Route | Block:
    """Errors: `BadRequestError` for a query; `NotFoundError` for a SID that cannot be one."""
    path, _, query = raw_path.partition("?")
    found = _PATH.fullmatch(path)
    if found is None:
        return _not_offered("This path is not offered. Paths end in .json and are written without any escape.")
    channel = _CHANNELS.get(found["kind"] or "", Channel.VOICE)
    if found["kind"] is None:
        operation = Operation.ACCOUNT if method == "GET" else None
    else:
        operation = _OPERATIONS.get((method, found["sid"] is not None))
    if operation is None:
        return _not_offered(f"{method} is not offered here; the gate offers create, fetch, list and update.")
    sid = found["sid"] or ""
    if sid and not _SIDS[channel].fullmatch(sid):
        raise NotFoundError("There is no such resource.")
    return Route(
        operation,
        found["account"],
        channel,
        sid,
        found["campaign"] or "",
        found["purpose"] or "",
        _query(operation, channel, query),
    )


def upstream(to: Route) -> str:
    name = _NAMES[to.channel]
    return f"{name}/{to.sid}.json" if to.sid else f"{name}.json"


def _query(operation: Operation, channel: Channel, query: str) -> Pairs:
    pairs = read_pairs(query.encode("utf-8", "surrogateescape"))
    if operation is not Operation.LIST:
        if pairs:
            raise BadRequestError("This request takes no query; parameters stand in the body.")
        return ()
    known = _FILTERS[channel] | {f"{name}{sign}" for name in _TIMES[channel] for sign in ("", "<", ">")}
    names = [name for name, _ in pairs]
    if unknown := [name for name in names if name not in known]:
        raise BadRequestError(f"The filter {unknown[0][:40]!r} is not known here; leave it out.")
    if len(set(names)) != len(names):
        raise BadRequestError("A filter is given twice; give it once.")
    return pairs


def _not_offered(detail: str) -> Block:
    return Block(Reason.SURFACE_BLOCKED, "surface", detail)
