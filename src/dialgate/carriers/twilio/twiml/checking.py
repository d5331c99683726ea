"""Whether what stands in a document is what the table of terms says; the sentences where it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from dialgate.app.documents import Problem
from dialgate.carriers.twilio.front.urls import reads_as_url
from dialgate.carriers.twilio.twiml.addresses import absolute, is_socket
from dialgate.carriers.twilio.twiml.table import ROOT, ROOTS, TERMS
from dialgate.carriers.twilio.twiml.terms import Link, PartyKind, Reach, Role
from dialgate.carriers.twilio.twiml.tree import TEXT, Element
from dialgate.domain.attempt import Channel
from dialgate.domain.numbers import might_be_number
from dialgate.domain.reasons import Reason

_NOT_VALID = 12_200
_BAD_URL = 21_205
_SHOWN_CHARS = 40
_METHODS = frozenset({"", "GET", "POST"})
_ROOMS = frozenset({PartyKind.CONFERENCE, PartyKind.QUEUE})
_SHORT = re.compile(r"|[1-5]?[0-9]|60", re.ASCII)
"""Seconds: the last of several numbers must not be dialled long after it was judged."""
_TONES = re.compile(r"[0-9A-Da-d*#wWpP,.\- ]*")
# A name of this form is an address's, whatever its value: a relative one does not read as one.
_ADDRESS_NAME = re.compile(r".*(?:action|callback|href|src|ur[il])|.*:.*|xmlns", re.IGNORECASE)


class Refused(Exception):  # noqa: N818 - it carries the problem out of the parser's callbacks
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse(message: str, carrier_code: int, element: str = "", reason: Reason = Reason.BAD_REQUEST) -> NoReturn:
    raise Refused(Problem(reason, message, carrier_code, element))


def is_prose(name: str) -> bool:
    return TERMS[name].prose


def place(name: str, parent: str, channel: Channel) -> None:
    """Whether an element may stand in its parent ("" for the root)."""
    if name in _permitted(parent, channel):
        return
    shown = name[:_SHOWN_CHARS]
    where = f"in {parent}" if parent else "at the root"
    _unknown(f"The element {shown} is not known {where}. Leave it out.", shown)


def attributes(name: str, pairs: Sequence[tuple[str, str]], base: str) -> tuple[tuple[str, str], ...]:
    """With addresses made absolute. Known attributes do what the table says; unknown ones pass if they cannot be a
    number, an address or TwiML.
    """
    known = TERMS[name].places
    return tuple(
        (attribute, _checked(name, attribute, known[attribute], value, base))
        if attribute in known
        else _unknown_attribute(name, attribute, value)
        for attribute, value in pairs
    )


def whole(element: Element, base: str) -> Element:
    """Once nothing can be added: its text stands in one piece, where a text may stand, and its addresses have methods
    that the carrier knows.
    """
    term = TERMS[element.name]
    for _, link in term.links:
        if link.method and element.value(link.method).upper() not in _METHODS:
            _invalid(element.name, f"{link.method} is neither GET nor POST")
    if element.value("sequential").lower() not in {"", "false"} and _SHORT.fullmatch(element.value("timeout")) is None:
        _invalid(element.name, "numbers that are dialled one after another are given 60 s each at most")
    texts = [child for child in element.children if isinstance(child, str)]
    role = term.places.get(TEXT)
    if not texts and isinstance(role, Reach) and role.kind in _ROOMS and not element.value("workflowSid"):
        _invalid(element.name, "it has no name, and what the carrier makes of that is everybody's")
    if element.name == "Client" and len(texts) + _named(element, "Identity") != 1:
        _invalid(element.name, "it does not name exactly one client")
    if term.prose or not texts:
        return element
    if role is None:
        _invalid(element.name, "there is text where none belongs")
    if len(texts) > 1 or (len(element.children) > 1 and not _may_mix(role)):
        _invalid(element.name, "its text is broken by elements")
    said = _checked(element.name, TEXT, role, texts[0], base)
    return replace(element, children=tuple(said if isinstance(child, str) else child for child in element.children))


def _named(element: Element, name: str) -> int:
    return sum(isinstance(child, Element) and child.name == name for child in element.children)


def _permitted(parent: str, channel: Channel) -> frozenset[str]:
    if parent == ROOT:
        return ROOTS[channel].children
    return TERMS[parent].children if parent else frozenset({ROOT})


def _may_mix(role: Role) -> bool:
    """A number stands alone; an address that needs leave anyway may have its parameters beside it."""
    return isinstance(role, Reach) and role.kind is not PartyKind.CALL


def _checked(element: str, attribute: str, role: Role, value: str, base: str) -> str:
    what = f"the attribute {attribute}" if attribute else "its text"
    written = value.strip()
    if isinstance(role, Link):
        url = absolute(written, base) if written else ""
        if written and not url:
            wrong = "no http or https address without user info, or is relative to nothing"
            refuse(f"In {element}, {what} is {wrong}.", _BAD_URL, element)
        return url
    if isinstance(role, Reach) and role.kind is PartyKind.SOCKET and written and not is_socket(value):
        refuse(f"In {element}, {what} is no wss address without user info.", _BAD_URL, element)
    if isinstance(role, Reach) and role.kind is PartyKind.DIGITS and _TONES.fullmatch(value) is None:
        _invalid(element, f"{what} has characters that are no tones")
    return value


def _unknown_attribute(element: str, attribute: str, value: str) -> tuple[str, str]:
    what = f"The attribute {attribute[:_SHOWN_CHARS]} of {element} is not known"
    if _ADDRESS_NAME.fullmatch(attribute) or _differs_in_case_alone(attribute, element):
        _unknown(f"{what} and has the name of an address.", element)
    if might_be_number(value) or reads_as_url(value) or "<" in value:
        _unknown(f"{what} and could be a number, an address or TwiML.", element)
    return attribute, value


def _differs_in_case_alone(attribute: str, element: str) -> bool:
    return attribute.lower() in {name.lower() for name in TERMS[element].places}


def _invalid(element: str, what: str) -> NoReturn:
    refuse(f"The element {element} is not valid: {what}.", _NOT_VALID, element)


def _unknown(message: str, element: str) -> NoReturn:
    refuse(message, _NOT_VALID, element, Reason.UNKNOWN_TWIML)
