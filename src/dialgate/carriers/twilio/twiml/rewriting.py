"""A document made ours: the gate's own numbers and the gate's own addresses in the place of those that were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dialgate.carriers.twilio.twiml.parties import Party, parties, reached
from dialgate.carriers.twilio.twiml.table import TERMS
from dialgate.carriers.twilio.twiml.terms import UrlKind
from dialgate.carriers.twilio.twiml.tree import TEXT, Document, Element


@dataclass(frozen=True, slots=True)
class UrlUse:
    """An address that the carrier would ask, and why."""

    element: str
    attribute: str
    """"" where the element's text is the address."""
    url: str
    """Absolute, with its fragment."""
    method: str
    """GET or POST, as the document says."""
    kind: UrlKind


@dataclass(frozen=True, slots=True)
class _Replacing:
    found: Iterator[Party]
    number: Callable[[Party], str]
    front: Callable[[UrlUse], str]


def rewrite(document: Document, number: Callable[[Party], str], front: Callable[[UrlUse], str]) -> Document:
    """`number` is asked once for each party that `is_number`, in the order of `parties`; what it answers stands in
    place of what was written ("" leaves the place empty). `front` is asked once for each http(s) address except media.
    Addresses that are empty stay so: for the carrier they mean this document, or none.
    """
    replacing = _Replacing(iter(parties(document)), number, front)
    return replace(document, root=_replaced(document.root, replacing))


def _replaced(element: Element, replacing: _Replacing) -> Element:
    values: dict[str, str] = {}
    for place, _, _ in reached(element):
        party = next(replacing.found)
        if party.is_number:
            values[place] = replacing.number(party)
    values |= _fronted(element, replacing)
    children: list[Element | str] = [values[TEXT]] if values.get(TEXT) else []
    for child in element.children:
        if isinstance(child, Element):
            children.append(_replaced(child, replacing))
        elif TEXT not in values:
            children.append(child)
    return Element(element.name, _attributes(element, values), tuple(children))


def _fronted(element: Element, replacing: _Replacing) -> dict[str, str]:
    values = {}
    for place, link in TERMS[element.name].links:
        url = element.value(place)
        if url and link.kind is not UrlKind.MEDIA:
            method = element.value(link.method).upper() if link.method else ""
            values[place] = replacing.front(UrlUse(element.name, place, url, method or "POST", link.kind))
    return values


def _attributes(element: Element, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    kept = tuple((name, values.get(name, value)) for name, value in element.attributes)
    written = {TEXT, *(name for name, _ in kept)}
    return kept + tuple((place, value) for place, value in values.items() if value and place not in written)
