"""A document made ours: the gate's own numbers, names and addresses in the place of those that were written, and nobody
in it who was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from dialgate.app.documents import Needed, Written
from dialgate.app.front import Pairs, Wanted
from dialgate.carriers.twilio.front.rooms import own_name
from dialgate.carriers.twilio.twiml.parties import CLIENT, Party, reached_by
from dialgate.carriers.twilio.twiml.table import TERMS
from dialgate.carriers.twilio.twiml.terms import Link, PartyKind, UrlKind
from dialgate.carriers.twilio.twiml.tree import TEXT, Document, Element

_NAMED = frozenset({PartyKind.CONFERENCE, PartyKind.QUEUE})
_DEFAULT_ACTION = {"Gather": "action", "Record": "action", "Redirect": TEXT}
"""Where nothing is said, the carrier asks for the same document again.
Source: Twilio, "TwiML: Gather", "TwiML: Record", `action`; read 2026-11."""
_DIALLED = frozenset({"Client", "Number", "Sip", "WhatsApp"})
_IDENTITY = "Identity"
_STATUS = "statusCallback"
_EVENTS = "statusCallbackEvent"
_ALL_EVENTS = "initiated ringing answered completed"
"""Source: Twilio, "TwiML: Number", "Sip" and "Client", `statusCallbackEvent`; read 2026-11."""
_FAILED: Mapping[str, Pairs] = {
    "Dial": (("DialCallStatus", "failed"),),
    "Sms": (("MessageStatus", "failed"), ("SmsStatus", "failed")),
}


@dataclass(frozen=True, slots=True)
class _Replacing:
    of: Mapping[int, tuple[Party, ...]]
    """By the identity of the element that reaches them."""
    account_sid: str
    url: str
    written: Written
    front: Callable[[Needed], str]

    def number(self, element: Element) -> Party | None:
        """Or client, whose leg is the element that it is named in."""
        if element.name == _IDENTITY:
            return None
        return next((party for party in self._reached(element) if party.is_attempt), None)

    def refused(self, element: Element) -> bool:
        return any(self.written.get(party.index, "") is None for party in self._reached(element))

    def _reached(self, element: Element) -> Iterator[Party]:
        yield from self.of.get(id(element), ())
        for child in element.children:
            if isinstance(child, Element) and child.name == _IDENTITY:
                yield from self.of.get(id(child), ())


def rewrite(
    document: Document, account_sid: str, url: str, written: Written, front: Callable[[Needed], str]
) -> Document:
    """`front` is asked once for each address that the carrier would ask, media excepted, and for a status of each
    number; always in the same order. An address that is left out and means this document becomes that of `url`, where
    there is one; others that are empty stay so.
    """
    of: dict[int, tuple[Party, ...]] = {}
    for element, party in reached_by(document):
        of[id(element)] = (*of.get(id(element), ()), party)
    return replace(document, root=_replaced(document.root, _Replacing(of, account_sid, url, written, front)))


def _replaced(element: Element, replacing: _Replacing) -> Element:
    values = {party.attribute: _value(party, replacing) for party in replacing.of.get(id(element), ())}
    values |= _fronted(element, replacing)
    leg = _own_leg(element, values, replacing)
    children: list[Element | str] = [values[TEXT]] if values.get(TEXT) else []
    for child in element.children:
        if isinstance(child, Element):
            children += _kept(child, replacing)
        elif TEXT not in values:
            children.append(child)
    return Element(element.name, _attributes(element, values), (*leg, *children))


def _kept(element: Element, replacing: _Replacing) -> tuple[Element, ...]:
    """What stands in the element's place."""
    if element.name == "Dial" and _nobody_left(element, replacing):
        return _as_failed(element, replacing)
    if element.name != "Dial" and replacing.refused(element):
        return _as_failed(element, replacing)
    return (_replaced(element, replacing),)


def _nobody_left(dial: Element, replacing: _Replacing) -> bool:
    nouns = [child for child in dial.children if isinstance(child, Element)]
    if not any(replacing.refused(one) for one in (dial, *nouns)):
        return False
    spoken = replacing.number(dial) is not None and not replacing.refused(dial)
    return not spoken and all(replacing.refused(noun) for noun in nouns)


def _as_failed(element: Element, replacing: _Replacing) -> tuple[Element, ...]:
    """The carrier goes on at the action of what failed, if it has one, and passes over what follows."""
    url = element.value("action")
    if element.name not in _FAILED or not url:
        return ()
    method = _method(element, "method")
    address = replacing.front(Needed(url, method, Wanted.DOCUMENT, told=_FAILED[element.name]))
    return (Element("Redirect", (("method", method),), (address,)),)


def _value(party: Party, replacing: _Replacing) -> str:
    if party.kind in _NAMED:
        return own_name(replacing.account_sid, party.text)
    value = replacing.written.get(party.index, party.text) or ""
    return value.removeprefix(CLIENT) if party.kind is PartyKind.CLIENT else value


def _own_leg(element: Element, values: dict[str, str], replacing: _Replacing) -> tuple[Element, ...]:
    """A number that stands in a Dial itself becomes its Number, which can report to the gate."""
    party = replacing.number(element)
    if element.name != "Dial" or party is None:
        return ()
    number = values.pop(TEXT)
    values[TEXT] = ""
    if not number:
        return ()
    own = replacing.front(Needed("", "POST", Wanted.STATUS, party=party.index))
    return (Element("Number", ((_STATUS, own), (_EVENTS, _ALL_EVENTS)), (number,)),)


def _fronted(element: Element, replacing: _Replacing) -> dict[str, str]:
    values = {}
    party = replacing.number(element) if element.name != "Dial" else None
    for place, link in TERMS[element.name].links:
        url = element.value(place) or (replacing.url if _DEFAULT_ACTION.get(element.name) == place else "")
        if url and link.kind is not UrlKind.MEDIA:
            values[place] = replacing.front(replace(_needed(element, place, link, party), url=url))
    if party is None:
        return values
    if element.name in _DIALLED:
        values[_EVENTS] = _ALL_EVENTS
    if not element.value(_STATUS):
        values[_STATUS] = replacing.front(Needed("", "POST", Wanted.STATUS, party=party.index))
        values[f"{_STATUS}Method"] = ""
    return values


def _needed(element: Element, place: str, link: Link, party: Party | None) -> Needed:
    """The addresses of a dialled number are of its own leg; those of a message speak of it unless they lead on."""
    own = party is not None and (element.name in _DIALLED or link.kind is UrlKind.STATUS)
    wanted = Wanted.DOCUMENT if link.kind is UrlKind.DOCUMENT else Wanted.CALLBACK
    if own and place == _STATUS:
        wanted = Wanted.STATUS
    return Needed(
        url=element.value(place),
        method=_method(element, link.method),
        wanted=wanted,
        events=tuple(element.value(_EVENTS).split()) if wanted is Wanted.STATUS else (),
        party=party.index if own and party is not None else None,
    )


def _method(element: Element, name: str) -> str:
    return (element.value(name).upper() if name else "") or "POST"


def _attributes(element: Element, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A value that was emptied leaves its attribute out."""
    kept = tuple((name, values.get(name, value)) for name, value in element.attributes if values.get(name, "x"))
    written = {TEXT, *(name for name, _ in element.attributes)}
    return kept + tuple((place, value) for place, value in values.items() if value and place not in written)
