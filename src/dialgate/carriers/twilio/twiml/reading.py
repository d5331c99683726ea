"""What a dialer's server answered, as a document, taken as the carrier would take it but strictly.

This module turns bytes into elements; what the elements may be is checked in `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from dialgate.app.documents import Problem
from dialgate.carriers.twilio.front.urls import is_http
from dialgate.carriers.twilio.twiml import checking
from dialgate.carriers.twilio.twiml.checking import Refused, refuse
from dialgate.carriers.twilio.twiml.table import ROOT
from dialgate.carriers.twilio.twiml.tree import Document, Element
from dialgate.domain.attempt import Channel

MAX_BYTES = 65_536
_MAX_DEPTH = 16
_MAX_ELEMENTS = 1_000
_XML = frozenset({"text/xml", "application/xml", "text/html"})
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']*)", re.IGNORECASE)
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = " \t\r\n"

_UNREADABLE = 12_100
_CONTENT_TYPE = 12_300


def read(body: bytes, content_type: str, url: str, channel: Channel = Channel.VOICE) -> Document | Problem:
    """`url` is the document's own address, which relative ones refer to; "" for inline TwiML (content type `text/xml`).

    Nothing but blanks is a document without verbs: the carrier hangs up, or sends no answer.
    Source: Twilio, "TwiML Voice: Your Response", MIME types; read 2026-11.
    """
    try:
        return Document(_root(body, content_type, url, channel), channel)
    except Refused as refused:
        return refused.problem


def _root(body: bytes, content_type: str, url: str, channel: Channel) -> Element:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("audio/") and channel is Channel.VOICE:
        return _played(url)
    if len(body) > MAX_BYTES:
        refuse(f"The document has more than {MAX_BYTES} bytes.", _UNREADABLE)
    if not body.strip():
        return Element(ROOT)
    declared = _CHARSET.search(content_type)
    if declared and declared[1].lower() not in _UTF_8:
        refuse("The document is not declared as UTF-8.", _UNREADABLE)
    if media_type == "text/plain":
        return _spoken(body, channel)
    if media_type not in _XML:
        refuse("The content type is none that can be TwiML; answer with text/xml.", _CONTENT_TYPE)
    return _Reading(url, channel).parse(body)


def _played(url: str) -> Element:
    if not is_http(url):
        refuse("Audio needs an address from which it can be played.", _CONTENT_TYPE)
    return Element(ROOT, (), (Element("Play", (), (url,)),))


def _spoken(body: bytes, channel: Channel) -> Element:
    try:
        words = _NOT_XML.sub(" ", body.decode())
    except UnicodeDecodeError:
        refuse("The text is not UTF-8.", _UNREADABLE)
    return Element(ROOT, (), (Element("Say" if channel is Channel.VOICE else "Message", (), (words,)),))


class _Open:
    """An element whose end has not come."""

    def __init__(self, name: str, attributes: tuple[tuple[str, str], ...]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element | str] = []


class _Reading:
    """One pass of the parser: texts are taken whole, from one element's edge to the next. Comments are left out; the
    carrier gets the document as it is written anew, so nobody can read what stands in them or beside them otherwise.
    """

    def __init__(self, url: str, channel: Channel) -> None:
        self._url = url
        self._channel = channel
        self._open: list[_Open] = []
        self._text: list[str] = []
        self._elements = 0
        self._root: Element | None = None

    def parse(self, body: bytes) -> Element:
        if b"\0" in body:  # the parser would take it for UTF-16, whatever it was told
            refuse("The document is not UTF-8.", _UNREADABLE)
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = _declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        for name, refusal in _FOREIGN.items():
            setattr(parser, f"{name}Handler", refusal)
        try:
            parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position
        except expat.ExpatError as error:
            refuse(f"The document is no well-formed XML in UTF-8: {expat.ErrorString(error.code)}.", _UNREADABLE)
        if self._root is None:
            refuse("The document has no element.", _UNREADABLE)
        return self._root

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        if self._elements > _MAX_ELEMENTS or len(self._open) >= _MAX_DEPTH:
            refuse("The document has too many elements, or elements too deep within others.", _UNREADABLE)
        parent = self._open[-1].name if self._open else ""
        checking.place(name, parent, self._channel)
        if self._open:
            self._take_text()
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        self._open.append(_Open(name, checking.attributes(name, pairs, self._url)))

    def _end(self, _name: str) -> None:
        self._take_text()
        done = self._open.pop()
        element = checking.whole(Element(done.name, done.attributes, tuple(done.children)), self._url)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element

    def _take_text(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if not checking.is_prose(self._open[-1].name):
            text = text.strip(_BLANKS)
        if text:
            self._open[-1].children.append(text)


def _declaration(version: str, encoding: str | None, _standalone: int) -> None:
    if version != "1.0" or (encoding or "utf-8").lower() not in _UTF_8:
        refuse("The document is not XML 1.0 in UTF-8.", _UNREADABLE)


def _foreign(what: str) -> Callable[..., None]:
    def refusal(*_: object) -> None:
        refuse(f"The document has {what}, which the gate does not read.", _UNREADABLE)

    return refusal


_FOREIGN = {
    "StartDoctypeDecl": _foreign("a document type"),
    "EntityDecl": _foreign("an entity"),
    "SkippedEntity": _foreign("an entity"),
    "ProcessingInstruction": _foreign("a processing instruction"),
}
