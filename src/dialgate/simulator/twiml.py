"""TwiML as the carrier reads it: elements in order, nothing judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat


class TwimlError(Exception):
    """A document that the carrier cannot follow; `code` is the carrier's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Verb, ...]


def parse_twiml(text: str) -> tuple[Verb, ...]:
    """The verbs of a `Response`.

    Errors: TwimlError.
    """
    root = _parse(text)
    if root.tag != "Response":
        raise TwimlError(12100, f"The document's root is {root.tag}, not Response")
    return tuple(_verb(element) for element in root)


def _verb(element: Element) -> Verb:
    children = tuple(_verb(child) for child in element)
    return Verb(element.tag, dict(element.attrib), (element.text or "").strip(), children)


def _parse(text: str) -> Element:
    # Straight to expat: ElementTree's own parser cannot refuse a document type declaration.
    builder = TreeBuilder()  # comments and processing instructions fall away
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    isfinal = True  # the parser takes no keywords
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text.strip().encode(), isfinal)
    except expat.ExpatError as error:
        raise TwimlError(12100, f"Document parse failure: {error}") from None
    return builder.close()


def _refuse_doctype(name: str, _system: str | None, _public: str | None, _internal: object) -> None:
    raise TwimlError(12100, f"Document type {name} is not allowed")
