"""Documents of every known element, at random. Each number begins with `NUMBER_STEM`, each address that the carrier
would ask is at `DIALER_HOST`.
"""

from __future__ import annotations

from hypothesis import strategies as st

from dialgate.carriers.twilio.twiml import Document, PartyKind, UrlKind
from dialgate.carriers.twilio.twiml.reading import read
from dialgate.carriers.twilio.twiml.serialising import serialise
from dialgate.carriers.twilio.twiml.table import ROOT, ROOTS, TERMS
from dialgate.carriers.twilio.twiml.terms import Link, Reach, Role
from dialgate.carriers.twilio.twiml.tree import TEXT, Element
from dialgate.domain.attempt import Channel

DIALER_HOST = "dialer.example"
NUMBER_STEM = "+1415"
_MEDIA = "https://media.example/a.mp3"

_SAID = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=12)
_ADDRESS = st.sampled_from([f"https://{DIALER_HOST}/a?b=1&c=2#rc=1", f"HTTP://{DIALER_HOST}", "/b", "c.xml", "?d"])
_NUMBER = st.integers(5550000, 5559999).map(lambda line: f"{NUMBER_STEM}{line}")
_OTHER = {PartyKind.SOCKET: "wss://bot.example/a", PartyKind.DIGITS: "ww1234#"}
_ROOMS = (Reach(PartyKind.CONFERENCE), Reach(PartyKind.QUEUE))
"""They must have a name."""


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """As read from `https://dialer.example/start`."""
    channel = draw(st.sampled_from(Channel))
    names = st.sampled_from(sorted(ROOTS[channel].children))
    verbs = tuple(draw(_element(name, 3)) for name in draw(st.lists(names, max_size=4)))
    written = Document(Element(ROOT, (), verbs), channel)
    found = read(serialise(written), "text/xml", f"https://{DIALER_HOST}/start", channel)
    assert isinstance(found, Document), found
    return found


@st.composite
def _element(draw: st.DrawFn, name: str, depth: int) -> Element:
    term = TERMS[name]
    places = draw(st.lists(st.sampled_from(sorted(term.places)), unique=True, max_size=6)) if term.places else []
    attributes = [(place, draw(_value(place, term.places[place]))) for place in places if place != TEXT]
    named = term.places.get(TEXT) in _ROOMS or name == "Client"
    said = draw(_value(TEXT, term.places[TEXT])) if TEXT in places or named else ""
    if draw(st.booleans()):
        attributes.append(("xNew", "some"))
    alone = said and not term.prose
    nested = [] if alone or not depth else draw(st.lists(st.sampled_from(sorted(term.children) or [""]), max_size=3))
    children = tuple(draw(_element(child, depth - 1)) for child in nested if child)
    return Element(name, tuple(attributes), (said, *children) if said else children)


def _value(place: str, role: Role) -> st.SearchStrategy[str]:
    match role:
        case Link(kind=UrlKind.MEDIA):
            return st.just(_MEDIA)
        case Link():
            return _ADDRESS
        case Reach(kind=PartyKind.CALL | PartyKind.MESSAGE):
            return _NUMBER
        case Reach(kind=kind):
            return st.just(_OTHER.get(kind, "sales"))
        case _ if place.lower().endswith("method"):
            return st.sampled_from(["GET", "post"])
        case _ if place == "timeout":
            return st.just("30")
        case _:
            return _SAID
