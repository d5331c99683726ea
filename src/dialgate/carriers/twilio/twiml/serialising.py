"""A document as the bytes that the carrier gets. Reading them gives the same document."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.tree import Document, Element

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# A parser turns a bare carriage return into a line feed, and any blank in an attribute into a space.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def serialise(document: Document) -> bytes:
    """UTF-8; the same document always gives the same bytes."""
    parts = [_DECLARATION]
    _write(document.root, parts)
    return "".join(parts).encode()


def _write(element: Element, parts: list[str]) -> None:
    parts.append(f"<{element.name}")
    parts.extend(f' {name}="{value.translate(_IN_VALUE)}"' for name, value in element.attributes)
    if not element.children:
        parts.append("/>")
        return
    parts.append(">")
    for child in element.children:
        if isinstance(child, Element):
            _write(child, parts)
        else:
            parts.append(child.translate(_IN_TEXT))
    parts.append(f"</{element.name}>")
