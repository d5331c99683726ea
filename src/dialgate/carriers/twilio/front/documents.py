"""Inline TwiML: it passes only if nothing in it can reach anybody or hand control to a document that was not read."""

from __future__ import annotations

from xml.parsers import expat

from dialgate.carriers.twilio.front.urls import is_http, reads_as_url
from dialgate.domain.numbers import might_be_number

_CHILDREN = {
    "": frozenset({"Response"}),
    "Response": frozenset({"Say", "Play", "Pause", "Gather", "Hangup"}),
    "Gather": frozenset({"Say", "Play", "Pause"}),
}
_FOREIGN = "a document type, entity, comment or processing instruction"
_URL_ENDINGS = ("action", "url", "callback")


class _Refused(Exception):  # noqa: N818 - it carries the sentence out of the parser's callbacks
    pass


def objection(document: str) -> str:
    """Why this TwiML does not pass; empty if it does."""
    reading = _Reading()
    try:
        reading.parser.Parse(document.encode("utf-8"), True)  # noqa: FBT003 - expat takes it by position
    except _Refused as refused:
        return str(refused)
    except (expat.ExpatError, UnicodeEncodeError, ValueError):
        return "it is not well-formed XML"
    return ""


class _Reading:
    def __init__(self) -> None:
        self._open = [""]
        self._text: list[str] = []
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = _declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        for name in ("StartDoctypeDecl", "EntityDecl", "ProcessingInstruction", "Comment", "SkippedEntity"):
            setattr(parser, f"{name}Handler", _foreign)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in _CHILDREN.get(self._open[-1], frozenset()):
            raise _Refused(f"the element {name[:40]} is not permitted there")
        for attribute, value in attributes.items():
            if attribute.lower().endswith(_URL_ENDINGS) or reads_as_url(value) or might_be_number(value):
                raise _Refused(f"the attribute {attribute[:40]} of {name} is or could be an address")
        self._open.append(name)
        self._text.clear()

    def _end(self, name: str) -> None:
        self._open.pop()
        media = "".join(self._text).strip()
        if name == "Play" and media and not is_http(media):
            raise _Refused("Play names something else than an http or https address without user info")
        self._text.clear()


def _declaration(version: str, encoding: str | None, _standalone: int) -> None:
    if version != "1.0" or (encoding or "utf-8").lower() != "utf-8":
        raise _Refused("it is not XML 1.0 in UTF-8")


def _foreign(*_: object) -> None:
    raise _Refused(f"it has {_FOREIGN}")
