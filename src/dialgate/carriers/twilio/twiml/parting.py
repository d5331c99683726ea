"""Where a document waits. Whom it reaches after a long while is judged when the call comes there, not when the document
is fetched: hours end, and people opt out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf

from dialgate.carriers.twilio.twiml.parties import parties
from dialgate.carriers.twilio.twiml.tree import TEXT, Document, Element

LONG_S = 60
_CHARS_A_SECOND = 5
"""Slow speech."""
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)
_AT_ONCE = frozenset({"Hangup", "Leave", "Message", "Redirect", "Reject", "Sms", "Start", "Stop"})


def parted(document: Document) -> tuple[Document, Document | None]:
    """What is followed now, and the rest from the first verb on that reaches a number after a long while, if any."""
    verbs, waited_s = document.root.children, 0.0
    for at, verb in enumerate(verbs):
        if not isinstance(verb, Element):
            continue
        if waited_s > LONG_S and _reaches(document, verb):
            return _of(document, verbs[:at]), _of(document, verbs[at:])
        waited_s += _takes_s(verb)
    return document, None


def _of(document: Document, verbs: tuple[Element | str, ...]) -> Document:
    return replace(document, root=replace(document.root, children=verbs))


def _reaches(document: Document, verb: Element) -> bool:
    return any(party.is_attempt for party in parties(_of(document, (verb,))))


def _takes_s(verb: Element) -> float:
    """At most; without end where nobody can say."""
    if verb.name in _AT_ONCE:
        return 0
    if verb.name == "Pause":
        length = verb.value("length") or "1"
        return int(length) if _SECONDS.fullmatch(length) else inf
    if verb.name == "Say" and not verb.value("loop") and not any(isinstance(one, Element) for one in verb.children):
        return len(verb.value(TEXT)) / _CHARS_A_SECOND
    return inf
