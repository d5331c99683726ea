"""Whom a document would reach: numbers that are attempts of their own, and what nobody can gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialgate.carriers.twilio.twiml.table import TERMS
from dialgate.carriers.twilio.twiml.terms import PartyKind
from dialgate.carriers.twilio.twiml.tree import TEXT, Document, Element
from dialgate.domain.attempt import Channel

_MENDS = {
    PartyKind.SIP: "A SIP address can lead to any phone; dial the number itself with <Number>.",
    PartyKind.CLIENT: "A client cannot be gated; dial the number itself with <Number>.",
    PartyKind.APPLICATION: "An application runs a document that was not read; write its verbs into this one.",
    PartyKind.SIM: "A SIM cannot be gated; dial its number with <Number>.",
    PartyKind.WORKFLOW: "A workflow runs documents that were not read; enqueue by a queue's name.",
    PartyKind.CONNECTOR: "What this connects to was not read and cannot be gated; use <Dial> or <Gather>.",
    PartyKind.SOCKET: "A websocket takes the call where nothing can be gated; use <Dial> or <Gather>.",
}


@dataclass(frozen=True, slots=True)
class Party:
    index: int
    """Where it stands among the parties of its document."""
    kind: PartyKind
    text: str
    """As written, without the blanks around it. "" in a message: to whoever wrote or is on the call; in a connector:
    the account's default."""
    element: str
    attribute: str
    """"" where the element's text names the party."""
    calling: str
    """`callerId` or `from`, as written; "" where the carrier takes the call's own."""
    said: str = ""
    """Of a message: its words."""
    beside: int | None = None
    """Of tones: the number of the same element, which they are sent to once it answers."""

    @property
    def channel(self) -> Channel:
        return Channel.SMS if self.kind is PartyKind.MESSAGE else Channel.VOICE

    @property
    def is_number(self) -> bool:
        """Whether it is to be read as one number and is an attempt of its own."""
        return self.kind in {PartyKind.CALL, PartyKind.MESSAGE}

    @property
    def is_tones(self) -> bool:
        return self.kind is PartyKind.DIGITS

    @property
    def ungated(self) -> str:
        """What to write instead, where the tenant has no leave for this; "" for what can be gated or reaches nobody
        who is not on a call already (queues, conferences).
        """
        return _MENDS.get(self.kind, "")


def parties(document: Document) -> tuple[Party, ...]:
    """In document order. Names of queues and conferences are of the whole carrier account."""
    return tuple(party for _, party in reached_by(document))


def reached_by(document: Document) -> list[tuple[Element, Party]]:
    """Each with the element that reaches it."""
    found: list[tuple[Element, Party]] = []
    _collect(document.root, "", found)
    return found


def reached(element: Element) -> Iterator[tuple[str, PartyKind, str]]:
    """Place, kind and text of those whom the element itself reaches, without its children."""
    for place, role in TERMS[element.name].reaches:
        text = element.value(place).strip()
        if text or role.implied:
            yield place, role.kind, text


def _collect(element: Element, calling: str, found: list[tuple[Element, Party]]) -> None:
    shown = "".join(element.value(place) for place in TERMS[element.name].senders) or calling
    number: int | None = None
    for place, kind, text in reached(element):
        said = _words(element) if kind is PartyKind.MESSAGE else ""
        beside = number if kind is PartyKind.DIGITS else None
        party = Party(len(found), kind, text, element.name, place, shown, said, beside)
        number = party.index if party.is_number else number
        found.append((element, party))
    for child in element.children:
        if isinstance(child, Element):
            _collect(child, shown, found)


def _words(element: Element) -> str:
    bodies = (child.value(TEXT) for child in element.children if isinstance(child, Element))
    return element.value(TEXT) + "".join(bodies)
