"""Paths of dialers, read from their raw bytes; whatever is not a path of the table of operations is not offered."""

from __future__ import annotations

import re

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.front import Operation, Pairs, Route
from dialgate.carriers.twilio.front.forms import read_pairs
from dialgate.carriers.twilio.front.operations import ENDINGS, FORMS, JSON_ENDING, Offer, Operations, key
from dialgate.carriers.twilio.front.rooms import own_name
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

_PATH = re.compile(
    r"(?:/c/(?P<campaign>[A-Za-z0-9][A-Za-z0-9._~-]{0,63})(?:/(?P<purpose>[A-Za-z]{1,32}))?)?"
    r"/2010-04-01/Accounts/(?P<account>AC[0-9A-Za-z]{32})(?P<rest>(?:/[0-9A-Za-z][0-9A-Za-z._~-]{0,127}){0,4}|\.json)",
    re.ASCII,
)
_FORMS = {name: re.compile(form, re.ASCII) for name, form in FORMS.items()}
_PLACEHOLDER = re.compile(r"\{\w+\}")
_ROOM, _NAME = "room", "FriendlyName"


def route(operations: Operations, method: str, raw_path: str) -> Route | Block:
    """Errors: `BadRequestError` for a query; `NotFoundError` for a SID that cannot be one."""
    path, question_mark, query = raw_path.partition("?")
    found = _PATH.fullmatch(path)
    if found is None:
        return _not_offered("This path is not offered. Paths are written without any escape and end in .json.")
    account, campaign, purpose = found["account"], found["campaign"] or "", found["purpose"] or ""
    rest = found["rest"]
    if rest == JSON_ENDING and method == "GET":
        pairs = _pairs(query, frozenset())
        return Route(Operation.ACCOUNT, account, Channel.VOICE, "GET", JSON_ENDING, (), "", campaign, purpose, pairs)
    ending = next((one for one in ENDINGS if rest.endswith(one)), "")
    parts = tuple(rest.removesuffix(ending).split("/")[1:])
    offer = operations.get(key(method, parts, ending))
    if offer is None:
        return _not_offered(f"{method} is not offered at this path; config/operations.toml lists what is.")
    names = tuple(zip(offer.placeholders, parts[1::2], strict=True))
    if not all(_FORMS[name].fullmatch(value) for name, value in names):
        raise NotFoundError("There is no such resource.")
    pairs = _query(offer, account, query if question_mark else None)
    return Route(
        offer.operation,
        account,
        offer.channel,
        method,
        offer.template,
        names,
        offer.parameters,
        campaign,
        purpose,
        pairs,
    )


def upstream(to: Route) -> str:
    """A conference that is named and not numbered is the tenant's own of that name."""
    values = iter(to.names)
    return _PLACEHOLDER.sub(lambda _: _written(to.account_sid, *next(values)), to.template)


def _written(account_sid: str, placeholder: str, value: str) -> str:
    if placeholder == _ROOM and _FORMS["conference"].fullmatch(value) is None:
        return own_name(account_sid, value)
    return value


def _query(offer: Offer, account_sid: str, query: str | None) -> Pairs:
    """A query behind an attempt is kept unread: it refuses the attempt, which then is on record."""
    if offer.operation in {Operation.CREATE, Operation.UPDATE}:
        return () if query is None else (("", query),)
    pairs = _pairs(query or "", offer.filters)
    return tuple((name, own_name(account_sid, value) if name == _NAME else value) for name, value in pairs)


def _pairs(query: str, known: frozenset[str]) -> Pairs:
    pairs = read_pairs(query.encode("utf-8", "surrogateescape"))
    if pairs and not known:
        raise BadRequestError("This request takes no query; parameters stand in the body.")
    names = [name for name, _ in pairs]
    if unknown := [name for name in names if name not in known]:
        raise BadRequestError(f"The filter {unknown[0][:40]!r} is not known here; leave it out.")
    if len(set(names)) != len(names):
        raise BadRequestError("A filter is given twice; give it once.")
    return pairs


def _not_offered(detail: str) -> Block:
    return Block(Reason.SURFACE_BLOCKED, "surface", detail)
