"""Whom a document would reach: attempts of their own, and what nobody can gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialgate.carriers.twilio.twiml.table import TERMS
from dialgate.carriers.twilio.twiml.terms import PartyKind
from dialgate.carriers.twilio.twiml.tree import TEXT, Document, Element
from dialgate.domain.attempt import Channel
from dialgate.domain.numbers import endpoint

CLIENT = "client:"
"""What a client's name has before it outside of documents."""

_ADD = "have compliance add its exact address (/v1/destinations), or dial the number itself with <Number>."
_MENDS = {
    PartyKind.SIP: f"A <Sip> is none of the tenant's own destinations; {_ADD}",
    PartyKind.CLIENT: f"A <Client> is none of the tenant's own destinations; {_ADD}",
    PartyKind.ROUTE: "Only the exact address in the text of <Sip> can be gated; leave out <Refer>, <Uri>, <Headers>.",
    PartyKind.APPLICATION: "An application runs a document that was not read; write its verbs into this one.",
    PartyKind.SIM: "A SIM cannot be gated; dial its number with <Number>.",
    PartyKind.WORKFLOW: "A workflow runs documents that were not read; enqueue by a queue's name.",
    PartyKind.CONNECTOR: "What this connects to was not read and cannot be gated; use <Dial> or <Gather>.",
    PartyKind.CONFIGURATION: "A recording configuration was not read; write its callbacks as attributes.",
    PartyKind.SOCKET: "A websocket takes the call where nothing can be gated; use <Dial> or <Gather>.",
}
_ATTEMPTS = frozenset({PartyKind.CALL, PartyKind.MESSAGE, PartyKind.SIP, PartyKind.CLIENT})


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
    def is_attempt(self) -> bool:
        """Whether it is to be read as one number or one endpoint and is an attempt of its own."""
        return self.kind in _ATTEMPTS

    @property
    def endpoint(self) -> str:
        """Of a SIP phone or a client: its address; "" where it is not written exactly, and for anybody else."""
        match self.kind:
            case PartyKind.CLIENT:
                found = endpoint(CLIENT + self.text)
            case PartyKind.SIP if self.text.startswith("sip:"):
                found = endpoint(self.text)
            case _:
                found = None
        return found.address if found else ""

    @property
    def is_tones(self) -> bool:
        return self.kind is PartyKind.DIGITS

    @property
    def ungated(self) -> str:
        """What to write instead, where the tenant has no leave for this; "" for what can be gated or reaches nobody
        who is not on a call already (queues, conferences). Leave is only for an `endpoint` that is an own destination.
        """
        return _MENDS.get(self.kind, "")


def parties(document: Document) -> tuple[Party, ...]:
    """In document order. Names of queues and conferences are of the whole carrier account."""
    return tuple(party for _, party in reached_by(document))


def reached_by(document: Document) -> list[tuple[Element, Party]]:
    """Each with the element that reaches it."""
    found: list[tuple[Element, Party]] = []
    _collect(document.root, "", "", found)
    return found


def reached(element: Element) -> Iterator[tuple[str, PartyKind, str]]:
    """Place, kind and text of those whom the element itself reaches, without its children."""
    for place, role in TERMS[element.name].reaches:
        text = element.value(place).strip()
        if text or role.implied:
            yield place, role.kind, text


def _collect(element: Element, within: str, calling: str, found: list[tuple[Element, Party]]) -> None:
    shown = "".join(element.value(place) for place in TERMS[element.name].senders) or calling
    number: int | None = None
    for place, reaching, text in reached(element):
        kind = PartyKind.ROUTE if within == "Refer" else reaching  # the other side dials
        said = _words(element) if kind is PartyKind.MESSAGE else ""
        beside = number if kind is PartyKind.DIGITS else None
        party = Party(len(found), kind, text, element.name, place, shown, said, beside)
        number = party.index if party.is_attempt else number
        found.append((element, party))
    for child in element.children:
        if isinstance(child, Element):
            _collect(child, element.name, shown, found)


def _words(element: Element) -> str:
    bodies = (child.value(TEXT) for child in element.children if isinstance(child, Element))
    return element.value(TEXT) + "".join(bodies)
